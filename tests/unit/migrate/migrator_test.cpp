#include "core/migrate/migrator.h"

#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using test::Project;
using test::titles;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Migrator, AppliesInOrderAndWritesTheLedger) {
    const Project project;
    project.add_tables(3);
    EXPECT_THAT(titles(project.up().done), ElementsAre("0001_t1", "0002_t2", "0003_t3"));
    EXPECT_EQ(project.tables(), "t1 t2 t3");
    EXPECT_EQ(project.applied(), "t1 t2 t3");
    EXPECT_EQ(project.query("SELECT DISTINCT applied_at || ' ' || quarry_version FROM quarry_migrations"),
              "2026-11-21T10:00:00Z 1.2.3");
    EXPECT_EQ(project.query("SELECT checksum FROM quarry_migrations WHERE version = 2"),
              project.list().find(2)->checksum);
    EXPECT_NO_THROW(project.check());
    EXPECT_THAT(project.up().done, IsEmpty());
}

TEST(Migrator, GoesStepByStepThereAndBack) {
    const Project project;
    project.add_tables(3);
    project.up({Goal::Kind::steps, 1, {}});
    EXPECT_EQ(project.tables(), "t1");
    project.up({Goal::Kind::version, 0, "0002"});
    EXPECT_EQ(project.tables(), "t1 t2");
    EXPECT_EQ(error_of([&] { project.check(); }).code(), ErrorCode::migrations_pending);
    EXPECT_THAT(titles(project.down({Goal::Kind::steps, 1, {}}).done), ElementsAre("0002_t2"));
    project.down({});
    EXPECT_EQ(project.tables(), "");
    EXPECT_EQ(project.applied(), "");
    EXPECT_EQ(project.query("SELECT direction || version FROM quarry_migration_history ORDER BY id"),
              "up1 up2 down2 down1");
}

TEST(Migrator, ReadsOnlyForStatusAndCheck) {
    const Project project;
    project.add_tables(1);
    EXPECT_EQ(project.status().at(0).state, MigrationState::pending);
    EXPECT_EQ(error_of([&] { project.check(); }).code(), ErrorCode::migrations_pending);
    EXPECT_EQ(project.query("SELECT count(*) FROM sqlite_schema"), "0");
}

TEST(Migrator, AFailedMigrationLeavesNoTrace) {
    const Project project;
    project.add_tables(1);
    project.add("0002_bad.sql", "CREATE TABLE x(a);\nINSERT INTO x VALUES (1);\n  INSERT INTO nowhere VALUES (1);",
                "a;");
    project.add("0003_later.sql", "CREATE TABLE y(a);", "DROP TABLE y;");
    const Error error = error_of([&] { project.up(); });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_THAT(error.message(), HasSubstr("0002_bad.sql:4:3: a statement failed; nothing of this migration was kept"));
    EXPECT_THAT(error.causes(), ElementsAre("no such table: nowhere",
                                            "the statement, from line 4 column 3: INSERT INTO nowhere VALUES (1);"));
    EXPECT_EQ(project.tables(), "t1");
    EXPECT_EQ(project.applied(), "t1");
    EXPECT_EQ(project.query("SELECT count(*) FROM quarry_migration_history"), "1");

    project.add("0002_bad.sql", "CREATE TABLE x(a);", "DROP TABLE x;");
    EXPECT_THAT(titles(project.up().done), ElementsAre("0002_bad", "0003_later"));
}

TEST(Migrator, AFailedFirstMigrationLeavesNoLedger) {
    const Project project;
    project.add("0001_bad.sql", "CREATE TABLE x(a);\nCREATE TABLE x(a);", "a;");
    const Error error = error_of([&] { project.up(); });
    EXPECT_THAT(error.what(), HasSubstr("table x already exists"));
    EXPECT_THAT(error.hint(), HasSubstr("made by hand"));
    EXPECT_EQ(project.query("SELECT count(*) FROM sqlite_schema"), "0");
}

TEST(Migrator, AFailedDownLeavesTheMigrationApplied) {
    const Project project;
    project.add("0001_a.sql", "CREATE TABLE a(b);", "DROP TABLE a;\nDROP TABLE nowhere;");
    project.up();
    EXPECT_THAT(error_of([&] { project.down({}); }).message(), HasSubstr("0001_a.sql:5:1:"));
    EXPECT_EQ(project.tables(), "a");
    EXPECT_EQ(project.applied(), "a");
}

TEST(Migrator, ParsesAllBeforeItTouchesAnything) {
    const Project project;
    project.add_tables(1);
    project.write("0002_malformed.sql", "CREATE TABLE x(a);");
    EXPECT_THAT(error_of([&] { project.up(); }).message(), HasSubstr("0002_malformed.sql:1:1:"));
    EXPECT_EQ(project.query("SELECT count(*) FROM sqlite_schema"), "0");
}

TEST(Migrator, ChecksEveryFileOnRequest) {
    const Project project;
    project.add_tables(2);
    SQLite::Database memory = db::open_sqlite_memory();
    EXPECT_NO_THROW(Migrator(memory, project.list(), Project::options()).check_files());
    project.add("0003_bad.sql", "SELECT 1;", "COMMIT;");
    EXPECT_THAT(error_of([&] { Migrator(memory, project.list(), Project::options()).check_files(); }).message(),
                HasSubstr("0003_bad.sql:4:1: COMMIT cannot be in a migration"));
}

TEST(Migrator, RefusesAWayBackThatIsNotThere) {
    const Project project;
    project.write("0001_none.sql", "-- quarry:up\nCREATE TABLE a(b);\n");
    project.write("0002_said.sql", "-- quarry:up\nCREATE TABLE c(d);\n-- quarry:irreversible: the mails were sent\n");
    project.add("0003_fine.sql", "CREATE TABLE e(f);", "DROP TABLE e;");
    project.up();
    const Error said = error_of([&] { project.down({}); });
    EXPECT_THAT(said.what(), HasSubstr("0002_said.sql cannot be undone; nothing was undone: the mails were sent"));
    EXPECT_EQ(project.tables(), "a c e") << "nothing may be touched, not even what has a way back";
    project.down({Goal::Kind::steps, 1, {}});
    SQLite::Database database = project.open();
    database.exec("DELETE FROM quarry_migrations WHERE version = 2");
    EXPECT_THAT(error_of([&] { project.down({}); }).message(), HasSubstr("0001_none.sql has no down section"));
}

TEST(Migrator, StopsForEditedAndMissingFiles) {
    const Project project;
    project.add_tables(2);
    project.up();
    project.add("0001_t1.sql", "CREATE TABLE t1(a, b);", "DROP TABLE t1;");
    project.add("0003_more.sql", "CREATE TABLE more(a);", "DROP TABLE more;");
    EXPECT_EQ(error_of([&] { project.check(); }).code(), ErrorCode::migration_edited);
    EXPECT_EQ(error_of([&] { project.up(); }).code(), ErrorCode::migration_edited);
    std::filesystem::remove(project.folder() / "0001_t1.sql");
    EXPECT_EQ(error_of([&] { project.check(); }).code(), ErrorCode::migration_edited);
    EXPECT_EQ(error_of([&] { project.up(); }).code(), ErrorCode::migration_edited);
    EXPECT_EQ(project.tables(), "t1 t2");
}

TEST(Migrator, StopsForMigrationsOutOfOrder) {
    const Project project;
    project.add("0001_a.sql", "CREATE TABLE a(b);", "DROP TABLE a;");
    project.add("0003_c.sql", "CREATE TABLE c(d);", "DROP TABLE c;");
    project.up();
    project.add("0002_b.sql", "CREATE TABLE b(c);", "DROP TABLE b;");
    const Error error = error_of([&] { project.up(); });
    EXPECT_EQ(error.code(), ErrorCode::migration_order);
    EXPECT_THAT(error.what(), HasSubstr("0002_b.sql is not applied, but newer ones are"));
    EXPECT_EQ(error_of([&] { project.check(); }).code(), ErrorCode::migration_order);
    EXPECT_EQ(project.tables(), "a c");
}

TEST(Migrator, KnowsADatabaseOfANewerProgram) {
    constexpr EmbeddedMigration newer[] = {{"0001_a.sql", "-- quarry:up\nCREATE TABLE a(b);"},
                                           {"0002_b.sql", "-- quarry:up\nCREATE TABLE b(c);"}};
    SQLite::Database database = db::open_sqlite_memory();
    Migrator(database, MigrationList::from_memory(newer), Project::options()).up();
    Migrator older(database, MigrationList::from_memory(std::span(newer, 1)), Project::options());
    EXPECT_EQ(error_of([&] { older.check(); }).code(), ErrorCode::schema_newer);
    EXPECT_EQ(error_of([&] { older.up(); }).code(), ErrorCode::schema_newer);
    EXPECT_EQ(error_of([&] { older.down(); }).code(), ErrorCode::schema_newer);
}

TEST(Migrator, KnowsALedgerItDoesNotKnow) {
    const Project project;
    project.add_tables(1);
    project.open().exec("CREATE TABLE quarry_migrations(id, title)");
    const Error error = error_of([&] { project.up(); });
    EXPECT_EQ(error.code(), ErrorCode::schema_newer);
    EXPECT_THAT(error.what(), HasSubstr("has no column version"));
}

TEST(Migrator, TellsAboutEachOnlyAfterItsCommit) {
    const Project project;
    project.add_tables(2);
    project.add("0003_bad.sql", "SELECT nonsense;", "a;");
    SQLite::Database database = project.open();
    MigratorOptions options = Project::options();
    std::string told;
    options.on_start = [&](const Step& step) { told += "start " + step.migration.name + "\n"; };
    options.on_done = [&](const Done& done) {
        told += done.step.migration.name + " " + std::to_string(done.number) + "/" + std::to_string(done.total) +
                " of " + project.applied() + "\n";
    };
    (void)error_of([&] { Migrator(database, project.list(), options).up(); });
    EXPECT_EQ(told, "start t1\nt1 1/3 of t1\nstart t2\nt2 2/3 of t1 t2\nstart bad\n");
}

TEST(Migrator, StopsBetweenMigrationsWhenCancelled) {
    const Project project;
    project.add_tables(3);
    SQLite::Database database = project.open();
    Cancellation cancel;
    MigratorOptions options = Project::options();
    options.cancel = &cancel;
    options.on_done = [&](const Done&) { cancel.cancel(); };
    EXPECT_EQ(error_of([&] { Migrator(database, project.list(), options).up(); }).code(), ErrorCode::interrupted);
    EXPECT_EQ(project.tables(), "t1");
}

TEST(Migrator, StopsWithinALongStatementWhenCancelled) {
    const Project project;
    project.add(
        "0001_endless.sql",
        "CREATE TABLE x AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;",
        "a;");
    SQLite::Database database = project.open();
    Cancellation cancel;
    MigratorOptions options = Project::options();
    options.cancel = &cancel;
    options.on_start = [&](const Step&) { cancel.cancel(); };
    const Error error = error_of([&] { Migrator(database, project.list(), options).up(); });
    EXPECT_EQ(error.code(), ErrorCode::interrupted);
    EXPECT_EQ(project.tables(), "");
}

TEST(Migrator, UpDownUpGivesTheSameSchema) {
    const Project project;
    project.add("0001_users.sql",
                "CREATE TABLE users(id INTEGER PRIMARY KEY, mail TEXT UNIQUE CHECK (mail <> ''));\n"
                "CREATE INDEX by_mail ON users(lower(mail) DESC) WHERE mail IS NOT NULL;",
                "DROP INDEX by_mail; DROP TABLE users;");
    project.add("0002_notes.sql",
                "CREATE VIRTUAL TABLE notes USING fts5(body);\n"
                "CREATE TRIGGER note AFTER INSERT ON users BEGIN INSERT INTO notes VALUES (new.mail); END;\n"
                "CREATE VIEW mails AS SELECT mail FROM users;\nINSERT INTO users VALUES (1, 'a;b');",
                "DROP VIEW mails; DROP TRIGGER note; DROP TABLE notes;");
    project.up();
    const std::string schema = "SELECT sql FROM sqlite_schema ORDER BY name";
    const std::string first = project.query(schema);
    EXPECT_EQ(project.query("SELECT body FROM notes"), "a;b");
    project.down({});
    EXPECT_EQ(project.tables(), "");
    project.up();
    EXPECT_EQ(project.query(schema), first);
}

TEST(Migrator, AThousandInOneRun) {
    const Project project;
    project.add_tables(1000);
    SQLite::Database database = project.open();
    database.exec("PRAGMA journal_mode = MEMORY");  // The disk is not what is tested.
    Migrator migrator(database, project.list(), Project::options());
    EXPECT_EQ(migrator.up().done.size(), 1000u);
    EXPECT_NO_THROW(migrator.check());
    EXPECT_EQ(migrator.down({}).done.size(), 1000u);
}

}  // namespace
}  // namespace quarry::migrate
