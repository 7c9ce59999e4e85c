#include "core/migrate/roundtrip.h"

#include <fmt/format.h>

#include <ostream>

#include "support.h"
#include "tests/support/postgresql_server.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using test::Project;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using What = RoundtripProblem::What;

SchemaLoader sqlite_loader() {
    SchemaLoader loader;
    loader.scratch = [] { return sqlite_scratch_database({}); };
    loader.migrator_options = Project::options();
    return loader;
}

SchemaLoader postgresql_loader() {
    SchemaLoader loader = sqlite_loader();
    loader.scratch = [] {
        return postgresql_scratch_database({quarry::test::postgresql_server().url(), {}, nullptr}, false, {});
    };
    return loader;
}

RoundtripReport roundtrip(const Project& project) { return check_roundtrip(sqlite_loader(), project.list()); }

/// "0002_x.sql down_failed" for each problem.
std::vector<std::string> found(const RoundtripReport& report) {
    std::vector<std::string> found;
    for (const RoundtripProblem& one : report.problems) {
        found.push_back(fmt::format("{} {}", std::filesystem::path(one.path).filename().string(),
                                    roundtrip_problem_name(one.what)));
    }
    return found;
}

std::string details(const RoundtripReport& report) {
    std::string text;
    for (const RoundtripProblem& one : report.problems) {
        text += one.message + "\n";
        for (const std::string& line : one.details) text += line + "\n";
    }
    return text;
}

constexpr const char* users_table = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);";
constexpr const char* drop_users = "DROP TABLE users;";

/// A second migration on a table with rows, and what is found.
struct RoundtripCase {
    const char* name;
    const char* up;
    const char* down;
    std::vector<std::string> problems;
    const char* says = "";  ///< Part of what is told.
};
std::ostream& operator<<(std::ostream& out, const RoundtripCase& one) { return out << one.name; }

class RoundtripOfOne : public testing::TestWithParam<RoundtripCase> {};

TEST_P(RoundtripOfOne, FindsWhatDoesNotComeBack) {
    const Project project;
    project.add("0001_users.sql", users_table, drop_users);
    project.add("0002_change.sql", GetParam().up, GetParam().down);
    const RoundtripReport report = roundtrip(project);
    EXPECT_EQ(found(report), GetParam().problems) << details(report);
    EXPECT_THAT(details(report), HasSubstr(GetParam().says));
    EXPECT_GE(report.sample_rows, 3U);
}

const std::vector<RoundtripCase> roundtrip_cases = {
    {"add_column", "ALTER TABLE users ADD COLUMN mail TEXT;", "ALTER TABLE users DROP COLUMN mail;", {}},
    {"drop_column", "ALTER TABLE users DROP COLUMN age;", "ALTER TABLE users ADD COLUMN age INTEGER;", {}},
    {"rename_column",
     "ALTER TABLE users RENAME COLUMN name TO full_name;",
     "ALTER TABLE users RENAME COLUMN full_name TO name;",
     {}},
    {"rename_table", "ALTER TABLE users RENAME TO people;", "ALTER TABLE people RENAME TO users;", {}},
    {"index", "CREATE INDEX users_name ON users(name);", "DROP INDEX users_name;", {}},
    {"unique_index", "CREATE UNIQUE INDEX users_name ON users(name);", "DROP INDEX users_name;", {}},
    {"trigger_on_a_new_table",
     "CREATE TABLE log(what TEXT); CREATE TABLE visits(id INTEGER PRIMARY KEY, user_id INT REFERENCES users(id));"
     "CREATE TRIGGER visited AFTER INSERT ON visits BEGIN UPDATE users SET age = age + 1; END;",
     "DROP TABLE visits; DROP TABLE log;",
     {}},
    {"drop_table_and_make_it_again", drop_users, users_table, {}},
    {"rows_that_are_taken_out_again",
     "INSERT INTO users(name) VALUES ('admin');",
     "DELETE FROM users WHERE name = 'admin';",
     {}},
    {"rebuild_that_copies",
     "CREATE TABLE new_users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER, mail TEXT UNIQUE);"
     "INSERT INTO new_users (id, name, age) SELECT id, name, age FROM users;"
     "DROP TABLE users; ALTER TABLE new_users RENAME TO users;",
     "CREATE TABLE old_users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);"
     "INSERT INTO old_users SELECT id, name, age FROM users;"
     "DROP TABLE users; ALTER TABLE old_users RENAME TO users;",
     {}},
    {"without_a_transaction",
     "-- quarry:no-transaction\nCREATE INDEX users_name ON users(name);\nCREATE TABLE t(a);",
     "-- quarry:no-transaction\nDROP TABLE t;\nDROP INDEX users_name;",
     {}},

    {"down_forgets_the_column",
     "ALTER TABLE users ADD COLUMN mail TEXT; CREATE INDEX users_mail ON users(mail);",
     "DROP INDEX users_mail;",
     {"0002_change.sql schema"},
     "left over: column users.mail"},
    {"down_forgets_the_index",
     "CREATE INDEX users_name ON users(name); CREATE INDEX users_age ON users(age);",
     "DROP INDEX users_name;",
     {"0002_change.sql schema"},
     "left over: index users_age"},
    {"down_forgets_the_default",
     "CREATE TABLE new_users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER DEFAULT 18);"
     "INSERT INTO new_users SELECT * FROM users; DROP TABLE users; ALTER TABLE new_users RENAME TO users;",
     "SELECT 1;",
     {"0002_change.sql schema"},
     "different: column users.age"},
    {"down_forgets_an_index_that_up_dropped",
     "ALTER TABLE users DROP COLUMN age;",
     "ALTER TABLE users ADD COLUMN age TEXT;",
     {"0002_change.sql schema"},
     "different: column users.age"},
    {"down_loses_the_rows",
     "ALTER TABLE users ADD COLUMN mail TEXT;",
     "DROP TABLE users; CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);",
     {"0002_change.sql rows"},
     "users: 3 rows are gone, 0 rows are new"},
    {"down_loses_the_values_of_a_column",
     "ALTER TABLE users ADD COLUMN mail TEXT;",
     "ALTER TABLE users DROP COLUMN mail; ALTER TABLE users DROP COLUMN age; ALTER TABLE users ADD COLUMN age INTEGER;",
     {"0002_change.sql rows"},
     "new: id = 900001, name = 'name 1', age = NULL"},
    {"down_mixes_columns_up",
     "ALTER TABLE users ADD COLUMN nick TEXT;",
     "CREATE TABLE old_users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);"
     "INSERT INTO old_users SELECT id, age, name FROM users;"
     "DROP TABLE users; ALTER TABLE old_users RENAME TO users;",
     {"0002_change.sql rows"},
     "gone: id = 900001, name = 'name 1', age = 301"},
    {"down_loses_what_was_only_renamed",
     "ALTER TABLE users RENAME COLUMN age TO years;",
     "ALTER TABLE users DROP COLUMN years; ALTER TABLE users ADD COLUMN age INTEGER;",
     {"0002_change.sql rows"},
     "age = NULL"},
    {"down_loses_the_rows_of_a_renamed_table",
     "ALTER TABLE users RENAME TO people;",
     "DROP TABLE people; CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);",
     {"0002_change.sql rows"},
     "users: 3 rows are gone"},
    {"up_deletes_rows", "DELETE FROM users;", "SELECT 1;", {"0002_change.sql rows"}, "users: 3 rows are gone"},
    {"down_leaves_rows_behind",
     "CREATE TABLE IF NOT EXISTS users(id); INSERT OR IGNORE INTO users(id, name) VALUES (1, 'admin');",
     "SELECT 1;",
     {"0002_change.sql rows"},
     "users: 0 rows are gone, 1 row is new"},
    {"up_needs_an_empty_table",
     "ALTER TABLE users ADD COLUMN mail TEXT NOT NULL;",
     "ALTER TABLE users DROP COLUMN mail;",
     {"0002_change.sql up_failed"},
     "up does not run on tables with rows, only on empty tables"},
    {"down_fails",
     "ALTER TABLE users ADD COLUMN mail TEXT;",
     "ALTER TABLE users DROP COLUMN male;",
     {"0002_change.sql down_failed"},
     "no such column: \"male\""},
    {"down_fails_only_with_rows",
     "CREATE TABLE new_users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);"
     "INSERT INTO new_users SELECT id, NULL, age FROM users;"
     "DROP TABLE users; ALTER TABLE new_users RENAME TO users;",
     "CREATE TABLE old_users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);"
     "INSERT INTO old_users SELECT * FROM users; DROP TABLE users; ALTER TABLE old_users RENAME TO users;",
     {"0002_change.sql down_failed"},
     "NOT NULL constraint failed: old_users.name"},
    {"second_up_makes_something_else",
     "CREATE TABLE IF NOT EXISTS log(a); ALTER TABLE users ADD COLUMN mail TEXT;"
     "CREATE INDEX IF NOT EXISTS users_mail ON users(name);",
     "ALTER TABLE users DROP COLUMN mail;",
     {"0002_change.sql schema"},
     "left over: table log"},
    {"up_fails_anyway",
     "ALTER TABLE nobody ADD COLUMN a;",
     "SELECT 1;",
     {"0002_change.sql up_failed"},
     "up does not run\n"},
};

INSTANTIATE_TEST_SUITE_P(Sqlite, RoundtripOfOne, testing::ValuesIn(roundtrip_cases),
                         [](const auto& test) { return test.param.name; });

class PostgresqlRoundtripOfOne : public testing::TestWithParam<RoundtripCase> {};

TEST_P(PostgresqlRoundtripOfOne, FindsWhatDoesNotComeBack) {
    const Project project;
    project.add("0001_users.sql",
                "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, age int);",
                drop_users);
    project.add("0002_change.sql", GetParam().up, GetParam().down);
    const RoundtripReport report = check_roundtrip(postgresql_loader(), project.list());
    EXPECT_EQ(found(report), GetParam().problems) << details(report);
    EXPECT_THAT(details(report), HasSubstr(GetParam().says));
    EXPECT_GE(report.sample_rows, 3U);
}

const std::vector<RoundtripCase> postgresql_roundtrip_cases = {
    {"add_column", "ALTER TABLE users ADD COLUMN mail text;", "ALTER TABLE users DROP COLUMN mail;", {}},
    {"rename_column",
     "ALTER TABLE users RENAME COLUMN name TO full_name;",
     "ALTER TABLE users RENAME COLUMN full_name TO name;",
     {}},
    {"rename_table", "ALTER TABLE users RENAME TO people;", "ALTER TABLE people RENAME TO users;", {}},
    {"wider_type", "ALTER TABLE users ALTER age TYPE bigint;", "ALTER TABLE users ALTER age TYPE int;", {}},
    {"concurrent_index",
     "-- quarry:no-transaction\nCREATE INDEX CONCURRENTLY users_name ON users(name);",
     "-- quarry:no-transaction\nDROP INDEX CONCURRENTLY users_name;",
     {}},
    {"enum_domain_and_trigger",
     "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');"
     "CREATE TABLE moods(user_id bigint NOT NULL REFERENCES users, mood mood NOT NULL, mail mail);"
     "CREATE FUNCTION older() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE users SET age = age + 1;"
     "RETURN NULL; END $$; CREATE TRIGGER older AFTER INSERT ON moods FOR EACH STATEMENT EXECUTE FUNCTION older();",
     "DROP TABLE moods; DROP FUNCTION older; DROP DOMAIN mail; DROP TYPE mood;",
     {}},
    {"down_forgets_the_type",
     "CREATE TYPE mood AS ENUM ('sad', 'ok'); ALTER TABLE users ADD COLUMN mood mood;",
     "ALTER TABLE users DROP COLUMN mood;",
     {"0002_change.sql schema"},
     "left over: type mood"},
    {"down_forgets_the_column",
     "ALTER TABLE users ADD COLUMN mail text; CREATE INDEX users_mail ON users(mail);",
     "DROP INDEX users_mail;",
     {"0002_change.sql schema"},
     "left over: column users.mail"},
    {"down_forgets_the_default",
     "ALTER TABLE users ALTER age SET DEFAULT 18;",
     "SELECT 1;",
     {"0002_change.sql schema"},
     "different: column users.age"},
    {"down_loses_the_rows",
     "ALTER TABLE users ADD COLUMN mail text;",
     "ALTER TABLE users DROP COLUMN mail; TRUNCATE users;",
     {"0002_change.sql rows"},
     "users: 3 rows are gone, 0 rows are new"},
    {"down_loses_what_was_only_renamed",
     "ALTER TABLE users RENAME COLUMN age TO years;",
     "ALTER TABLE users DROP COLUMN years; ALTER TABLE users ADD COLUMN age int;",
     {"0002_change.sql rows"},
     "age = NULL"},
    {"up_needs_an_empty_table",
     "ALTER TABLE users ADD COLUMN mail text NOT NULL;",
     "ALTER TABLE users DROP COLUMN mail;",
     {"0002_change.sql up_failed"},
     "up does not run on tables with rows, only on empty tables"},
    {"down_fails",
     "ALTER TABLE users ADD COLUMN mail text;",
     "ALTER TABLE users DROP COLUMN male;",
     {"0002_change.sql down_failed"},
     "column \"male\" of relation \"users\" does not exist"},
    {"down_fails_without_a_transaction",
     "-- quarry:no-transaction\nCREATE INDEX CONCURRENTLY users_name ON users(name);",
     "-- quarry:no-transaction\nDROP INDEX CONCURRENTLY users_name;\nDROP INDEX nothing;",
     {"0002_change.sql down_failed"},
     "nothing"},
};

INSTANTIATE_TEST_SUITE_P(Postgresql, PostgresqlRoundtripOfOne, testing::ValuesIn(postgresql_roundtrip_cases),
                         [](const auto& test) { return test.param.name; });

TEST(Roundtrip, OneProblemHidesNoOther) {
    const Project project;
    project.add("0001_users.sql", users_table, drop_users);
    project.add("0002_strict.sql", "ALTER TABLE users ADD COLUMN a TEXT NOT NULL;", "ALTER TABLE users DROP COLUMN a;");
    project.add("0003_good.sql", "CREATE TABLE t(a);", "DROP TABLE t;");
    project.add("0004_index.sql", "CREATE INDEX users_name ON users(name);", "SELECT 1;");
    project.add("0005_down.sql", "ALTER TABLE users ADD COLUMN b TEXT;", "DROP TABLE nothing;");
    project.add("0006_rows.sql", "UPDATE users SET name = upper(name);", "SELECT 1;");
    const RoundtripReport report = roundtrip(project);
    EXPECT_THAT(found(report), ElementsAre("0002_strict.sql up_failed", "0004_index.sql schema",
                                           "0005_down.sql down_failed", "0006_rows.sql rows"));
    EXPECT_EQ(report.tried, 3U) << "0001, 0003 and 0006";
    EXPECT_THAT(report.notes, IsEmpty());
}

TEST(Roundtrip, StopsWhereNothingBehindCanBeReached) {
    const Project project;
    project.add("0001_users.sql", users_table, drop_users);
    project.add("0002_bad.sql", "CREATE TABLE users(a);", "SELECT 1;");
    project.add("0003_later.sql", "CREATE TABLE t(a);", "SELECT 1;");
    const RoundtripReport report = roundtrip(project);
    EXPECT_THAT(found(report), ElementsAre("0002_bad.sql up_failed"));
    EXPECT_THAT(report.notes, ElementsAre(HasSubstr("those after it were not tried")));
}

TEST(Roundtrip, PassesOverWhatHasNoWayBack) {
    const Project project;
    project.add("0001_users.sql", users_table, drop_users);
    project.write("0002_oneway.sql", "-- quarry:up\n-- quarry:irreversible: the mails are gone\nDELETE FROM users;\n");
    project.write("0003_nodown.sql", "-- quarry:up\nCREATE TABLE t(a);\n");
    project.add("0004_good.sql", "CREATE INDEX t_a ON t(a);", "DROP INDEX t_a;");
    const RoundtripReport report = roundtrip(project);
    EXPECT_THAT(report.problems, IsEmpty()) << details(report);
    EXPECT_EQ(report.without_way_back, 2U);
    EXPECT_EQ(report.tried, 2U);
    EXPECT_THAT(report.notes, ElementsAre(HasSubstr("irreversible, so only up was tried: the mails are gone"),
                                          HasSubstr("no down section")));
}

TEST(Roundtrip, RunsRepeatableMigrationsTwice) {
    const Project project;
    project.add("0001_users.sql", users_table, drop_users);
    project.write("R_good.sql", "DROP VIEW IF EXISTS good;\nCREATE VIEW good AS SELECT name FROM users;\n");
    EXPECT_EQ(roundtrip(project).repeatable, 1U);
    project.write("R_once.sql", "CREATE VIEW once AS SELECT name FROM users;\n");
    const RoundtripReport report = roundtrip(project);
    ASSERT_EQ(report.problems.size(), 1U);
    EXPECT_THAT(report.problems[0].message, HasSubstr("does not run a second time"));
    EXPECT_THAT(details(report), HasSubstr("R_once.sql"));
}

TEST(Roundtrip, UndoesBehindRepeatableMigrations) {
    const Project project;
    const auto add_mail = [&](const std::string& down) {
        project.add("0002_mail.sql", "ALTER TABLE users ADD COLUMN mail TEXT;", down);
    };
    project.add("0001_users.sql", users_table, drop_users);
    add_mail("ALTER TABLE users DROP COLUMN mail;");
    project.write("R_mails.sql", "DROP VIEW IF EXISTS mails;\nCREATE VIEW mails AS SELECT mail FROM users;\n");
    const RoundtripReport report = check_roundtrip(postgresql_loader(), project.list());
    EXPECT_THAT(found(report), ElementsAre("0002_mail.sql down_failed"));
    EXPECT_THAT(details(report), HasSubstr("after the repeatable migrations"));
    EXPECT_TRUE(report.problems[0].behind_repeatable);
    add_mail("DROP VIEW IF EXISTS mails; ALTER TABLE users DROP COLUMN mail;");
    EXPECT_THAT(found(check_roundtrip(postgresql_loader(), project.list())), IsEmpty());
}

TEST(Roundtrip, GivesVariablesTheirValues) {
    const Project project;
    project.write("0001_roles.sql", "-- quarry:env: ADMIN\n-- quarry:up\nCREATE TABLE roles(name TEXT);\n"
                                    "INSERT INTO roles VALUES ('${ADMIN}');\n-- quarry:down\nDROP TABLE roles;\n");
    SchemaLoader loader = sqlite_loader();
    loader.migrator_options.environment = [](const std::string&) { return std::optional<std::string>("root"); };
    EXPECT_THAT(check_roundtrip(loader, project.list()).problems, IsEmpty());
    loader.migrator_options.environment = [](const std::string&) { return std::optional<std::string>(); };
    EXPECT_THAT(found(check_roundtrip(loader, project.list())), ElementsAre("0001_roles.sql up_failed"));
}

TEST(Roundtrip, CanBeCancelled) {
    const Project project;
    project.add_tables(3);
    SchemaLoader loader = sqlite_loader();
    Cancellation cancel;
    loader.migrator_options.cancel = &cancel;
    loader.migrator_options.on_start = [&](const Step& step) {
        if (step.migration.version == 2) cancel.cancel();
    };
    EXPECT_EQ(error_of([&] { (void)check_roundtrip(loader, project.list()); }).code(), ErrorCode::interrupted);
}

TEST(Roundtrip, SaysWhichTablesStayedEmpty) {
    const Project project;
    project.add("0001_odd.sql", "CREATE TABLE odd(a INTEGER NOT NULL CHECK ((a * 7) % 1000 = 999));",
                "DROP TABLE odd;");
    project.add("0002_index.sql", "CREATE INDEX odd_a ON odd(a);", "DROP INDEX odd_a;");
    const RoundtripReport report = roundtrip(project);
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_THAT(report.notes, ElementsAre(HasSubstr("odd was tried without rows: CHECK constraint failed")));
}

TEST(Roundtrip, OfNoMigrationsFindsNothing) { EXPECT_THAT(roundtrip(Project()).problems, IsEmpty()); }

}  // namespace
}  // namespace quarry::migrate
