#include "core/lexical/term_collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "core/db/sqlite.h"
#include "core/lexical/term_index_writer.h"
#include "tests/unit/store/prepared.h"

namespace quarry::lexical {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::prepared;

std::vector<ChunkTerms> collected(const store::PreparedSource& source) {
    std::vector<ChunkTerms> all;
    TermCollector collector;
    for (const TermBlock& block : collector.collect(*source.document, source.chunks)) {
        for (ChunkTerms& terms : chunk_terms(block)) all.push_back(std::move(terms));
    }
    return all;
}

TEST(TermCollectorTest, has_the_terms_of_the_analysis_in_their_places) {
    const std::string repeated = [] {
        std::string text;
        for (int i = 0; i < 60'000; ++i) text += i % 7 == 0 ? "\n\n" : "seven words in a row and one ";
        return text;
    }();
    const struct {
        std::string name, title, text;
    } cases[] = {
        {"plain", "Cats", "The cat sat on the cat.\n\nDogs ran, and the dog sat."},
        {"nothing to find", "", "... !!!\n\n---"},
        {"identifiers", "readFile", "call readFileName(some_value) or HTTPServer2"},
        {"long words", "", std::string(400, 'x') + " " + std::string(17, 'y') + " " + std::string(16, 'y')},
        {"other scripts", "Ελληνικά", "東京都 naïve Straße été ﬁne \xCC\x81 مرحبا 𝔘𝔫𝔦"},
        {"several blocks", "Title", repeated},
    };
    for (const auto& [name, title, text] : cases) {
        const store::PreparedSource source = prepared("/p/a", text, title);
        analyze::Analyzer analyzer;
        EXPECT_EQ(collected(source), analyze_chunks(analyzer, *source.document, source.chunks)) << name;
    }
}

TEST(TermCollectorTest, a_long_document_becomes_blocks_that_have_each_chunk_once) {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "one two three four five six\n\n";
    const store::PreparedSource source = prepared("/p/a", text);
    TermCollector collector;
    const std::vector<TermBlock> blocks = collector.collect(*source.document, source.chunks);
    EXPECT_GT(blocks.size(), 1U);
    std::size_t chunks = 0;
    for (const TermBlock& block : blocks) chunks += block.lengths.size();
    EXPECT_EQ(chunks, source.chunks.size());
    EXPECT_THAT(collector.collect(document::Document(), {}), IsEmpty());
}

TEST(TermTokenizerTest, gives_the_tokens_of_fts5) {
    TermTokenizer tokenizer;
    EXPECT_THAT(tokenizer.tokens("Été ab_c\xC2\xA0x東京"), ElementsAre("été", "ab", "c", "x東京"));
    EXPECT_THAT(tokenizer.tokens(""), IsEmpty());
}

TEST(TermIndexWriterTest, a_table_of_another_format_is_written_through_fts5) {
    SQLite::Database database = db::open_sqlite_memory();
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    database.exec("CREATE VIRTUAL TABLE chunk_terms USING fts5 (title, headings, body, content = '',"
                  " tokenize = 'unicode61 remove_diacritics 0')");
    db::StatementCache statements(database);
    TermCollector collector;
    const store::PreparedSource source = prepared("/p/a", "cat dog\n\nfish cat");
    const std::vector<TermBlock> blocks = collector.collect(*source.document, source.chunks);
    const IndexChanges::Insertion insertion{7, &blocks.at(0)};
    // FTS5, which has read it already, does not see this before the table changes its configuration.
    database.exec("SELECT * FROM chunk_terms ('cat'); UPDATE chunk_terms_config SET v = 5 WHERE k = 'version'; BEGIN");
    TermIndexWriter(database, statements).insert({&insertion, 1});
    EXPECT_EQ(database.execAndGet("SELECT count(*) FROM chunk_terms_data").getInt(), 2) << "FTS5 has it in memory yet";
    database.exec("COMMIT");
    EXPECT_EQ(database.execAndGet("SELECT group_concat(rowid) FROM chunk_terms ('cat')").getString(), "7,8");
    EXPECT_EQ(database.execAndGet("SELECT group_concat(rowid) FROM chunk_terms ('\"cat dog\"')").getString(), "7");
}

}  // namespace
}  // namespace quarry::lexical
