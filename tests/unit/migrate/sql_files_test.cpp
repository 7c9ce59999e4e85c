#include "core/migrate/sql_files.h"

#include "core/schema/schema.h"
#include "engines.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class SqlFilesTest : public testing::TestWithParam<test::Engine> {
protected:
    SqlFilesTest() : project_(GetParam()) {}

    /// The schema that some files give, as SQL.
    [[nodiscard]] std::string loaded(const std::vector<std::string>& texts) const {
        const auto database = GetParam().dialect == sql::Dialect::sqlite
                                  ? sqlite_scratch_database({})
                                  : postgresql_scratch_database({project_.url(), {}, nullptr}, false, {});
        std::vector<Script> scripts;
        for (const std::string& text : texts) {
            const std::string path = "f" + std::to_string(scripts.size() + 1) + ".sql";
            scripts.push_back(read_script(database->dialect(), path, text));
        }
        run_sql_files(*database, scripts);
        return database->read_schema({})->dump();
    }

    test::EngineProject project_;
};

INSTANTIATE_TEST_SUITE_P(Engines, SqlFilesTest, testing::Values(test::sqlite_engine, test::postgresql_engine),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(SqlFilesTest, StatementsAndFilesMayBeInAnyOrder) {
    const std::string view = "CREATE VIEW adults AS SELECT id, name FROM users WHERE age > 17;";
    const std::string index = "CREATE INDEX users_name ON users (name);";
    const std::string child = "CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users(id));";
    const std::string table = "CREATE TABLE users (id integer PRIMARY KEY, name text);";
    const std::string column = "ALTER TABLE users ADD COLUMN age integer;";
    const std::string row = "INSERT INTO users (id, age) VALUES (1, 20);";
    const std::string wanted = loaded({table + column + index + child + view + row});
    EXPECT_EQ(loaded({view + index + child + row + column + table}), wanted);
    EXPECT_EQ(loaded({view, row, index, column, child, table}), wanted);
    EXPECT_EQ(loaded({table, row + view + column, index + child}), wanted);
}

TEST_P(SqlFilesTest, ASchemaCalledLikeTheLoginChangesNothing) {
    if (!project_.is_postgresql()) return;
    const std::string schema = "CREATE SCHEMA \"" + project_.query("SELECT session_user") + "\";";
    const std::string table = "CREATE TABLE users (id integer PRIMARY KEY);";
    const std::string wanted = loaded({table + schema});
    EXPECT_THAT(wanted, HasSubstr("CREATE TABLE public.users"));
    EXPECT_EQ(loaded({schema + table}), wanted);
    EXPECT_EQ(loaded({schema, "CREATE INDEX i ON users (id);", table}),
              loaded({table, schema, "CREATE INDEX i ON users (id);"}));
}

TEST_P(SqlFilesTest, TheFirstStatementThatCannotBeRunIsTheError) {
    const Error error = error_of([&] {
        (void)loaded({"CREATE INDEX late ON users (name);", "\nCREATE INDEX never ON usres (name);\n",
                      "CREATE INDEX nor ON userz (name); CREATE TABLE users (id integer PRIMARY KEY, name text);"});
    });
    EXPECT_THAT(error.message(), AllOf(HasSubstr("f2.sql:2:"), HasSubstr("a statement failed")));
    EXPECT_THAT(error.causes().back(), HasSubstr("1 more statement fails"));
}

TEST_P(SqlFilesTest, OtherErrorsAndDropsDoNotWait) {
    EXPECT_THAT(error_of([&] {
                    (void)loaded({"DROP TABLE users;", "CREATE TABLE users (id integer);"});
                }).message(),
                HasSubstr("f1.sql:1:"));
    EXPECT_THAT(error_of([&] {
                    (void)loaded({"CREATE INDEX i ON users (id);", "CREATE TABLE users (id integer);"
                                                                   "CREATE TABLE users (id integer);"});
                }).message(),
                AllOf(HasSubstr("f2.sql:1:"), HasSubstr("a statement failed")));
}

TEST(SqlFilesOnPostgresql, AStatementWaitsUnderItsOwnSettings) {
    const std::string url = quarry::test::postgresql_server().make_database();
    const auto database = postgresql_scratch_database({url, {}, nullptr}, false, {});
    const std::vector<Script> scripts = {
        read_script(sql::Dialect::postgresql, "a.sql",
                    "CREATE SCHEMA app; SET search_path = app; CREATE FUNCTION total() RETURNS bigint LANGUAGE sql "
                    "AS 'SELECT sum(n) FROM items'; CREATE TABLE kept (d deadline);"),
        read_script(sql::Dialect::postgresql, "b.sql",
                    "SET search_path = app, public; CREATE DOMAIN public.deadline AS date; CREATE TABLE items (n int);"
                    "CREATE DOMAIN deadline AS timestamp;")};
    run_sql_files(*database, scripts);
    const std::string dump = database->read_schema({})->dump();
    EXPECT_THAT(dump, AllOf(HasSubstr("CREATE TABLE app.kept"), HasSubstr("d app.deadline"),
                            HasSubstr("FUNCTION app.total()")));
}

}  // namespace
}  // namespace quarry::migrate
