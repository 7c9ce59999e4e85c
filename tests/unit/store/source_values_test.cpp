#include "core/store/sqlite/source_values.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/file.h"
#include "core/migrate/migrator.h"
#include "core/store/chunk_filter.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/sqlite_store.h"
#include "core/store/sqlite/text_packing.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using testing::failed;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;
using testing::put;

/// "name=value", of numbers with a sign before: "n=#7"; of what is left out "n=?".
std::vector<std::string> shown(const std::vector<SourceValue>& values) {
    std::vector<std::string> lines;
    for (const SourceValue& value : values) {
        std::string line = value.name + "=";
        if (const double* number = std::get_if<double>(&value.value)) {
            line += fmt::format("#{}", *number);
        } else if (const std::string* text = std::get_if<std::string>(&value.value)) {
            line += *text;
        } else {
            line += "?";
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

struct ValuesCase {
    const char* name;
    std::string source, document;
    std::vector<std::string> values;
};

class SourceValuesOf : public ::testing::TestWithParam<ValuesCase> {};

TEST_P(SourceValuesOf, metadata) {
    EXPECT_EQ(shown(source_values(GetParam().source, GetParam().document)), GetParam().values);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SourceValuesOf,
    ::testing::Values(
        ValuesCase{"none", "{}", "{}", {}}, ValuesCase{"broken", "{", "[1]", {}},
        ValuesCase{"both",
                   R"({"year":1843})",
                   R"({"author":"Ada","year":"1900"})",
                   {"author=Ada", "year=#1843", "year=#1900"}},
        ValuesCase{"the_same_once", R"({"year":7})", R"({"year":"7.0"})", {"year=#7"}},
        ValuesCase{"below", R"({"a":{"b":{"c":true}},"a.b":2})", "{}", {"a=?", "a.b=#2", "a.b=?", "a.b.c=true"}},
        ValuesCase{"lists", R"({"a":["x",1,null,["y"]],"b":[]})", "{}", {"a=#1", "a=null", "a=x", "a=?", "b=?"}},
        ValuesCase{"null_is_none", R"({"a":null})", "{}", {}},
        ValuesCase{"no_number", R"({"a":"nan","b":"+1","c":"1e999"})", "{}", {"a=?", "b=+1", "c=1e999"}},
        ValuesCase{"long_text",
                   R"({"a":")" + std::string(201, 'x') + R"(","b":")" + std::string(200, 'y') + R"("})",
                   "{}",
                   {"a=?", "b=" + std::string(200, 'y')}},
        ValuesCase{"long_name", R"({")" + std::string(201, 'x') + R"(":1})", "{}", {}},
        ValuesCase{"tags",
                   R"({"tags":"#One, two"})",
                   R"({"keywords":["2020","Two"]})",
                   {"#=2020", "#=one", "#=two", "keywords=#2020", "keywords=Two", "tags=#One, two"}},
        ValuesCase{"odd_tags", R"({"tags":["a",["b"]]})", "{}", {"#=?", "tags=a", "tags=?"}}),
    [](const ::testing::TestParamInfo<ValuesCase>& row) { return std::string(row.param.name); });

TEST(SourceValuesOfDeepMetadata, EndWithTheLongestName) {
    std::string deep;
    for (int i = 0; i < 20'000; ++i) deep += R"({"":)";
    deep += "1" + std::string(20'000, '}');
    EXPECT_LE(source_values(deep, "{}").size(), 201U);
    EXPECT_LE(source_values(R"({"tags":)" + deep + "}", "{}").size(), 201U);
}

class SourceValuesTest : public ::testing::Test {
protected:
    SourceValuesTest() { open(StoreMode::create); }

    void open(StoreMode mode) {
        store = nullptr;
        store = open_store(path, mode);
    }
    void put_with(const std::string& uri, const std::string& metadata, const std::string& text = "") {
        PreparedSource source = prepared(uri, text.empty() ? "Text of " + uri : text);
        source.source.metadata_json = metadata;
        put(*store, std::move(source));
    }
    /// Sources that the index offers for a test: "?" where it must be read from all.
    std::vector<std::string> offered(const std::string& test, const std::string& tag = "") {
        ChunkFilter filter;
        if (!test.empty()) filter.metadata = {parse_metadata_test(test)};
        if (!tag.empty()) filter.tags = {tag};
        return offered(filter);
    }
    std::vector<std::string> offered(const ChunkFilter& filter) {
        SQLite::Database database(path.string(), SQLite::OPEN_READONLY);
        db::StatementCache statements(database);
        const auto candidates = SourceValues(statements).candidates(filter);
        if (!candidates) return {"?"};
        std::vector<std::string> uris;
        for (const std::int64_t id : *candidates) {
            SQLite::Statement source(database, "SELECT uri FROM sources WHERE id = ?");
            source.bind(1, id);
            uris.push_back(source.executeStep() ? source.getColumn(0).getString() : "gone");
        }
        return uris;
    }
    void execute(const std::string& sql) { SQLite::Database(path.string(), SQLite::OPEN_READWRITE).exec(sql); }
    std::int64_t rows() {
        SQLite::Database database(path.string(), SQLite::OPEN_READONLY);
        return database.execAndGet("SELECT count(*) FROM source_values").getInt64();
    }
    /// Texts of the chunks within a filter.
    std::vector<std::string> within(const std::string& test) {
        ChunkFilter filter;
        filter.metadata = {parse_metadata_test(test)};
        std::vector<std::string> texts;
        for (const std::int64_t id : store->chunk_ids({filter, {}}, 0, 10'000)) texts.push_back(store->chunk(id)->text);
        return texts;
    }

    TemporaryDirectory folder;
    std::filesystem::path path = folder.path() / "base.db";
    std::unique_ptr<Store> store;
};

TEST_F(SourceValuesTest, each_operator_is_looked_up_or_not) {
    put_with("a", R"({"n":7,"s":"beta","tags":["Red","blue"]})");
    put_with("b", R"({"n":"10","s":"Alpha"})");
    put_with("c", R"({"n":"x","s":"gamma","tags":"red"})");
    put_with("d", R"({"n":{"o":1}})");
    const std::vector<std::string> scan{"?"};
    EXPECT_THAT(offered("n=7.0"), ElementsAre("a", "d"));
    EXPECT_THAT(offered("n=x"), ElementsAre("c", "d"));
    EXPECT_THAT(offered("n.o=1"), ElementsAre("d"));
    EXPECT_THAT(offered("n<8"), ElementsAre("a", "d"));
    EXPECT_THAT(offered("n<=10"), ElementsAre("a", "b", "d"));
    EXPECT_THAT(offered("n>8"), ElementsAre("b", "c", "d"));
    EXPECT_THAT(offered("n>=z"), ElementsAre("a", "b", "d"));
    EXPECT_THAT(offered("s>b"), ElementsAre("a", "c"));
    EXPECT_THAT(offered("s<=beta"), ElementsAre("a", "b"));
    EXPECT_THAT(offered("n"), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(offered("m"), IsEmpty());
    EXPECT_EQ(offered("n!=7"), scan);
    EXPECT_EQ(offered("!n"), scan);
    EXPECT_EQ(offered("s~a"), scan);
    EXPECT_EQ(offered("n=nan"), scan);
    EXPECT_EQ(offered("title=Title"), scan);
    EXPECT_THAT(offered("", "RED"), ElementsAre("a", "c"));
    EXPECT_THAT(offered("", "green"), IsEmpty());
}

TEST_F(SourceValuesTest, the_test_with_the_fewest_sources_is_taken) {
    put_with("a", R"({"kind":"x","n":1})");
    put_with("b", R"({"kind":"x","n":2})");
    put_with("c", R"({"kind":"x","n":2,"tags":"t"})");
    ChunkFilter filter;
    filter.metadata = {parse_metadata_test("kind=x"), parse_metadata_test("n=2"), parse_metadata_test("kind!=y")};
    EXPECT_THAT(offered(filter), ElementsAre("b", "c"));
    filter.tags = {"t"};
    EXPECT_THAT(offered(filter), ElementsAre("c"));
}

TEST_F(SourceValuesTest, a_test_that_holds_for_many_is_not_looked_up) {
    std::vector<PreparedSource> sources;
    for (int i = 0; i < 1'001; ++i) {
        sources.push_back(prepared(fmt::format("s{}", i), fmt::format("Text {}", i)));
        sources.back().source.metadata_json = i == 0 ? R"({"a":1})" : R"({"a":1,"b":2})";
    }
    store->put(sources);
    EXPECT_THAT(offered("a=1"), ElementsAre("?"));
    EXPECT_EQ(offered("b=2").size(), 1'000U);
    EXPECT_EQ(within("a=1").size(), 1'001U);
}

TEST_F(SourceValuesTest, follows_changes_and_removals) {
    put_with("a", R"({"n":1,"old":true})", "The same.");
    put_with("b", R"({"n":1})", "The same.");
    put_with("a", R"({"n":2})", "The same.");
    EXPECT_THAT(offered("n=1"), ElementsAre("b"));
    EXPECT_THAT(offered("n=2"), ElementsAre("a"));
    EXPECT_THAT(offered("old"), IsEmpty());
    EXPECT_THAT(problems(*store), IsEmpty());
    put(*store, failed("a", "gone"));
    EXPECT_THAT(offered("n"), ElementsAre("b"));
    store->remove(std::vector<std::string>{"b"});
    EXPECT_EQ(rows(), 0);
    EXPECT_THAT(problems(*store), IsEmpty());
}

/// A text that is known keeps what was read with it; so the index must say that too.
TEST_F(SourceValuesTest, a_known_document_keeps_its_own_metadata) {
    PreparedSource first = prepared("a", "Text.");
    first.document->metadata = {{"author", "Ada"}};
    PreparedSource second = prepared("b", "Text.");
    second.document->metadata = {{"author", "Bob"}};
    put(*store, first);
    put(*store, second);
    EXPECT_THAT(offered("author=Ada"), ElementsAre("a", "b"));
    EXPECT_THAT(offered("author=Bob"), IsEmpty());
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(SourceValuesTest, nothing_is_kept_of_a_source_without_metadata) {
    put_with("a", "{}");
    EXPECT_EQ(rows(), 0);
}

TEST_F(SourceValuesTest, an_older_base_is_filled_when_it_is_written_to) {
    put_with("a", R"({"n":1})");
    put_with("b", R"({"n":2})");
    store = nullptr;
    {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
        register_unpacking(database);
        migrate::Migrator migrator(database, migrate::MigrationList::from_memory(knowledge_base_migrations()), {});
        migrator.down({migrate::Goal::Kind::version, 0, "0007"});
        migrator.up();
    }
    EXPECT_EQ(rows(), 0);
    open(StoreMode::read);
    EXPECT_THAT(offered("n=2"), ElementsAre("?"));
    EXPECT_THAT(within("n=2"), ElementsAre("Text of b"));
    EXPECT_THAT(problems(*store), IsEmpty());
    open(StoreMode::write);
    EXPECT_EQ(rows(), 2);
    EXPECT_EQ(store->setting(setting::source_values), "1");
    EXPECT_THAT(offered("n=2"), ElementsAre("b"));
    EXPECT_THAT(within("n=2"), ElementsAre("Text of b"));
    EXPECT_THAT(problems(*store), IsEmpty());
}

TEST_F(SourceValuesTest, filling_an_older_base_is_shown_and_can_be_interrupted) {
    put_with("a", R"({"n":1})");
    put_with("b", R"({"n":2})");
    put_with("c", "{}");
    execute("UPDATE settings SET value = 'older' WHERE name = 'source_values'; DELETE FROM source_values");
    store = nullptr;
    std::vector<std::uint64_t> totals;
    const auto interrupt = [&](std::uint64_t, std::uint64_t total) {
        totals.push_back(total);
        throw Error(ErrorCode::interrupted, "interrupted");
    };
    EXPECT_THROW((void)open_store(path, StoreMode::write, interrupt), Error);
    EXPECT_THAT(totals, ElementsAre(2U)) << "the sources with metadata";
    open(StoreMode::read);
    EXPECT_EQ(store->setting(setting::source_values), "older") << "nothing of it is kept";
    open(StoreMode::write);
    EXPECT_EQ(rows(), 2);
    EXPECT_THAT(offered("n=2"), ElementsAre("b"));
}

TEST_F(SourceValuesTest, verify_finds_a_wrong_index) {
    put_with("a", R"({"n":1,"m":2})");
    execute("DELETE FROM source_values WHERE name = 'n'");
    EXPECT_THAT(problems(*store), ElementsAre("a: 1 of the 2 values of its metadata are not in their index"));
    execute("INSERT INTO source_values VALUES ('n', 1, 1), ('n', 1, 9)");
    EXPECT_THAT(problems(*store), ElementsAre("the index of values in metadata: 1 of its entries belong to no source"));
    execute("UPDATE settings SET value = 'older' WHERE name = 'source_values'");
    EXPECT_THAT(problems(*store), ElementsAre(HasSubstr("the rows of settings"))) << "but not of the values";
    open(StoreMode::write);
    EXPECT_EQ(rows(), 2);
}

}  // namespace
}  // namespace quarry::store
