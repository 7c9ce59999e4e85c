// Migrations that are no transaction: statement by statement, stopped anywhere and gone on with.
#include <optional>
#include <thread>

#include "child.h"
#include "engines.h"

namespace quarry::migrate {
namespace {

using test::Child;
using test::EngineProject;
using test::error_of;
using test::Project;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string no_transaction = "-- quarry:no-transaction\n";

class NoTransaction : public test::OnEachEngine {
protected:
    NoTransaction() : project_(GetParam()) {}

    void write(const std::string& up, const std::string& name = "0001_m.sql") const {
        project_.files().write(name, no_transaction + "-- quarry:up\n" + up + "\n-- quarry:down\nDROP TABLE a;\n");
    }
    [[nodiscard]] std::optional<Progress> progress() const {
        return project_.open()->session()->read_ledger().progress;
    }
    /// The statement that this engine runs outside of transactions only.
    [[nodiscard]] std::string alone() const { return project_.either("VACUUM;", "VACUUM pg_class;"); }

    EngineProject project_;
};

INSTANTIATE_TEST_SUITE_P(All, NoTransaction,
                         testing::Values(test::sqlite_engine, test::postgresql_engine, test::postgresql_table_lock),
                         test::engine_name);

TEST_P(NoTransaction, RunsStatementByStatement) {
    write("CREATE TABLE a(x integer);\n" + alone() + "\nINSERT INTO a VALUES (1);\n" + alone());
    const MigrationRun run = project_.up();
    EXPECT_THAT(test::titles(run.done), ElementsAre("0001_m"));
    EXPECT_EQ(project_.query("SELECT count(*) FROM a"), "1");
    EXPECT_FALSE(progress());
    EXPECT_EQ(project_.applied(), "m");
    EXPECT_TRUE(project_.up().done.empty());
    project_.down();
    EXPECT_EQ(project_.tables(), "");
}

TEST_P(NoTransaction, GoesOnAtTheStatementThatFailed) {
    write(
        "CREATE TABLE a(x integer);\nINSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1);\nINSERT INTO a VALUES (3);");
    for (int round = 0; round < 2; ++round) {
        const Error error = error_of([&] { project_.up(); });
        EXPECT_THAT(error.message(), HasSubstr("0001_m.sql:5:"));
        EXPECT_THAT(error.message(), HasSubstr("what ran before it was kept"));
        EXPECT_EQ(project_.query("SELECT count(*) FROM a"), "1") << "what was run is not run twice";
        EXPECT_EQ(progress()->statements_done, 2u);
        EXPECT_FALSE(progress()->running);
    }
    project_.query("CREATE TABLE b(x integer)");
    const MigrationRun run = project_.up();
    EXPECT_EQ(run.done.at(0).resumed_at, 2u);
    EXPECT_EQ(project_.query("SELECT count(*) FROM a"), "2");
    EXPECT_FALSE(progress());
}

TEST_P(NoTransaction, WhatFailedMayBeEdited) {
    write("CREATE TABLE a(x integer);\nINSERT INTO b VALUES (1);\nINSERT INTO a VALUES (3);");
    (void)error_of([&] { project_.up(); });
    write("CREATE TABLE a(x integer);\nINSERT INTO a VALUES (7);");
    project_.up();
    EXPECT_EQ(project_.query("SELECT x FROM a"), "7");
}

TEST_P(NoTransaction, WhatWasRunMustNotBeEdited) {
    write("CREATE TABLE a(x integer);\nINSERT INTO b VALUES (1);");
    (void)error_of([&] { project_.up(); });
    for (const char* edited : {"CREATE TABLE a(x integer, y integer);\nSELECT 1;",
                               "SELECT 1;\nCREATE TABLE a(x integer);", "-- nothing\nSELECT 1;"}) {
        write(edited);
        const Error error = error_of([&] { project_.up(); });
        EXPECT_EQ(error.code(), ErrorCode::migration_edited) << edited;
        EXPECT_THAT(error.hint(), HasSubstr("restore those statements"));
    }
    write("-- a comment is no statement\nCREATE TABLE a(x integer);\nSELECT 1;");
    EXPECT_NO_THROW(project_.up());
}

TEST_P(NoTransaction, ComesBeforeAllElse) {
    write("CREATE TABLE a(x integer);\nINSERT INTO b VALUES (1);", "0002_half.sql");
    (void)error_of([&] { project_.up(); });
    project_.add("0003_next.sql", "SELECT 1;");
    project_.add("0001_late.sql", "CREATE TABLE late(x integer);");
    const Error error = error_of([&] { project_.up(); });
    EXPECT_THAT(error.message(), HasSubstr("0002_half is half applied: 1 of its statements"));
    EXPECT_THAT(error.hint(), HasSubstr("0001_late.sql a version above it"));
    EXPECT_EQ(project_.tables(), "a");
}

TEST_P(NoTransaction, IsNamedInTheStatusAndCanBeForgotten) {
    write("CREATE TABLE a(x integer);\nINSERT INTO b VALUES (1);");
    (void)error_of([&] { project_.up(); });
    project_.on_migrator(Project::options(), [](Migrator& migrator) {
        EXPECT_EQ(migrator.status().at(0).state, MigrationState::half_applied);
        EXPECT_EQ(error_of([&] { migrator.check(); }).code(), ErrorCode::migrations_pending);
        EXPECT_TRUE(migrator.forget_progress());
        EXPECT_FALSE(migrator.forget_progress());
        EXPECT_EQ(migrator.status().at(0).state, MigrationState::pending);
        return 0;
    });
    project_.query("DROP TABLE a");
    project_.query("CREATE TABLE b(x integer)");
    EXPECT_NO_THROW(project_.up());
    EXPECT_EQ(project_.tables(), "a b");
}

TEST_P(NoTransaction, IsNoPartOfASingleTransaction) {
    project_.add_tables(1);
    write(alone(), "0002_alone.sql");
    MigratorOptions options = Project::options();
    options.single_transaction = true;
    EXPECT_EQ(error_of([&] { project_.up(options); }).code(), ErrorCode::usage);
    EXPECT_EQ(project_.tables(), "");
}

TEST_P(NoTransaction, WayBackGoesOnToo) {
    project_.files().write("0001_m.sql", no_transaction +
                                             "-- quarry:up\nCREATE TABLE a(x integer);\n-- quarry:down\nINSERT INTO a "
                                             "VALUES (1);\nINSERT INTO b VALUES (1);\nDROP TABLE a;\n");
    project_.up();
    (void)error_of([&] { project_.down(); });
    EXPECT_EQ(progress()->direction, Direction::down);
    project_.add("0002_next.sql", "SELECT 1;");
    EXPECT_THAT(error_of([&] { project_.up(); }).message(), HasSubstr("half undone"));
    project_.query("CREATE TABLE b(x integer)");
    project_.down();
    EXPECT_EQ(project_.tables(), "b");
    EXPECT_FALSE(progress());
}

TEST_P(NoTransaction, ARepeatableOneBeginsAnew) {
    project_.files().write("R_fill.sql", no_transaction +
                                             "CREATE TABLE IF NOT EXISTS a(x integer);\nINSERT INTO a VALUES "
                                             "(1);\nINSERT INTO b VALUES (1);\n");
    (void)error_of([&] { project_.up(); });
    EXPECT_FALSE(progress());
    project_.add("0001_b.sql", "CREATE TABLE b(x integer);");
    project_.up();
    EXPECT_EQ(project_.query("SELECT count(*) FROM a"), "2");
    EXPECT_TRUE(project_.up().done.empty());
}

TEST_P(NoTransaction, WhatItSetsLastsAsLongAsItAndNoLonger) {
    const std::string set = project_.either("PRAGMA recursive_triggers = ON;", "SET search_path = app;");
    const std::string check =
        project_.either("INSERT INTO seen SELECT recursive_triggers FROM pragma_recursive_triggers;",
                        "INSERT INTO public.seen VALUES (CASE current_schema() WHEN 'app' THEN 1 ELSE 0 END);");
    if (project_.is_postgresql()) project_.query("CREATE SCHEMA app");
    project_.add("0001_seen.sql", "CREATE TABLE seen(x integer);");
    write(set + alone() + check + "INSERT INTO missing VALUES (1);" + check, "0002_sets.sql");
    project_.add("0003_after.sql", check);
    (void)error_of([&] { project_.up(); });
    EXPECT_EQ(project_.query("SELECT x FROM seen"), "1");
    project_.query(project_.either("CREATE TABLE missing(x)", "CREATE TABLE app.missing(x integer)"));
    project_.up();
    EXPECT_EQ(project_.query("SELECT x FROM seen"), "1 1 0") << "set again when it goes on; gone for the next";
}

TEST_P(NoTransaction, AKilledOneIsFinishedByTheNext) {
    std::string up = "CREATE TABLE a(x integer);\n";
    for (int i = 0; i < 60; ++i) up += "INSERT INTO a VALUES (" + std::to_string(i) + ");\n" + alone() + "\n";
    for (int round = 0; round < 5; ++round) {
        const EngineProject project(GetParam());
        project.files().write("0001_m.sql", no_transaction + "-- quarry:up\n" + up + "\n-- quarry:down\nDROP TABLE a;");
        MigratorOptions patient = Project::options();
        patient.lock_wait = std::chrono::seconds(60);
        Child child([&] { project.up(patient); });
        std::this_thread::sleep_for(std::chrono::milliseconds(15 + 25 * round));
        child.kill_now();
        project.up(patient);
        EXPECT_EQ(project.query("SELECT count(*) FROM a"), "60");
        EXPECT_EQ(project.query("SELECT count(DISTINCT x) FROM a"), "60") << "none was run twice";
        EXPECT_EQ(project.applied(), "m");
    }
}

}  // namespace
}  // namespace quarry::migrate
