#include "core/migrate/sqlite_session.h"

#include <sqlite3.h>

#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using test::Project;
using testing::ElementsAre;
using testing::HasSubstr;

struct RefusedCase {
    const char* name;
    const char* statement;
    const char* message;
};

void PrintTo(const RefusedCase& c, std::ostream* out) { *out << c.name; }

class Refused : public testing::TestWithParam<RefusedCase> {};

TEST_P(Refused, BeforeAnythingIsTouched) {
    const Project project;
    project.add_tables(1);
    project.add("0002_refused.sql", std::string("CREATE TABLE x(a);\n ") + GetParam().statement, "SELECT 1;");
    const Error error = error_of([&] { project.up(); });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_THAT(error.message(), HasSubstr(std::string("0002_refused.sql:3:2: ") + GetParam().message));
    EXPECT_FALSE(error.hint().empty());
    EXPECT_EQ(project.query("SELECT count(*) FROM sqlite_schema"), "0");
}

INSTANTIATE_TEST_SUITE_P(
    All, Refused,
    testing::Values(RefusedCase{"begin", "BEGIN;", "BEGIN cannot"},
                    RefusedCase{"begin_lower", "begin immediate transaction;", "BEGIN cannot"},
                    RefusedCase{"commit", "COMMIT;", "COMMIT cannot"},
                    RefusedCase{"end", "END TRANSACTION;", "END cannot"},
                    RefusedCase{"rollback", "ROLLBACK;", "ROLLBACK cannot"},
                    RefusedCase{"vacuum", "VACUUM;", "VACUUM cannot"},
                    RefusedCase{"vacuum_into", "VACUUM INTO 'x.db';", "VACUUM cannot"},
                    RefusedCase{"attach", "ATTACH 'x.db' AS x;", "ATTACH cannot"},
                    RefusedCase{"detach", "DETACH x;", "DETACH cannot"},
                    RefusedCase{"journal_mode", "PRAGMA journal_mode = WAL;", "PRAGMA journal_mode cannot"},
                    RefusedCase{"journal_mode_call", "PRAGMA main.journal_mode(WAL);", "PRAGMA journal_mode cannot"},
                    RefusedCase{"foreign_keys", "pragma /* x */ Foreign_Keys=off;", "PRAGMA foreign_keys cannot"},
                    RefusedCase{"quoted_pragma", "PRAGMA \"synchronous\" = OFF;", "PRAGMA synchronous cannot"},
                    RefusedCase{"wal_checkpoint", "PRAGMA wal_checkpoint;", "PRAGMA wal_checkpoint cannot"},
                    RefusedCase{"writable_schema", "PRAGMA writable_schema = ON;", "PRAGMA writable_schema cannot"}),
    [](const auto& given) { return given.param.name; });

TEST(Session, AllowsWhatStaysInsideTheTransaction) {
    const Project project;
    project.add("0001_a.sql",
                "SAVEPOINT s; CREATE TABLE gone(a); ROLLBACK TO s; ROLLBACK TRANSACTION TO s; RELEASE s;\n"
                "PRAGMA user_version = 7; PRAGMA foreign_keys; PRAGMA table_info(x); PRAGMA legacy_alter_table = ON;\n"
                "CREATE TABLE t(a);",
                "DROP TABLE t;");
    project.up();
    EXPECT_EQ(project.tables(), "t");
    EXPECT_EQ(project.query("PRAGMA user_version"), "7");
}

class RefusedAtRun : public testing::TestWithParam<const char*> {};

TEST_P(RefusedAtRun, AndUndone) {
    const Project project;
    project.add_tables(1);
    project.up();
    project.add("0002_ledger.sql", std::string("CREATE TABLE x(a);\n") + GetParam(), "SELECT 1;");
    const Error error = error_of([&] { project.up(); });
    EXPECT_THAT(error.message(), HasSubstr("0002_ledger.sql:3:1: "));
    EXPECT_THAT(error.message(), HasSubstr("quarry's own table"));
    EXPECT_EQ(project.tables(), "t1");
    EXPECT_EQ(project.applied(), "t1");
}

INSTANTIATE_TEST_SUITE_P(
    Ledger, RefusedAtRun,
    testing::Values(
        "DELETE FROM quarry_migrations;", "DROP TABLE QUARRY_MIGRATIONS;",
        "UPDATE \"quarry_migrations\" SET checksum = '';", "INSERT INTO quarry_migration_history DEFAULT VALUES;",
        "ALTER TABLE quarry_migrations RENAME TO x2;", "CREATE TABLE IF NOT EXISTS temp.quarry_migrations(a);",
        "CREATE TEMP TABLE quarry_migrations AS SELECT 1 AS version;",
        "CREATE TEMP VIEW quarry_migrations AS SELECT 1 AS version;", "CREATE INDEX i ON quarry_migrations (name);",
        "CREATE TRIGGER r AFTER INSERT ON quarry_migrations BEGIN SELECT 1; END;",
        "CREATE TEMP TRIGGER r AFTER INSERT ON quarry_migrations BEGIN SELECT 1; END;"));

TEST(Session, AnEntryThatIsNotKeptAsWrittenFailsTheMigration) {
    for (const char* const trigger :
         {"AFTER INSERT ON quarry_migrations BEGIN DELETE FROM quarry_migrations WHERE version = 2; END",
          "AFTER INSERT ON quarry_migrations BEGIN UPDATE quarry_migrations SET checksum = ''; END",
          "BEFORE INSERT ON quarry_migrations BEGIN SELECT raise(IGNORE); END"}) {
        const Project project;
        project.add_tables(2);
        SQLite::Database database = project.open();
        Migrator(database, project.list(), Project::options()).up({Goal::Kind::steps, 1, {}});
        database.exec(std::string("CREATE TRIGGER r ") + trigger);
        const Error error = error_of([&] { project.up(); });
        EXPECT_THAT(error.what(), HasSubstr("did not keep what was written")) << trigger;
        EXPECT_EQ(project.tables(), "t1") << trigger;
        EXPECT_EQ(project.applied(), "t1") << trigger;
    }
}

TEST(Session, AViewInPlaceOfTheLedgerIsNotRead) {
    const Project project;
    project.add_tables(1);
    project.open().exec(
        "CREATE VIEW quarry_migrations AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS "
        "version, '' AS name, '' AS checksum, '' AS applied_at, 0 AS duration_ms, '' AS quarry_version FROM n");
    EXPECT_THAT(error_of([&] { (void)project.status(); }).what(), HasSubstr("quarry_migrations is not a table"));
}

TEST(Session, SettingsOfAMigrationEndWithIt) {
    const Project project;
    project.add("0001_a.sql", "PRAGMA legacy_alter_table = ON; PRAGMA ignore_check_constraints = ON; SELECT 1;",
                "SELECT 1;");
    SQLite::Database database = project.open();
    Migrator(database, project.list(), Project::options()).up();
    EXPECT_EQ(database.execAndGet("PRAGMA legacy_alter_table").getInt(), 0);
    EXPECT_EQ(database.execAndGet("PRAGMA ignore_check_constraints").getInt(), 0);
}

TEST(Session, GivesTheConnectionBackAsItWas) {
    const Project project;
    project.add_tables(1);
    project.add("0002_bad.sql", "nonsense;", "a;");
    SQLite::Database database = project.open();
    database.setBusyTimeout(1234);
    const auto trusts = [&] {
        int trusted = -1;
        sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &trusted);
        return trusted;
    };
    for (int round = 0; round < 2; ++round) {
        (void)error_of([&] { Migrator(database, project.list(), Project::options()).up(); });
        EXPECT_EQ(database.execAndGet("PRAGMA foreign_keys").getInt(), 1);
        EXPECT_EQ(database.execAndGet("PRAGMA busy_timeout").getInt(), 1234);
        EXPECT_EQ(trusts(), 0);
        EXPECT_NO_THROW(database.exec("BEGIN; COMMIT"));
    }
}

TEST(ForeignKeys, ARebuiltTableKeepsItsChildren) {
    const Project project;
    project.add("0001_tables.sql",
                "CREATE TABLE p(id INTEGER PRIMARY KEY, a TEXT);\n"
                "CREATE TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p(id) ON DELETE CASCADE);\n"
                "INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES (1, 1);",
                "DROP TABLE c; DROP TABLE p;");
    project.add("0002_rebuild.sql",
                "CREATE TABLE p_new(id INTEGER PRIMARY KEY, a TEXT NOT NULL);\nINSERT INTO p_new SELECT * FROM p;\n"
                "DROP TABLE p;\nALTER TABLE p_new RENAME TO p;",
                "SELECT 1;");
    project.up();
    EXPECT_EQ(project.query("SELECT count(*) FROM c"), "1") << "DROP TABLE must not cascade";
}

TEST(ForeignKeys, NewViolationsAreRefused) {
    const Project project;
    project.add("0001_tables.sql",
                "CREATE TABLE p(id INTEGER PRIMARY KEY);\nCREATE TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p(id));\n"
                "INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (10, 1), (11, 2);",
                "DROP TABLE c; DROP TABLE p;");
    project.add("0002_break.sql", "DELETE FROM p;", "SELECT 1;");
    const Error error = error_of([&] { project.up(); });
    EXPECT_THAT(error.message(), HasSubstr("0002_break.sql: foreign keys would be broken"));
    EXPECT_THAT(error.causes(), ElementsAre("2 rows of c point to no row of p (rowid 10, 11)"));
    EXPECT_EQ(project.query("SELECT count(*) FROM p"), "2");
    EXPECT_EQ(project.applied(), "tables");
}

TEST(ForeignKeys, ViolationsThatWereThereBeforeAreNotItsFault) {
    const Project project;
    {
        SQLite::Database database = project.open();
        database.exec("PRAGMA foreign_keys = OFF; CREATE TABLE p(id INTEGER PRIMARY KEY);"
                      "CREATE TABLE c(p REFERENCES p(id)); INSERT INTO c VALUES (9)");
    }
    project.add_tables(2);
    EXPECT_NO_THROW(project.up());
    project.add("0003_more.sql", "INSERT INTO c VALUES (8);", "SELECT 1;");
    EXPECT_THAT(error_of([&] { project.up(); }).what(), HasSubstr("1 row of c points to no row of p"));
}

TEST(ForeignKeys, AMismatchIsNamed) {
    const Project project;
    project.add("0001_a.sql", "CREATE TABLE p(a); CREATE TABLE c(a REFERENCES p(a)); INSERT INTO c VALUES (1);",
                "SELECT 1;");
    const Error error = error_of([&] { project.up(); });
    EXPECT_THAT(error.what(), HasSubstr("foreign key mismatch"));
    EXPECT_THAT(error.hint(), HasSubstr("UNIQUE"));
    {
        SQLite::Database database = project.open();
        database.exec("PRAGMA foreign_keys = OFF; CREATE TABLE p(a); CREATE TABLE c(a REFERENCES p(a)); INSERT INTO c "
                      "VALUES (1)");
    }
    project.add("0001_a.sql", "CREATE TABLE other(a);", "DROP TABLE other;");
    EXPECT_NO_THROW(project.up());
}

TEST(ForeignKeys, AreNotCheckedWhereTheConnectionDoesNotEnforceThem) {
    const Project project;
    project.add("0001_a.sql",
                "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p(id)); INSERT INTO c VALUES (1);",
                "SELECT 1;");
    SQLite::Database database = project.open();
    database.exec("PRAGMA foreign_keys = OFF");
    EXPECT_NO_THROW(Migrator(database, project.list(), Project::options()).up());
    EXPECT_EQ(database.execAndGet("PRAGMA foreign_keys").getInt(), 0);
}

TEST(Failures, ALockIsReported) {
    const Project project;
    project.add_tables(1);
    SQLite::Database holder = project.open();
    holder.exec("BEGIN IMMEDIATE");
    const Error error = error_of([&] { project.up(); });
    EXPECT_EQ(error.code(), ErrorCode::locked);
    EXPECT_THAT(error.hint(), HasSubstr("--lock-wait"));
    holder.exec("ROLLBACK");
    EXPECT_NO_THROW(project.up());
}

TEST(Failures, AReadOnlyDatabaseIsReported) {
    const Project project;
    project.add_tables(2);
    project.up({Goal::Kind::steps, 1, {}});
    SQLite::Database database = db::open_sqlite(project.database_path(), db::SqliteMode::read_only);
    Migrator migrator(database, project.list(), Project::options());
    EXPECT_EQ(migrator.status().size(), 2u);
    EXPECT_THAT(error_of([&] { migrator.up(); }).what(), HasSubstr("readonly"));
}

TEST(Failures, AFullDiskLeavesNothing) {
    const Project project;
    project.add_tables(1);
    project.add(
        "0002_fill.sql",
        "CREATE TABLE big(a);\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)\n"
        "INSERT INTO big SELECT randomblob(1000) FROM n;",
        "DROP TABLE big;");
    SQLite::Database database = project.open();
    database.exec("PRAGMA max_page_count = 40");
    const Error error = error_of([&] { Migrator(database, project.list(), Project::options()).up(); });
    EXPECT_THAT(error.what(), HasSubstr("full"));
    EXPECT_THAT(error.hint(), HasSubstr("free some space"));
    EXPECT_EQ(project.tables(), "t1");
    EXPECT_EQ(project.applied(), "t1");
}

struct HintCase {
    const char* name;
    const char* statement;
    const char* hint;
};

void PrintTo(const HintCase& c, std::ostream* out) { *out << c.name; }

class StatementHint : public testing::TestWithParam<HintCase> {};

TEST_P(StatementHint, SaysTheCure) {
    const Project project;
    project.open().exec(
        "CREATE TABLE users(id INTEGER PRIMARY KEY, mail TEXT UNIQUE); INSERT INTO users VALUES (1, 'a');"
        "CREATE VIEW v AS SELECT mail FROM users");
    project.add("0001_a.sql", GetParam().statement, "SELECT 1;");
    EXPECT_THAT(error_of([&] { project.up(); }).hint(), HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    All, StatementHint,
    testing::Values(
        HintCase{"missing_table", "INSERT INTO user VALUES (1);", "did you mean users?"},
        HintCase{"not_null_column", "ALTER TABLE users ADD COLUMN x NOT NULL;", "give the column a DEFAULT"},
        HintCase{"unique_column", "ALTER TABLE users ADD COLUMN x UNIQUE;", "CREATE UNIQUE INDEX"},
        HintCase{"moving_default", "ALTER TABLE users ADD COLUMN x DEFAULT CURRENT_TIMESTAMP;", "UPDATE"},
        HintCase{"existing_column", "ALTER TABLE users ADD COLUMN mail;", "has that column already"},
        HintCase{"used_column", "ALTER TABLE users DROP COLUMN mail;", "drop what uses the column"},
        HintCase{"view", "DROP TABLE users; CREATE TABLE u2(a); ALTER TABLE u2 RENAME TO u3;", "drop the view first"},
        HintCase{"duplicate_rows", "INSERT INTO users VALUES (2, 'a');", "do not fit"},
        HintCase{"parameter", "INSERT INTO users VALUES (:id, ?);", "in quotes"}),
    [](const auto& given) { return given.param.name; });

}  // namespace
}  // namespace quarry::migrate
