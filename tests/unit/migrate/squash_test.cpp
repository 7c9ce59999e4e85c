#include "core/migrate/squash.h"

#include <algorithm>
#include <ostream>

#include "core/base/file.h"
#include "core/migrate/squash_ledger.h"
#include "support.h"
#include "tests/support/postgresql_server.h"

namespace quarry::migrate {
namespace {

namespace fs = std::filesystem;
using test::error_of;
using test::Project;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A folder of migrations, an application's database, and another one that was migrated before the squash.
class SquashProject {
public:
    explicit SquashProject(sql::Dialect dialect) : dialect_(dialect) {
        if (dialect == sql::Dialect::sqlite) return;
        urls_ = {quarry::test::postgresql_server().make_database(), quarry::test::postgresql_server().make_database()};
    }

    [[nodiscard]] const Project& files() const { return files_; }
    [[nodiscard]] std::string either(const std::string& sqlite, const std::string& postgresql) const {
        return dialect_ == sql::Dialect::sqlite ? sqlite : postgresql;
    }
    /// Three migrations that end with a table, an index, a trigger, a view and two rows; and a newer one.
    void add_four() const {
        const std::string key =
            either("id INTEGER PRIMARY KEY AUTOINCREMENT", "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
        files_.add("0001_roles.sql",
                   "CREATE TABLE roles (" + key + ", name text NOT NULL, note text, data " + either("BLOB", "bytea") +
                       ");" + "INSERT INTO roles(name, data) VALUES ('gone', NULL), ('it''s', " +
                       either("x'00ff'", "'\\x00ff'") + "), ('two\nlines', NULL), ('gone', NULL);",
                   "DROP TABLE roles;");
        files_.add(
            "0002_users.sql",
            "CREATE TABLE users (" + key +
                ", role_id int NOT NULL REFERENCES roles(id), name text);"
                "CREATE INDEX users_name ON users(name); CREATE TABLE scrap(a int);"
                "CREATE TABLE log(what text);" +
                either("CREATE TRIGGER logged AFTER INSERT ON roles BEGIN INSERT INTO log VALUES (NEW.name); END;",
                       "CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log "
                       "VALUES (NEW.name); RETURN NEW; END $$; CREATE TRIGGER logged AFTER INSERT ON roles FOR "
                       "EACH ROW EXECUTE FUNCTION logged();"),
            "SELECT 1;");
        files_.write("0003_names.sql",
                     "-- quarry:up\n-- quarry:irreversible: rows are deleted\nDROP TABLE scrap;"
                     "DELETE FROM roles WHERE name = 'gone'; CREATE VIEW names AS SELECT name FROM users;\n"
                     "INSERT INTO users(role_id, name) VALUES (2, 'root');\n");
        files_.add("0004_later.sql", "ALTER TABLE users ADD COLUMN mail text; INSERT INTO roles(name) VALUES ('new');",
                   "ALTER TABLE users DROP COLUMN mail; DELETE FROM roles WHERE name = 'new';");
    }

    [[nodiscard]] std::unique_ptr<Database> open(std::size_t which = 0) const {
        if (dialect_ == sql::Dialect::postgresql) return open_postgresql_database(urls_.at(which), {});
        DatabaseOptions options;
        options.create = true;
        return open_sqlite_database(files_.root() / (which == 0 ? "app.db" : "other.db"), options);
    }
    [[nodiscard]] SchemaLoader loader() const {
        SchemaLoader loader;
        loader.migrator_options = Project::options();
        loader.scratch = [dialect = dialect_] {
            return dialect == sql::Dialect::sqlite
                       ? sqlite_scratch_database({})
                       : postgresql_scratch_database({quarry::test::postgresql_server().url(), {}, nullptr}, false, {});
        };
        return loader;
    }
    void up(const Goal& goal = {}, std::size_t which = 0) const {
        const auto database = open(which);
        Migrator(database->session(), files_.list(), Project::options()).up(goal);
    }
    [[nodiscard]] std::string applied(std::size_t which = 0) const {
        const auto database = open(which);
        std::string text;
        for (const LedgerEntry& entry : database->session()->read_ledger().applied) {
            text += (text.empty() ? "" : " ") + format_version(entry.version) + "_" + entry.name;
        }
        return text;
    }
    void check(std::size_t which = 0) const {
        const auto database = open(which);
        Migrator(database->session(), files_.list(), Project::options()).check();
    }

    [[nodiscard]] Squash plan(const std::string& place = "head", const std::string& name = "baseline") const {
        const MigrationList list = files_.list();
        return prove_squash(loader(), list, begin_squash(list, files_.folder(), place, name));
    }
    bool apply(const Squash& squash) const {
        const auto database = open();
        return apply_squash(squash, files_.list(), database.get(), Project::options());
    }
    [[nodiscard]] LedgerSquash plan_ledger(std::size_t which) const {
        const auto database = open(which);
        return plan_ledger_squash(loader(), files_.list(), *database);
    }
    void apply_ledger(const LedgerSquash& squash, std::size_t which) const {
        const auto database = open(which);
        apply_ledger_squash(squash, files_.list(), *database, Project::options());
    }

    /// Every file below the migrations' folder, in order.
    [[nodiscard]] std::vector<std::string> file_names() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::recursive_directory_iterator(files_.folder())) {
            names.push_back(entry.path().lexically_relative(files_.folder()).string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

private:
    sql::Dialect dialect_;
    Project files_;
    std::vector<std::string> urls_;
};

class Squashing : public testing::TestWithParam<sql::Dialect> {
protected:
    const SquashProject project{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, Squashing, testing::Values(sql::Dialect::sqlite, sql::Dialect::postgresql),
                         [](const auto& test) { return std::string(sql::dialect_name(test.param)); });

TEST_P(Squashing, FoldsIntoOneThatGivesTheSame) {
    project.add_four();
    project.up();
    const Squash squash = project.plan("0003");
    EXPECT_EQ(squash.folded.size(), 3U);
    EXPECT_THAT(squash.rows, ElementsAre(testing::Pair("roles", 2), testing::Pair("users", 1)));
    EXPECT_THAT(squash.text, AllOf(HasSubstr("'it''s'"), HasSubstr("'two\nlines'"), Not(HasSubstr("scrap")),
                                   Not(HasSubstr("gone")), HasSubstr("-- quarry:down")));
    EXPECT_EQ(project.file_names().size(), 4U) << "a plan writes nothing";

    EXPECT_TRUE(project.apply(squash));
    EXPECT_THAT(project.file_names(),
                ElementsAre("0003_baseline.sql", "0004_later.sql", "squashed-0003", "squashed-0003/0001_roles.sql",
                            "squashed-0003/0002_users.sql", "squashed-0003/0003_names.sql"));
    EXPECT_EQ(project.applied(), "0003_baseline 0004_later");
    EXPECT_NO_THROW(project.check());

    // A new database runs the baseline, and has counters that go on where they were.
    project.up({}, 1);
    EXPECT_EQ(project.applied(1), "0003_baseline 0004_later");
    EXPECT_EQ(*project.open(1)->query("SELECT id FROM roles WHERE name = 'new'").at(0).at(0), "5");
    EXPECT_EQ(*project.open(1)->query("SELECT count(*) FROM log").at(0).at(0), "1") << "of 0004 alone";
}

TEST_P(Squashing, KeepsTheHistory) {
    project.add_four();
    project.up();
    project.apply(project.plan());
    const auto database = project.open();
    std::string actions;
    for (const HistoryEntry& one : database->session()->read_history()) actions += one.action + " ";
    EXPECT_EQ(actions, "up up up up unstamp unstamp unstamp unstamp stamp ");
    EXPECT_EQ(project.applied(), "0004_baseline");
}

TEST_P(Squashing, RefusesADatabaseThatIsNotThere) {
    project.add_four();
    project.up({Goal::Kind::steps, 2, {}});
    const Squash squash = project.plan("0003");
    const Error error = error_of([&] { project.apply(squash); });
    EXPECT_EQ(error.code(), ErrorCode::migrations_pending);
    EXPECT_THAT(error.what(), HasSubstr("not all of them are applied"));
    EXPECT_EQ(project.file_names().size(), 4U);
    EXPECT_EQ(project.applied(), "0001_roles 0002_users");
}

TEST_P(Squashing, OfADatabaseWithoutMigrationsWritesNoLedger) {
    project.add_four();
    EXPECT_FALSE(project.apply(project.plan("0003")));
    EXPECT_EQ(project.applied(), "");
    project.up();
    EXPECT_EQ(project.applied(), "0003_baseline 0004_later");
}

TEST_P(Squashing, RefusesAnEditedMigration) {
    project.add_four();
    project.up();
    const fs::path file = project.files().folder() / "0001_roles.sql";
    write_file_atomically(file, read_file(file, 10'000) + "-- another comment\n");
    EXPECT_EQ(error_of([&] { project.apply(project.plan()); }).code(), ErrorCode::migration_edited);
}

TEST_P(Squashing, PutsTheFilesBackUnlessToldToKeepThem) {
    project.add_four();
    const Squash squash = project.plan("0003");
    const std::vector<std::string> before = project.file_names();
    {
        const SquashedFiles files(squash);
        EXPECT_EQ(project.files().list().all().size(), 2U);
    }
    EXPECT_EQ(project.file_names(), before);
    write_file_atomically(project.files().folder() / "squashed-0003", "in the way");
    EXPECT_THAT(error_of([&] { const SquashedFiles files(squash); }).what(), HasSubstr("is there already"));
    EXPECT_THAT(error_of([&] { (void)project.plan("0003"); }).hint(), HasSubstr("folded before"));
}

TEST_P(Squashing, NeedsTwo) {
    EXPECT_THAT(error_of([&] { (void)project.plan(); }).what(), HasSubstr("there are no migrations"));
    project.add_four();
    EXPECT_EQ(error_of([&] { (void)project.plan("0001"); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] { (void)project.plan("0009"); }).code(), ErrorCode::usage);
    EXPECT_THAT(error_of([&] { (void)project.plan("head", "no good"); }).what(), HasSubstr("no good"));
}

TEST_P(Squashing, LeavesRepeatableMigrationsAlone) {
    project.add_four();
    project.files().write("R_admins.sql",
                          "DROP VIEW IF EXISTS admins;\nCREATE VIEW admins AS SELECT name FROM roles;\n");
    project.up();
    project.apply(project.plan());
    EXPECT_THAT(project.file_names(), Contains("R_admins.sql"));
    EXPECT_NO_THROW(project.check());
    EXPECT_EQ(project.applied(), "0004_baseline");
}

TEST_P(Squashing, RefusesRowsThatAreNoReferenceData) {
    project.files().add("0001_many.sql",
                        project.either("CREATE TABLE many(a); INSERT INTO many WITH RECURSIVE n(i) AS (SELECT 1 UNION "
                                       "ALL SELECT i + 1 FROM n WHERE i < 10001) SELECT i FROM n;",
                                       "CREATE TABLE many(a int); INSERT INTO many SELECT generate_series(1, 10001);"),
                        "DROP TABLE many;");
    project.files().add("0002_t.sql", "CREATE TABLE t(a int);", "DROP TABLE t;");
    EXPECT_THAT(error_of([&] { (void)project.plan(); }).what(),
                AllOf(HasSubstr("the rows of many"), HasSubstr("10001 rows")));
    project.files().add("0001_many.sql",
                        project.either("CREATE TABLE many(a); INSERT INTO many VALUES (zeroblob(1000001));",
                                       "CREATE TABLE many(a text); INSERT INTO many VALUES (repeat('x', 1000001));"),
                        "DROP TABLE many;");
    EXPECT_THAT(error_of([&] { (void)project.plan(); }).what(), AllOf(HasSubstr("the rows of many"), HasSubstr("MB")));
}

class LedgerOnly : public Squashing {
protected:
    /// Two databases at the newest version; the files are folded with the first.
    void squash(const std::string& place) const {
        project.add_four();
        project.up({}, 0);
        project.up({}, 1);
        project.apply(project.plan(place));
    }
};

INSTANTIATE_TEST_SUITE_P(Engines, LedgerOnly, testing::Values(sql::Dialect::sqlite, sql::Dialect::postgresql),
                         [](const auto& test) { return std::string(sql::dialect_name(test.param)); });

TEST_P(LedgerOnly, BringsAnotherDatabaseAlong) {
    squash("0003");
    EXPECT_EQ(error_of([&] { project.check(1); }).code(), ErrorCode::migration_edited);
    const LedgerSquash plan = project.plan_ledger(1);
    EXPECT_EQ(plan.folded.size(), 3U);
    project.apply_ledger(plan, 1);
    EXPECT_EQ(project.applied(1), "0003_baseline 0004_later");
    EXPECT_NO_THROW(project.check(1));
    EXPECT_THAT(project.plan_ledger(1).folded, IsEmpty()) << "nothing is left to do";
    EXPECT_THAT(project.plan_ledger(0).folded, IsEmpty());
}

TEST_P(LedgerOnly, RefusesADatabaseThatDrifted) {
    squash("0003");
    ASSERT_EQ(project.open(1)->attempt("CREATE TABLE by_hand(a int)"), std::nullopt);
    const Error error = error_of([&] { (void)project.plan_ledger(1); });
    EXPECT_EQ(error.code(), ErrorCode::schema_drift);
    EXPECT_THAT(error.what(), HasSubstr("by_hand"));
}

TEST_P(LedgerOnly, RefusesADatabaseBeforeTheBaseline) {
    project.add_four();
    project.up({}, 0);
    project.up({Goal::Kind::steps, 2, {}}, 1);
    project.apply(project.plan("0003"));
    EXPECT_THAT(error_of([&] { (void)project.plan_ledger(1); }).what(), HasSubstr("the database is at 0002_users"));
}

TEST_P(LedgerOnly, RefusesAnEditedFirstMigration) {
    project.add_four();
    project.up({}, 1);
    EXPECT_THAT(project.plan_ledger(1).folded, IsEmpty());
    project.files().add("0001_roles.sql", "SELECT 1;", "SELECT 1;");
    EXPECT_EQ(error_of([&] { (void)project.plan_ledger(1); }).code(), ErrorCode::migration_edited);
}

TEST_P(LedgerOnly, DoesNotWriteOverWhatAnotherProcessDid) {
    squash("0004");
    const LedgerSquash plan = project.plan_ledger(1);
    project.apply_ledger(plan, 1);
    EXPECT_THAT(error_of([&] { project.apply_ledger(plan, 1); }).what(), HasSubstr("another process"));
}

TEST(SquashOfSqlite, PutsTheFilesBackWhenTheLedgerIsBusy) {
    const SquashProject project(sql::Dialect::sqlite);
    project.add_four();
    project.up();
    const Squash squash = project.plan();
    SQLite::Database other = db::open_sqlite(project.files().database_path(), db::SqliteMode::read_write, 0);
    other.exec("BEGIN IMMEDIATE");
    DatabaseOptions impatient;
    impatient.lock_wait = std::chrono::milliseconds(20);
    const auto database = open_sqlite_database(project.files().database_path(), impatient);
    const auto apply = [&] { (void)apply_squash(squash, project.files().list(), database.get(), Project::options()); };
    EXPECT_EQ(error_of(apply).code(), ErrorCode::locked);
    EXPECT_EQ(project.file_names().size(), 4U);
    EXPECT_NO_THROW(project.check());
    other.exec("ROLLBACK");
    apply();
    EXPECT_EQ(project.applied(), "0004_baseline");
}

TEST(SquashOfSqlite, WhatAnInterruptedOneHadMovedComesBack) {
    const SquashProject project(sql::Dialect::sqlite);
    project.add_four();
    const std::filesystem::path folder = project.files().folder();
    const std::vector<std::string> before = project.file_names();
    write_file_atomically(folder / ".0004_baseline.sql.new", "-- half of it");
    std::filesystem::create_directory(folder / "squashed-0004");
    for (const std::string& name : {before.at(0), before.at(1)}) {
        std::filesystem::rename(folder / name, folder / "squashed-0004" / name);
    }
    EXPECT_EQ(restore_interrupted_squash(folder), 2U);
    EXPECT_EQ(project.file_names(), before);
    EXPECT_FALSE(std::filesystem::exists(folder / "squashed-0004"));
    EXPECT_FALSE(std::filesystem::exists(folder / ".0004_baseline.sql.new"));
    EXPECT_EQ(restore_interrupted_squash(folder), 0U);
    // The archive of one that came to its end stays as it is.
    std::filesystem::create_directory(folder / "squashed-0003");
    write_file_atomically(folder / "squashed-0003" / "0001_old.sql", "-- quarry:up\n");
    EXPECT_EQ(restore_interrupted_squash(folder), 0U);
    EXPECT_TRUE(std::filesystem::exists(folder / "squashed-0003" / "0001_old.sql"));
}

TEST(SquashOfSqlite, KeepsWhatOnlySqliteHas) {
    const SquashProject project(sql::Dialect::sqlite);
    project.files().add("0001_a.sql",
                        "CREATE TABLE a(i INTEGER PRIMARY KEY AUTOINCREMENT, r REAL, t, g AS (json_valid(t)));"
                        "INSERT INTO a(r, t) VALUES (0.1, 'a' || char(0) || 'b'), (1e300, 1), (NULL, '{\"x\":2}');"
                        "CREATE TABLE b(i INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO b VALUES (9); DELETE FROM b;"
                        "PRAGMA user_version = 7;",
                        "SELECT 1;");
    project.files().add("0002_b.sql", "CREATE VIRTUAL TABLE words USING fts5(word);", "DROP TABLE words;");
    const Squash squash = project.plan();
    EXPECT_THAT(squash.text, AllOf(HasSubstr("CAST(x'610062' AS TEXT)"), HasSubstr("PRAGMA user_version = 7;"),
                                   HasSubstr("'b', 9")));
    project.files().add("0002_b.sql", "CREATE VIRTUAL TABLE words USING fts5(word); INSERT INTO words VALUES ('x');",
                        "DROP TABLE words;");
    EXPECT_THAT(error_of([&] { (void)project.plan(); }).what(), HasSubstr("it is a virtual table"));
}

TEST(SquashOfPostgresql, KeepsWhatOnlyPostgresqlHas) {
    const SquashProject project(sql::Dialect::postgresql);
    project.files().add(
        "0001_a.sql",
        "CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('sad', 'it''s ok');"
        "CREATE TABLE s.a(id serial PRIMARY KEY, m s.mood[], j jsonb, t timestamptz DEFAULT now(), "
        "up int REFERENCES s.a, d int GENERATED ALWAYS AS (id * 2) STORED);"
        "INSERT INTO s.a(m, j, up) VALUES ('{sad,\"it''s ok\"}', '{\"a\": \"\\\\\"}', 1), (NULL, NULL, 1);",
        "SELECT 1;");
    project.files().add("0002_b.sql",
                        "CREATE TABLE b(a_id int REFERENCES s.a); INSERT INTO b VALUES (2);"
                        "CREATE MATERIALIZED VIEW c AS SELECT count(*) FROM b; CREATE SEQUENCE q; SELECT nextval('q');",
                        "SELECT 1;");
    const Squash squash = project.plan();
    EXPECT_THAT(squash.text, HasSubstr("setval('s.a_id_seq', 2)"));
    EXPECT_FALSE(project.apply(squash));
    project.up();
    EXPECT_EQ(*project.open()->query("SELECT count FROM c").at(0).at(0), "1");
}

}  // namespace
}  // namespace quarry::migrate
