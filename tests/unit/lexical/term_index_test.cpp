#include "core/lexical/term_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <map>
#include <set>

#include "core/db/sqlite.h"

namespace quarry::lexical {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

/// A table as the base has it, with what reading its segments needs.
class IndexedTable {
public:
    IndexedTable() {
        // The tests damage what only FTS5 may write.
        sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
        database_.exec("CREATE VIRTUAL TABLE chunk_terms USING fts5 (title, headings, body, content = '',"
                       " tokenize = 'unicode61 remove_diacritics 0')");
        database_.exec("CREATE TABLE compact_segments (segment INTEGER PRIMARY KEY, pages INTEGER, mark TEXT)");
        database_.exec("CREATE TABLE compact_postings (segment INTEGER, term TEXT, postings BLOB,"
                       " PRIMARY KEY (segment, term))");
    }
    void add(std::int64_t id, const std::string& title, const std::string& headings, const std::string& body) {
        write("INSERT INTO chunk_terms (rowid, title, headings, body) VALUES (?, ?, ?, ?)", id, title, headings, body);
    }
    void remove(std::int64_t id, const std::string& title, const std::string& headings, const std::string& body) {
        write("INSERT INTO chunk_terms (chunk_terms, rowid, title, headings, body) VALUES ('delete', ?, ?, ?, ?)", id,
              title, headings, body);
    }
    void exec(const char* sql) { database_.exec(sql); }
    [[nodiscard]] std::map<std::int64_t, FieldCounts> find(const std::string& term) {
        std::map<std::int64_t, FieldCounts> found;
        for (const TermIndex::Source source : {TermIndex::Source::segments, TermIndex::Source::compact}) {
            for (const std::size_t parts : {1U, 3U}) {
                std::map<std::int64_t, FieldCounts> in_parts;
                std::uint64_t count = 0;
                for (std::size_t part = 0; part < parts; ++part) {
                    const TermPostings postings = TermIndex(statements_, source).find(term);
                    postings.for_each(
                        [&](std::int64_t chunk_id, const auto& counts) {
                            EXPECT_TRUE(in_parts.emplace(chunk_id, counts()).second);
                        },
                        part, parts);
                    count += postings.count(part, parts);
                }
                EXPECT_EQ(count, in_parts.size()) << term << " in " << parts << " parts";
                if (found.empty()) found = in_parts;
                EXPECT_EQ(in_parts, found) << term << " in " << parts << " parts";
            }
        }
        return found;
    }
    /// The same through SQL.
    [[nodiscard]] std::map<std::int64_t, FieldCounts> find_by_fts5(const std::string& term) {
        database_.exec("CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab (main, chunk_terms, instance)");
        SQLite::Statement row(database_, "SELECT doc, col FROM temp.places WHERE term = ?");
        row.bind(1, term);
        std::map<std::int64_t, FieldCounts> found;
        while (row.executeStep()) {
            const std::string column = row.getColumn(1).getString();
            ++found[row.getColumn(0).getInt64()][column == "title" ? 0 : column == "headings" ? 1 : 2];
        }
        return found;
    }
    [[nodiscard]] TermIndex index() { return TermIndex(statements_); }

private:
    void write(const char* sql, std::int64_t id, const std::string& title, const std::string& headings,
               const std::string& body) {
        SQLite::Statement statement(database_, sql);
        statement.bind(1, id);
        statement.bind(2, title);
        statement.bind(3, headings);
        statement.bind(4, body);
        statement.exec();
    }

    SQLite::Database database_ = db::open_sqlite_memory();
    db::StatementCache statements_{database_};
};

TEST(TermIndexTest, an_empty_index_has_nothing) {
    IndexedTable table;
    EXPECT_THAT(table.find("cat"), IsEmpty());
    EXPECT_EQ(table.index().chunk_count(), 0U);
}

TEST(TermIndexTest, counts_the_places_of_each_field) {
    IndexedTable table;
    table.add(3, "cat", "", "dog cat cat");
    table.add(7, "", "cat fish cat", "");
    EXPECT_THAT(table.find("cat"), ElementsAre(Pair(3, FieldCounts{1, 0, 2}), Pair(7, FieldCounts{0, 2, 0})));
    EXPECT_THAT(table.find("ca"), IsEmpty());
    EXPECT_THAT(table.find("cats"), IsEmpty());
    EXPECT_THAT(table.find(""), IsEmpty());
    EXPECT_EQ(table.index().chunk_count(), 2U);
    EXPECT_THAT(table.index().total_lengths(), ElementsAre(1, 3, 3));
}

TEST(TermIndexTest, what_a_newer_segment_takes_away_is_gone) {
    IndexedTable table;
    for (std::int64_t id = 1; id <= 5; ++id) table.add(id, "", "", "cat dog");
    table.remove(2, "", "", "cat dog");
    table.remove(4, "", "", "cat dog");
    table.add(4, "", "", "cat cat");
    EXPECT_THAT(table.find("cat"), ElementsAre(Pair(1, FieldCounts{0, 0, 1}), Pair(3, FieldCounts{0, 0, 1}),
                                               Pair(4, FieldCounts{0, 0, 2}), Pair(5, FieldCounts{0, 0, 1})));
    EXPECT_EQ(table.find("dog").size(), 3U);
    EXPECT_EQ(table.index().chunk_count(), 4U);
}

/// Words with a long tail, so that some have one posting and others many pages.
std::string some_words(std::uint64_t seed, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        const auto draw = static_cast<double>(seed >> 33U) / static_cast<double>(1U << 31U);
        text += "w" + std::to_string(static_cast<int>(400 * draw * draw * draw)) + " ";
    }
    return text;
}

struct LayoutCase {
    const char* name;
    const char* setting;  ///< Of FTS5, before anything is added.
    std::size_t chunks;
    std::size_t transactions;
};

class TermIndexLayoutTest : public ::testing::TestWithParam<LayoutCase> {};

// Small pages cut postings, places and terms at every possible byte; few merges leave many segments.
TEST_P(TermIndexLayoutTest, agrees_with_fts5) {
    const LayoutCase& layout = GetParam();
    IndexedTable table;
    if (layout.setting != nullptr) table.exec(layout.setting);
    std::int64_t id = 0;
    const auto add = [&] {
        ++id;
        const auto seed = static_cast<std::uint64_t>(id);
        table.add(id * 3, some_words(seed, 1 + seed % 3), some_words(seed + 1, seed % 4), some_words(seed, seed % 90));
    };
    for (std::size_t done = 0; done < layout.transactions; ++done) {
        table.exec("BEGIN");
        for (std::size_t i = 0; i < layout.chunks / layout.transactions; ++i) add();
        if (done % 3 == 2) {
            const auto seed = static_cast<std::uint64_t>(id);
            table.remove(id * 3, some_words(seed, 1 + seed % 3), some_words(seed + 1, seed % 4),
                         some_words(seed, seed % 90));
        }
        table.exec("COMMIT");
    }
    for (int word = 0; word < 400; word += word < 20 ? 1 : 19) {
        const std::string term = "w" + std::to_string(word);
        EXPECT_EQ(table.find(term), table.find_by_fts5(term)) << term;
    }
}

INSTANTIATE_TEST_SUITE_P(
    layouts, TermIndexLayoutTest,
    ::testing::Values(
        LayoutCase{"one_segment", nullptr, 300, 1}, LayoutCase{"merged_as_usual", nullptr, 600, 60},
        LayoutCase{"small_pages", "INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('pgsz', 64)", 300, 5},
        LayoutCase{"smallest_pages", "INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('pgsz', 33)", 200, 20},
        LayoutCase{"never_merged", "INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('automerge', 0)", 60, 12}),
    [](const ::testing::TestParamInfo<LayoutCase>& row) { return std::string(row.param.name); });

TEST(TermIndexTest, half_merged_segments_are_read) {
    IndexedTable table;
    table.exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('pgsz', 64)");
    table.exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('automerge', 0)");
    for (std::int64_t id = 1; id <= 40; ++id) {
        table.add(id, "", "", some_words(static_cast<std::uint64_t>(id), 60));
    }
    for (int step = 0; step < 12; ++step) {
        table.exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('merge', -9)");
        for (const char* term : {"w0", "w1", "w17", "w200", "w399"}) {
            EXPECT_EQ(table.find(term), table.find_by_fts5(term)) << term << " after step " << step;
        }
    }
}

TEST(TermIndexTest, terms_by_their_beginning) {
    IndexedTable table;
    table.add(1, "", "", "migrat migrant mig cat migz");
    table.add(2, "", "", "migrat");
    std::set<std::string> terms;
    table.index().for_each_term("migra", [&](std::string_view term) { return terms.emplace(term), true; });
    EXPECT_THAT(terms, UnorderedElementsAre("migrat", "migrant"));
    std::size_t seen = 0;
    table.index().for_each_term("", [&](std::string_view) { return ++seen < 3; });
    EXPECT_EQ(seen, 3U);
}

struct DamageCase {
    const char* name;
    const char* sql;
};

class TermIndexDamageTest : public ::testing::TestWithParam<DamageCase> {};

TEST_P(TermIndexDamageTest, is_seen) {
    IndexedTable table;
    for (std::int64_t id = 1; id <= 400; ++id) table.add(id, "", "", "cat " + some_words(1, 20));
    table.exec("INSERT INTO chunk_terms (chunk_terms) VALUES ('optimize')");
    table.exec(GetParam().sql);
    EXPECT_THROW((void)table.find("cat"), DamagedTermIndex);
}

INSTANTIATE_TEST_SUITE_P(
    damages, TermIndexDamageTest,
    ::testing::Values(
        DamageCase{"another_format", "UPDATE chunk_terms_config SET v = 5 WHERE k = 'version'"},
        DamageCase{"no_structure", "DELETE FROM chunk_terms_data WHERE id = 10"},
        DamageCase{"cut_structure", "UPDATE chunk_terms_data SET block = substr(block, 1, 7) WHERE id = 10"},
        DamageCase{"later_structure", "UPDATE chunk_terms_data SET block = x'00000000FF000001' || block WHERE id = 10"},
        DamageCase{"missing_pages", "DELETE FROM chunk_terms_data WHERE id > 1000"},
        DamageCase{"empty_pages", "UPDATE chunk_terms_data SET block = x'' WHERE id > 1000"},
        DamageCase{"ones", "UPDATE chunk_terms_data SET block = x'00050010FFFFFFFFFFFFFFFFFFFF' WHERE id > 1000"}),
    [](const ::testing::TestParamInfo<DamageCase>& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace quarry::lexical
