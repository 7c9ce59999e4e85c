#include "core/migrate/check.h"

#include "core/migrate/dump_file.h"
#include "support.h"

namespace quarry::migrate {
namespace {

using test::Project;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class CheckTest : public testing::Test {
protected:
    CheckTest() {
        project_.add("0001_users.sql", "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);", "DROP TABLE users;");
        project_.add("0002_index.sql", "CREATE INDEX users_name ON users (name);", "DROP INDEX users_name;");
        project_.up();
    }

    [[nodiscard]] CheckReport check(const CheckOptions& options = {}) const {
        SchemaLoader loader;
        loader.scratch = [] { return sqlite_scratch_database({}); };
        loader.migrator_options = Project::options();
        const auto database = open_sqlite_database(project_.database_path(), {});
        return migrate::check(*database, project_.list(), loader, options);
    }
    [[nodiscard]] static std::vector<std::string> rules(const CheckReport& report) {
        std::vector<std::string> rules;
        for (const CheckFinding& one : report.findings) rules.push_back(one.rule);
        return rules;
    }

    Project project_;
};

TEST_F(CheckTest, IsContentWithWhatIsRight) {
    EXPECT_TRUE(check().ok());
    EXPECT_EQ(check().error(), std::nullopt);
}

TEST_F(CheckTest, SeesDrift) {
    project_.open().exec("ALTER TABLE users ADD COLUMN age INTEGER; DROP INDEX users_name");
    const CheckReport report = check();
    ASSERT_THAT(rules(report), ElementsAre("schema-drift"));
    EXPECT_THAT(report.findings[0].details, Contains(HasSubstr("add_column users.age")));
    EXPECT_THAT(report.findings[0].details, Contains(HasSubstr("drop_index users_name")));
    EXPECT_EQ(report.error()->code(), ErrorCode::schema_drift);
    CheckOptions without;
    without.drift = false;
    EXPECT_TRUE(check(without).ok());
}

TEST_F(CheckTest, ARenameByHandIsDriftAndNoQuestion) {
    project_.open().exec("ALTER TABLE users RENAME COLUMN name TO full_name");
    EXPECT_THAT(rules(check()), ElementsAre("schema-drift"));
}

TEST_F(CheckTest, PendingOnesAreNoDrift) {
    project_.add("0003_posts.sql", "CREATE TABLE posts(a);", "DROP TABLE posts;");
    const CheckReport report = check();
    EXPECT_THAT(rules(report), ElementsAre("migration-pending"));
    EXPECT_EQ(report.error()->code(), ErrorCode::migrations_pending);
}

TEST_F(CheckTest, AChangedRepeatableIsPendingAndNoDrift) {
    project_.write("R_v.sql", "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT name FROM users;\n");
    project_.up();
    EXPECT_TRUE(check().ok());
    project_.write("R_v.sql", "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT id FROM users;\n");
    const CheckReport report = check();
    EXPECT_THAT(rules(report), ElementsAre("migration-pending"));
    EXPECT_THAT(report.notes, Contains(HasSubstr("a repeatable migration has changed")));
}

TEST_F(CheckTest, SaysAllThatIsWrongTheWorstFirst) {
    project_.add("0003_posts.sql", "CREATE TABLE posts(a);", "DROP TABLE posts;");
    project_.add("0001_users.sql", "CREATE TABLE users(id INTEGER PRIMARY KEY);", "DROP TABLE users;");
    project_.write("0004_bad.sql", "-- quarry:up\nCREATE TABLE x(");
    const CheckReport report = check();
    EXPECT_THAT(rules(report),
                ElementsAre("migration-malformed", "migration-edited", "migration-pending", "migration-pending"));
    EXPECT_THAT(report.findings[0].message, HasSubstr("0004_bad.sql:2:1: this statement is never ended"));
    EXPECT_THAT(report.notes, Contains(HasSubstr("drift was not checked")));
    EXPECT_EQ(report.error()->code(), ErrorCode::failed);
}

TEST_F(CheckTest, HoldsTheMigrationsAgainstTheWantedSchema) {
    CheckOptions options;
    write_file_atomically(project_.root() / "schema.sql",
                          "create table \"users\" (id integer primary key, name text);\n"
                          "create index users_name on users(name)");
    options.wanted = SchemaSource::parse((project_.root() / "schema.sql").string());
    EXPECT_TRUE(check(options).ok());
    write_file_atomically(project_.root() / "schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);");
    EXPECT_THAT(rules(check(options)), ElementsAre("schema-file"));
}

// A migration written by hand: to drop what it made is the last thing that is meant.
TEST_F(CheckTest, AnOlderWantedSchemaIsBroughtUpToDateFirst) {
    const auto hint = [&](const std::string& schema) {
        write_file_atomically(project_.root() / "schema.sql", schema);
        CheckOptions options;
        options.folder = "my migrations";
        options.wanted = SchemaSource::parse((project_.root() / "schema.sql").string());
        options.wanted->text = "schema.sql";
        return check(options).findings.at(0).hint;
    };
    EXPECT_EQ(hint("CREATE TABLE users (id INTEGER PRIMARY KEY);"),
              "if schema.sql is out of date: quarry migrate diff --from schema.sql --to 'my migrations' shows what to "
              "change in it; if the migrations are at fault: quarry migrate new sync_schema --autogenerate --schema "
              "schema.sql writes the migration, which may drop data: read it first");
    EXPECT_THAT(
        hint(std::string(dump_mark) + "\nCREATE TABLE users (id INTEGER PRIMARY KEY);"),
        StartsWith("if schema.sql is out of date: quarry migrate dump --from 'my migrations' --output schema.sql"
                   " writes it again; "));
    EXPECT_THAT(hint("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INT);"
                     "CREATE INDEX users_name ON users(name);"),
                StartsWith("quarry migrate new sync_schema --autogenerate --schema schema.sql writes the migration; if "
                           "schema.sql is out of date instead: "));
}

TEST_F(CheckTest, AWantedSchemaThatCannotBeReadIsNoSchemaThatWasCompared) {
    CheckOptions options;
    write_file_atomically(project_.root() / "schema.sql", "CREATE TABL users (id INTEGER);");
    options.wanted = SchemaSource::parse((project_.root() / "schema.sql").string());
    const CheckReport report = check(options);
    EXPECT_THAT(rules(report), ElementsAre("schema-file"));
    EXPECT_THAT(report.findings.front().message, HasSubstr("schema.sql:1:8: "));
    EXPECT_EQ(report.error()->code(), ErrorCode::failed);
    EXPECT_EQ(report.compared_wanted, "");
}

TEST_F(CheckTest, MigrationsThatDoNotRunFromNothingAreFound) {
    project_.add("0003_bad.sql", "INSERT INTO users VALUES (1, 'a'); CREATE TABLE nowhere.x(a);", "DROP TABLE x;");
    CheckOptions options;
    write_file_atomically(project_.root() / "schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);");
    options.wanted = SchemaSource::parse((project_.root() / "schema.sql").string());
    EXPECT_THAT(rules(check(options)), Contains("migrations-do-not-run"));
}

}  // namespace
}  // namespace quarry::migrate
