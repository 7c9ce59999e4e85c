// Searching by words straight from the index, which leaves out what cannot be among the best, finds what scoring every
// chunk through FTS5 finds: on random collections, however they were written, and for random queries.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/db/sqlite.h"
#include "core/lexical/compact_terms.h"
#include "core/lexical/fts5_search.h"
#include "core/lexical/lexical_search.h"

namespace quarry {
namespace {

/// A word: few are frequent, most are rare, as in language.
std::string random_word(std::mt19937& random) {
    const double draw = std::uniform_real_distribution<>(0, 1)(random);
    const auto rank = static_cast<int>(500 * draw * draw * draw * draw);
    std::string word;
    for (int rest = rank + 7; rest > 0; rest /= 5) word += static_cast<char>('a' + rest % 5);
    return word;
}

std::string random_text(std::mt19937& random, int most) {
    std::string text;
    for (int words = std::uniform_int_distribution<>(0, most)(random); words > 0; --words) {
        text += random_word(random) + (words % 7 == 0 ? "s " : " ");
    }
    return text;
}

class Collection {
public:
    explicit Collection(std::mt19937& random) : random_(random) {
        database_.exec("CREATE VIRTUAL TABLE chunk_terms USING fts5 (title, headings, body, content = '',"
                       " tokenize = 'unicode61 remove_diacritics 0')");
        database_.exec("CREATE TABLE chunk_lengths (block INTEGER PRIMARY KEY, lengths BLOB NOT NULL)");
        database_.exec("CREATE TABLE compact_segments (segment INTEGER PRIMARY KEY, pages INTEGER, mark TEXT)");
        database_.exec("CREATE TABLE compact_postings (segment INTEGER, term TEXT, postings BLOB,"
                       " PRIMARY KEY (segment, term))");
        lexical::CompactTerms compact(database_, statements_, {pick(1, 4), pick(0, 3)});
        const bool is_compact = chance(0.8);
        if (chance(0.6)) database_.exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('pgsz', 100)");
        if (chance(0.3)) database_.exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('automerge', 0)");
        for (int transactions = pick(1, 8); transactions > 0; --transactions) {
            database_.exec("BEGIN");
            for (int chunks = pick(1, 250); chunks > 0; --chunks) add();
            for (int removals = chance(0.5) ? pick(0, 20) : 0; removals > 0 && !chunks_.empty(); --removals) remove();
            if (chance(0.3)) merge(pick(1, 20));
            if (is_compact) compact.refresh();
            database_.exec("COMMIT");
            check_integrity();
            EXPECT_TRUE(compact.wrong_segments().empty());
        }
        if (chance(0.5)) refresh_lengths();
    }

    lexical::LexicalQuery query() {
        lexical::LexicalQuery query;
        for (int words = pick(1, 8); words > 0; --words) {
            lexical::LexicalTerm term{random_word(random_)};
            term.weight = chance(0.2) ? 2 : 1;
            if (chance(0.1)) {
                term.prefix = true;
                term.text.resize(std::min<std::size_t>(term.text.size(), 2));
            }
            const std::string other = random_word(random_);
            if (!term.prefix && chance(0.3)) term.others = {term.text + "s"};
            if (!term.prefix && chance(0.3) && other != term.text) term.others.push_back(other);
            const auto same = [&](const lexical::LexicalTerm& before) {
                return before.text == term.text && before.prefix == term.prefix;
            };
            if (std::none_of(query.terms.begin(), query.terms.end(), same)) query.terms.push_back(term);
        }
        query.limit = static_cast<std::size_t>(chance(0.5) ? pick(1, 10) : pick(1, 2'000));
        if (chance(0.3)) query.bm25.k1 = pick(0, 3);
        if (chance(0.3)) query.bm25.b = pick(0, 4) / 4.0;
        if (chance(0.3)) query.bm25.field_weights = {pick(0, 3) * 1.0, pick(0, 3) * 1.0, pick(0, 3) * 1.0};
        if (chance(0.3)) {
            within_ = {};
            for (const Chunk& chunk : chunks_) {
                if (chance(0.4)) within_.insert(chunk.id);
            }
            query.within = &within_;
        }
        return query;
    }

    void check(const lexical::LexicalQuery& query) {
        const lexical::TermIndex index(statements_, lexical::TermIndex::Source::compact);
        const lexical::ChunkLengths lengths(statements_);
        lexical::LexicalSearch direct(index, lengths, query, {chance(0.5), 1});
        lexical::Fts5Search every(statements_, function_, query);
        const std::vector<document::ScoredChunk> found = direct.best();
        const std::vector<document::ScoredChunk> expected = every.best();
        ASSERT_EQ(found.size(), expected.size());
        std::vector<std::int64_t> ids;
        for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_EQ(found[i].score, expected[i].score) << "at " << i;
            ASSERT_EQ(found[i].chunk_id, expected[i].chunk_id) << "at " << i;
            if (i < 3) ids.push_back(found[i].chunk_id);
        }
        check_explanations(found, direct.explain(ids), every.explain(ids));
    }

private:
    struct Chunk {
        std::int64_t id;
        std::string title, headings, body;
    };

    /// FTS5's own check of the segments, half merged ones too. It holds with compact postings as without: those are
    /// rows of ordinary tables beside the index, which FTS5 does not know; `wrong_segments` compares them with the
    /// segments. In a contentless table, which has no text to compare with, it sees neither missing chunks nor wrong
    /// terms: which chunks there are is checked here, and their terms by the queries.
    void check_integrity() {
        ASSERT_NO_THROW(database_.exec("INSERT INTO chunk_terms (chunk_terms) VALUES ('integrity-check')"));
        SQLite::Statement stored(database_, "SELECT id FROM chunk_terms_docsize ORDER BY id");
        for (const Chunk& chunk : chunks_) {
            ASSERT_TRUE(stored.executeStep());
            ASSERT_EQ(stored.getColumn(0).getInt64(), chunk.id);
        }
        ASSERT_FALSE(stored.executeStep());
    }

    bool chance(double share) { return std::bernoulli_distribution(share)(random_); }
    int pick(int from, int to) { return std::uniform_int_distribution<>(from, to)(random_); }

    void write(const char* sql, const Chunk& chunk) {
        SQLite::Statement statement(database_, sql);
        statement.bind(1, chunk.id);
        statement.bind(2, chunk.title);
        statement.bind(3, chunk.headings);
        statement.bind(4, chunk.body);
        statement.exec();
    }
    void add() {
        next_id_ += chance(0.01) ? 5'000 : 1;
        chunks_.push_back(
            {next_id_, random_text(random_, 4), random_text(random_, 8), random_text(random_, chance(0.1) ? 400 : 60)});
        write("INSERT INTO chunk_terms (rowid, title, headings, body) VALUES (?, ?, ?, ?)", chunks_.back());
    }
    void remove() {
        const auto place = chunks_.begin() + pick(0, static_cast<int>(chunks_.size()) - 1);
        write("INSERT INTO chunk_terms (chunk_terms, rowid, title, headings, body) VALUES ('delete', ?, ?, ?, ?)",
              *place);
        chunks_.erase(place);
    }
    /// Some pages of a merge, which may stay half done.
    void merge(int pages) {
        database_.exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('merge', -" + std::to_string(pages) + ")");
    }
    void refresh_lengths() {
        lexical::ChunkLengths lengths(statements_);
        for (std::int64_t block = 0; block <= lexical::ChunkLengths::block_of(next_id_); ++block)
            lengths.refresh(block);
    }

    static void check_explanations(const std::vector<document::ScoredChunk>& found,
                                   const std::vector<lexical::LexicalExplanation>& direct,
                                   const std::vector<lexical::LexicalExplanation>& every) {
        for (std::size_t i = 0; i < direct.size(); ++i) {
            ASSERT_DOUBLE_EQ(direct[i].length, every[i].length);
            ASSERT_DOUBLE_EQ(direct[i].average_length, every[i].average_length);
            ASSERT_EQ(direct[i].terms.size(), every[i].terms.size());
            double sum = 0;
            for (std::size_t t = 0; t < direct[i].terms.size(); ++t) {
                sum += direct[i].terms[t].score;
                ASSERT_EQ(direct[i].terms[t].text, every[i].terms[t].text);
                ASSERT_EQ(direct[i].terms[t].chunks, every[i].terms[t].chunks);
                ASSERT_EQ(direct[i].terms[t].occurrences, every[i].terms[t].occurrences);
            }
            ASSERT_NEAR(sum, found[i].score, 1e-9);
        }
    }

    std::mt19937& random_;
    SQLite::Database database_ = db::open_sqlite_memory();
    db::StatementCache statements_{database_};
    lexical::Bm25Function function_{database_};
    std::vector<Chunk> chunks_;
    std::int64_t next_id_ = 0;
    IdSet within_;
};

TEST(LexicalProperty, the_best_are_those_of_scoring_every_chunk) {
    for (unsigned seed = 1; seed <= 25; ++seed) {
        std::mt19937 random(seed);
        Collection collection(random);
        for (int i = 0; i < 25; ++i) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", query " << i);
            collection.check(collection.query());
            if (testing::Test::HasFatalFailure()) return;
        }
    }
}

}  // namespace
}  // namespace quarry
