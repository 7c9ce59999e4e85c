#include "core/lexical/compact_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <map>
#include <random>

#include "core/db/sqlite.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A table as the base has it, with small pages and segments that are merged only when asked for.
class CompactTermsTest : public ::testing::Test {
protected:
    CompactTermsTest() {
        database_.exec("CREATE VIRTUAL TABLE chunk_terms USING fts5 (title, headings, body, content = '',"
                       " tokenize = 'unicode61 remove_diacritics 0');"
                       "CREATE TABLE compact_segments (segment INTEGER PRIMARY KEY, pages INTEGER, mark TEXT);"
                       "CREATE TABLE compact_postings (segment INTEGER, term TEXT, postings BLOB,"
                       " PRIMARY KEY (segment, term));"
                       "INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('pgsz', 64), ('automerge', 0)");
    }
    void add(std::int64_t first, std::int64_t last, const std::string& body) {
        for (std::int64_t id = first; id <= last; ++id) {
            statements_.query("INSERT INTO chunk_terms (rowid, title, headings, body) VALUES (?, '', '', ?)")
                .with(id, body)
                .run();
        }
    }
    void remove(std::int64_t id, const std::string& body) {
        statements_
            .query("INSERT INTO chunk_terms (chunk_terms, rowid, title, headings, body)"
                   " VALUES ('delete', ?, '', '', ?)")
            .with(id, body)
            .run();
    }
    /// Ends what began with this and the others like it as one segment, and brings the tables up to date.
    template <typename Work>
    void in_transaction(Work&& work) {
        database_.exec("BEGIN");
        work();
        compact_.refresh();
        database_.exec("COMMIT");
    }
    std::vector<std::string> rows(const char* sql) {
        std::vector<std::string> rows;
        SQLite::Statement statement(database_, sql);
        while (statement.executeStep()) rows.push_back(statement.getColumn(0).getString());
        return rows;
    }
    std::vector<std::string> terms() { return rows("SELECT DISTINCT term FROM compact_postings ORDER BY 1"); }
    /// Each chunk's occurrences of a term in the body.
    std::map<std::int64_t, std::uint32_t> find(const std::string& term, lexical::TermIndex::Source source) {
        std::map<std::int64_t, std::uint32_t> found;
        const lexical::TermPostings postings = lexical::TermIndex(statements_, source).find(term);
        postings.for_each(
            [&](std::int64_t id, const auto& counts) { EXPECT_TRUE(found.emplace(id, counts()[2]).second) << id; });
        EXPECT_EQ(postings.count(), found.size());
        return found;
    }
    void expect_same(const std::string& term) {
        EXPECT_EQ(find(term, lexical::TermIndex::Source::compact), find(term, lexical::TermIndex::Source::segments))
            << term;
    }

    SQLite::Database database_ = db::open_sqlite_memory();
    db::StatementCache statements_{database_};
    lexical::CompactTerms compact_{database_, statements_, {3, 2}};
};

TEST_F(CompactTermsTest, frequent_terms_of_large_segments_are_kept) {
    in_transaction([&] { add(1, 5, "cat dog"); });
    EXPECT_THAT(terms(), IsEmpty());
    in_transaction([&] {
        add(6, 200, "cat");
        add(201, 203, "rare cat cat");
    });
    EXPECT_THAT(terms(), ElementsAre("cat"));
    EXPECT_THAT(find("cat", lexical::TermIndex::Source::compact), SizeIs(203));
    expect_same("cat");
    expect_same("rare");
    EXPECT_THAT(compact_.wrong_segments(), IsEmpty());
}

TEST_F(CompactTermsTest, a_newer_segment_takes_chunks_away_and_changes_them) {
    in_transaction([&] { add(1, 200, "cat"); });
    in_transaction([&] {
        remove(7, "cat");
        remove(9, "cat");
        add(9, 9, "cat cat");
        add(300, 301, "cat");
    });
    const auto found = find("cat", lexical::TermIndex::Source::compact);
    EXPECT_THAT(found, SizeIs(201));
    EXPECT_EQ(found.count(7), 0U);
    EXPECT_EQ(found.at(9), 2U);
    expect_same("cat");
}

TEST_F(CompactTermsTest, an_older_segment_does_not_hold_against_a_newer_one) {
    in_transaction([&] { add(100, 100, "cat"); });
    in_transaction([&] {
        remove(100, "cat");
        add(1, 200, "cat cat");
    });
    EXPECT_THAT(terms(), ElementsAre("cat"));
    EXPECT_EQ(find("cat", lexical::TermIndex::Source::compact).at(100), 2U);
    expect_same("cat");
}

TEST_F(CompactTermsTest, a_list_that_a_merge_stopped_behind_is_looked_at_again) {
    // Lists of all lengths in an order by lot: merges stop behind some that are long only if what follows is seen.
    std::mt19937 random(1);
    std::vector<std::int64_t> lengths(150);
    for (std::int64_t& length : lengths) length = std::uniform_int_distribution<std::int64_t>(1, 50)(random);
    for (std::int64_t part = 0; part < 2; ++part) {
        in_transaction([&] {
            for (std::int64_t id = 0; id < 50; ++id) {
                std::string body;
                for (std::size_t term = 0; term < lengths.size(); ++term) {
                    if (id < lengths[term]) body += "t" + std::to_string(100 + term) + " ";
                }
                add(part * 1'000 + id, part * 1'000 + id, body);
            }
        });
    }
    for (int step = 0; step < 300; ++step) {
        in_transaction([&] { database_.exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('merge', -1)"); });
        ASSERT_THAT(compact_.wrong_segments(), IsEmpty()) << "after step " << step;
    }
}

TEST_F(CompactTermsTest, merging_takes_them_along) {
    for (std::int64_t first = 0; first < 1'000; first += 100) {
        in_transaction([&] { add(first, first + 99, first % 200 == 0 ? "ant cat dog" : "bee cat eel"); });
    }
    EXPECT_THAT(rows("SELECT segment FROM compact_segments"), SizeIs(10));
    std::size_t half_done = 0;
    for (int step = 0; step < 60; ++step) {
        in_transaction([&] { database_.exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('merge', -5)"); });
        for (const char* term : {"ant", "bee", "cat", "dog", "eel"}) expect_same(term);
        EXPECT_THAT(compact_.wrong_segments(), IsEmpty());
        half_done += rows("SELECT segment FROM compact_segments").size() == 11 ? 1 : 0;
    }
    EXPECT_GT(half_done, 1U);
    EXPECT_THAT(rows("SELECT segment FROM compact_segments"), SizeIs(1));
    EXPECT_THAT(terms(), ElementsAre("ant", "bee", "cat", "dog", "eel"));
}

TEST_F(CompactTermsTest, a_number_that_was_given_anew_is_noticed) {
    in_transaction([&] { add(1, 200, "ant cat"); });
    database_.exec("INSERT INTO chunk_terms (chunk_terms) VALUES ('delete-all')");
    in_transaction([&] { add(1, 200, "ant dog"); });
    EXPECT_THAT(terms(), ElementsAre("ant", "dog"));
    EXPECT_THAT(find("cat", lexical::TermIndex::Source::compact), IsEmpty());
}

TEST_F(CompactTermsTest, nothing_is_left_of_another_format) {
    in_transaction([&] { add(1, 200, "cat"); });
    in_transaction([&] {
        sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
        database_.exec("UPDATE chunk_terms_config SET v = 5 WHERE k = 'version'");
        database_.exec("DELETE FROM compact_segments");
    });
    EXPECT_THAT(terms(), IsEmpty());
}

struct WrongCase {
    const char* name;
    const char* sql;
};

class WrongCompactTermsTest : public CompactTermsTest, public ::testing::WithParamInterface<WrongCase> {};

TEST_P(WrongCompactTermsTest, is_seen) {
    in_transaction([&] { add(1, 200, "cat dog"); });
    database_.exec(GetParam().sql);
    EXPECT_THAT(compact_.wrong_segments(), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(
    rows, WrongCompactTermsTest,
    ::testing::Values(WrongCase{"another_segment", "UPDATE compact_segments SET segment = 77"},
                      WrongCase{"fewer_pages", "UPDATE compact_segments SET pages = pages - 1"},
                      WrongCase{"another_mark", "UPDATE compact_segments SET mark = 'x'"},
                      WrongCase{"a_term_is_missing", "DELETE FROM compact_postings WHERE term = 'cat'"},
                      WrongCase{"a_term_too_many", "INSERT INTO compact_postings SELECT segment, 'eel', postings FROM"
                                                   " compact_postings WHERE term = 'cat'"},
                      WrongCase{"other_postings", "UPDATE compact_postings SET postings = substr(postings, 1, 40)"}),
    [](const ::testing::TestParamInfo<WrongCase>& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace quarry::store
