// An index whose segments quarry wrote is the one that FTS5 writes for the same rows: byte for byte as long as both
// write one segment, and in all that can be asked of it after transactions, removals and merges.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "core/db/sqlite.h"
#include "core/lexical/term_collector.h"
#include "core/lexical/term_index.h"
#include "core/lexical/term_index_writer.h"

namespace quarry {
namespace {

constexpr const char* insert_row = "INSERT INTO chunk_terms (rowid, title, headings, body) VALUES (?, ?, ?, ?)";
constexpr const char* delete_row =
    "INSERT INTO chunk_terms (chunk_terms, rowid, title, headings, body) VALUES ('delete', ?, ?, ?, ?)";

/// A table as the base has it.
class Table {
public:
    explicit Table(int page_size, int automerge) {
        database_.exec("CREATE VIRTUAL TABLE chunk_terms USING fts5 (title, headings, body, content = '',"
                       " tokenize = 'unicode61 remove_diacritics 0')");
        const auto configure = [&](const char* name, int value) {
            database_.exec(fmt::format("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('{}', {})", name, value));
        };
        configure("pgsz", page_size);
        configure("hashsize", 1 << 30);
        configure("automerge", automerge);
    }

    void write(const char* sql, std::int64_t id, const lexical::ChunkTerms& terms) {
        statements_.query(sql).with(id, terms.title, terms.headings, terms.body).run();
    }
    void insert(std::span<const lexical::IndexChanges::Insertion> insertions) {
        lexical::TermIndexWriter(database_, statements_).insert(insertions);
    }
    void exec(const char* sql) { database_.exec(sql); }
    /// FTS5's own check: every page can be read, its terms and chunks ascend, and the indexes to pages and to long
    /// postings agree with them. In a contentless table, which has no text to compare with, it sees neither wrong terms
    /// nor wrong lengths or totals: `check_answers` holds those against the twin's.
    void check_integrity() {
        ASSERT_NO_THROW(database_.exec("INSERT INTO chunk_terms (chunk_terms) VALUES ('integrity-check')"));
    }
    /// All rows, as text.
    std::vector<std::string> rows(const std::string& sql) {
        SQLite::Statement statement(database_, sql);
        std::vector<std::string> rows;
        while (statement.executeStep()) {
            std::string& row = rows.emplace_back();
            for (int i = 0; i < statement.getColumnCount(); ++i) row += statement.getColumn(i).getString() + '|';
        }
        return rows;
    }
    /// Every term of every chunk, and where.
    std::vector<std::string> instances() {
        database_.exec(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.instances USING fts5vocab (main, chunk_terms, instance)");
        return rows("SELECT term, doc, col, \"offset\" FROM temp.instances ORDER BY 1, 2, 3, 4");
    }
    /// The chunks with a term, read directly.
    std::vector<std::string> direct(const std::string& term) {
        std::vector<std::string> found;
        lexical::TermIndex(statements_).find(term).for_each([&](std::int64_t chunk_id, const auto& count) {
            const lexical::FieldCounts counts = count();
            found.push_back(fmt::format("{}: {} {} {}", chunk_id, counts[0], counts[1], counts[2]));
        });
        std::sort(found.begin(), found.end());
        return found;
    }

private:
    SQLite::Database database_ = db::open_sqlite_memory();
    db::StatementCache statements_{database_};
};

/// Two tables with the same chunks: one that FTS5 writes alone, one that quarry writes its segments into.
class Twins {
public:
    Twins(std::mt19937& random, int page_size, int automerge)
        : random_(random), theirs_(page_size, automerge), ours_(page_size, automerge) {}

    void transaction(int documents, int removals) {
        theirs_.exec("BEGIN");
        ours_.exec("BEGIN");
        for (; removals > 0 && !rows_.empty(); --removals) remove();
        std::deque<lexical::TermBlock> blocks;
        std::vector<lexical::IndexChanges::Insertion> insertions;
        for (; documents > 0; --documents) add_document(blocks, insertions);
        ours_.insert(insertions);
        theirs_.exec("COMMIT");
        ours_.exec("COMMIT");
        ours_.check_integrity();
    }
    void merge(const char* command) {
        theirs_.exec(command);
        ours_.exec(command);
        ours_.check_integrity();
    }
    /// Only while each transaction is one segment, and none has been merged.
    void check_bytes() {
        for (const char* table : {"data", "idx", "docsize"}) {
            const std::string columns = table == std::string("idx") ? "segid, hex(term), pgno" : "*";
            const std::string sql = fmt::format("SELECT {} FROM chunk_terms_{} ORDER BY 1, 2", columns, table);
            ASSERT_EQ(ours_.rows(sql), theirs_.rows(sql)) << table;
        }
    }
    void check_answers() {
        ASSERT_EQ(ours_.instances(), theirs_.instances());
        const std::string totals = "SELECT hex(block) FROM chunk_terms_data WHERE id = 1";
        ASSERT_EQ(ours_.rows(totals), theirs_.rows(totals));
        const std::string lengths = "SELECT id, hex(sz) FROM chunk_terms_docsize ORDER BY id";
        ASSERT_EQ(ours_.rows(lengths), theirs_.rows(lengths));
        for (int i = 0; i < 10; ++i) {
            for (const std::string& match : {word(), word() + " " + word(), word().substr(0, 1) + "*",
                                             "\"" + word() + " " + word() + "\"", "title:" + word()}) {
                for (const char* order : {"rowid", "rowid DESC", "rank, rowid"}) {
                    const std::string sql = fmt::format(
                        "SELECT rowid FROM chunk_terms WHERE chunk_terms MATCH '{}' ORDER BY {}", match, order);
                    ASSERT_EQ(ours_.rows(sql), theirs_.rows(sql)) << sql;
                }
            }
            const std::string term = word();
            ASSERT_EQ(ours_.direct(term), theirs_.direct(term)) << term;
        }
    }

private:
    struct Row {
        std::int64_t id;
        lexical::ChunkTerms terms;
    };

    bool chance(double share) { return std::bernoulli_distribution(share)(random_); }
    int pick(int from, int to) { return std::uniform_int_distribution<>(from, to)(random_); }

    /// Few are frequent; the analysis leaves them as they are.
    std::string word() {
        const double draw = std::uniform_real_distribution<>(0, 1)(random_);
        const auto rank = static_cast<int>(400 * draw * draw * draw * draw);
        std::string word;
        for (int rest = rank + 5; rest > 0; rest /= 4) word += static_cast<char>('w' + rest % 4);
        return word;
    }
    std::string text(int most) {
        std::string text;
        for (int words = pick(0, most); words > 0; --words) {
            if (chance(0.01)) text += std::string(static_cast<std::size_t>(pick(60, 300)), 'y') + word();
            if (chance(0.02))
                text += std::vector<std::string>{"été ", "東京都 ", "ΣΊΣΥΦΟΣ ", "naïve_name ",
                                                 "ﬁne "}[static_cast<std::size_t>(pick(0, 4))];
            text += word() + ' ';
        }
        // One term so often that its places do not go onto a page.
        if (chance(0.01))
            for (int i = pick(100, 6'000); i > 0; --i) text += "zz ";
        return text;
    }

    void add_document(std::deque<lexical::TermBlock>& blocks,
                      std::vector<lexical::IndexChanges::Insertion>& insertions) {
        document::Document document;
        document.title = text(4);
        std::vector<document::ChunkSpan> chunks;
        for (int i = pick(1, 6); i > 0; --i) {
            document::ChunkSpan chunk;
            chunk.start_byte = document.text.size();
            document.text += text(chance(0.1) ? 300 : 30) + "\n";
            chunk.end_byte = document.text.size();
            chunk.heading_path = !chunks.empty() && chance(0.5) ? chunks.back().heading_path
                                                                : std::vector<std::string>{text(3), text(3)};
            chunks.push_back(chunk);
        }
        if (chance(0.05)) next_id_ += pick(1, 100'000);
        std::int64_t id = next_id_;
        for (lexical::TermBlock& block : collector_.collect(document, chunks)) {
            insertions.push_back({id, &blocks.emplace_back(std::move(block))});
            id += static_cast<std::int64_t>(blocks.back().lengths.size());
        }
        for (const lexical::ChunkTerms& terms : lexical::analyze_chunks(analyzer_, document, chunks)) {
            theirs_.write(insert_row, next_id_, terms);
            rows_.push_back({next_id_++, terms});
        }
        ASSERT_EQ(id, next_id_);
    }
    void remove() {
        const auto row = rows_.begin() + pick(0, static_cast<int>(rows_.size()) - 1);
        theirs_.write(delete_row, row->id, row->terms);
        ours_.write(delete_row, row->id, row->terms);
        rows_.erase(row);
    }

    std::mt19937& random_;
    Table theirs_;
    Table ours_;
    analyze::Analyzer analyzer_;
    lexical::TermCollector collector_;
    std::vector<Row> rows_;
    std::int64_t next_id_ = 1;
};

TEST(SegmentProperty, a_segment_is_byte_for_byte_that_of_fts5) {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937 random(seed);
        // Small pages make long lists, and trees of pages that index them, of few chunks.
        const std::vector<int> page_sizes{32, 40, 64, 130, 1'000, 4'050};
        // Three segments are not merged.
        Twins twins(random, page_sizes[seed % page_sizes.size()], 16);
        for (int transactions = 3; transactions > 0; --transactions) {
            twins.transaction(seed % 8 == 0 ? 300 : 20, 0);
            twins.check_bytes();
            if (testing::Test::HasFatalFailure()) return;
        }
        twins.check_answers();
        if (testing::Test::HasFatalFailure()) return;
    }
}

TEST(SegmentProperty, an_index_answers_as_if_fts5_had_written_it) {
    for (unsigned seed = 100; seed < 106; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937 random(seed);
        const auto pick = [&](int from, int to) { return std::uniform_int_distribution<>(from, to)(random); };
        Twins twins(random, pick(0, 1) == 0 ? 100 : 4'050, pick(0, 1) == 0 ? 0 : 8);
        for (int transactions = pick(1, 40); transactions > 0; --transactions) {
            twins.transaction(pick(0, 12), pick(0, 2) == 0 ? pick(1, 10) : 0);
            if (pick(0, 9) == 0) twins.merge("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('merge', 5)");
            if (pick(0, 9) == 0) twins.check_answers();
            if (testing::Test::HasFatalFailure()) return;
        }
        twins.check_answers();
        twins.merge("INSERT INTO chunk_terms (chunk_terms) VALUES ('optimize')");
        twins.check_answers();
        if (testing::Test::HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace quarry
