#include <unistd.h>

#include <thread>

#include "child.h"
#include "support.h"

namespace quarry::migrate {
namespace {

using test::Child;
using test::error_of;
using test::Project;

MigratorOptions patient() {
    MigratorOptions options = Project::options();
    options.lock_wait = std::chrono::seconds(60);
    return options;
}

void up(const Project& project, const MigratorOptions& options) {
    SQLite::Database database = project.open(60'000);
    Migrator(database, project.list(), options).up();
}

/// What the tables say and what the ledger says.
void expect_agreement(const Project& project) {
    EXPECT_EQ(project.query("PRAGMA integrity_check"), "ok");
    if (project.query("SELECT count(*) FROM sqlite_schema WHERE name = 'quarry_migrations'") == "0") {
        EXPECT_EQ(project.tables(), "");
        return;
    }
    EXPECT_EQ(project.query("SELECT name FROM quarry_migrations ORDER BY name"), project.tables());
    EXPECT_EQ(project.query("SELECT count(*) FROM quarry_migration_history"),
              project.query("SELECT count(*) FROM quarry_migrations"));
}

TEST(Processes, AKilledUpIsFinishedByTheNext) {
    for (int round = 0; round < 6; ++round) {
        const Project project;
        project.add_tables(40);
        Child child([&] { up(project, patient()); });
        std::this_thread::sleep_for(std::chrono::milliseconds(3 + round * 12));
        child.kill_now();
        expect_agreement(project);
        up(project, patient());
        expect_agreement(project);
        EXPECT_EQ(project.query("SELECT count(*) FROM quarry_migrations"), "40");
    }
}

TEST(Processes, AKillInTheMiddleOfAMigrationLeavesNoneOfIt) {
    const Project project;
    project.add_tables(1);
    project.add("0002_long.sql",
                "CREATE TABLE big(a);\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)\n"
                "INSERT INTO big SELECT randomblob(500) FROM n;",
                "DROP TABLE big;");
    int started[2];
    ASSERT_EQ(::pipe(started), 0);
    Child child([&] {
        MigratorOptions options = patient();
        options.on_start = [&](const Step& step) { (void)!::write(started[1], step.migration.name.data(), 1); };
        up(project, options);
    });
    char letter = 0;
    while (letter != 'l') ASSERT_EQ(::read(started[0], &letter, 1), 1);  // "long" has begun
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    child.kill_now();
    ::close(started[0]);
    ::close(started[1]);
    EXPECT_EQ(project.tables(), "t1");
    EXPECT_EQ(project.applied(), "t1");
    EXPECT_EQ(project.query("PRAGMA integrity_check"), "ok");
}

TEST(Processes, TwoAtOnceApplyEachMigrationOnce) {
    for (int round = 0; round < 20; ++round) {
        const Project project;
        project.add_tables(15);
        Child one([&] { up(project, patient()); });
        Child two([&] { up(project, patient()); });
        EXPECT_EQ(one.wait(), 0);
        EXPECT_EQ(two.wait(), 0);
        expect_agreement(project);
        EXPECT_EQ(project.query("SELECT count(*) FROM quarry_migrations"), "15");
    }
}

TEST(Processes, TwoDownsAtOnceUndoEachMigrationOnce) {
    const Project project;
    project.add_tables(15);
    up(project, patient());
    const auto down = [&] {
        SQLite::Database database = project.open(60'000);
        Migrator(database, project.list(), patient()).down({});
    };
    Child one(down);
    Child two(down);
    EXPECT_EQ(one.wait(), 0);
    EXPECT_EQ(two.wait(), 0);
    EXPECT_EQ(project.tables(), "");
    EXPECT_EQ(project.query("SELECT count(*) FROM quarry_migration_history WHERE direction = 'down'"), "15");
}

TEST(Processes, WhatAnotherOneAppliedMeanwhileIsToldAndLeftAlone) {
    const Project project;
    project.add_tables(3);
    SQLite::Database database = project.open();
    MigratorOptions options = patient();
    bool raced = false;
    options.on_start = [&](const Step& step) {
        if (raced || step.migration.name != "t2") return;
        raced = true;
        project.up();
    };
    const MigrationRun run = Migrator(database, project.list(), options).up();
    EXPECT_THAT(test::titles(run.done), testing::ElementsAre("0001_t1"));
    EXPECT_EQ(run.done_by_others.size(), 2u);
}

TEST(Processes, AnUpMeetsADownAndStops) {
    const Project project;
    project.add_tables(3);
    project.up({Goal::Kind::steps, 2, {}});
    SQLite::Database database = project.open();
    MigratorOptions options = patient();
    options.on_start = [&](const Step&) { project.add("0002_t2.sql", "CREATE TABLE t2(a, b);", "DROP TABLE t2;"); };
    // The list was read before: a change of an applied file does not matter to this run any more.
    EXPECT_NO_THROW(Migrator(database, project.list(), options).up());

    Migrator back(database, project.list(), [&] {
        MigratorOptions racing = patient();
        racing.on_start = [&](const Step& step) {
            if (step.migration.name != "t3") return;
            project.open().exec("INSERT INTO quarry_migrations VALUES (9, 'later', '', '', 0, '')");
        };
        return racing;
    }());
    EXPECT_EQ(error_of([&] { back.down({Goal::Kind::steps, 1, {}}); }).code(), ErrorCode::migration_order);
    EXPECT_EQ(project.tables(), "t1 t2 t3");
}

TEST(Processes, AnUpStopsWhenSomebodyBreaksTheOrder) {
    const Project project;
    project.add_tables(3);
    SQLite::Database database = project.open();
    MigratorOptions options = patient();
    options.on_start = [&](const Step& step) {
        if (step.migration.name == "t2")
            project.open().exec("INSERT INTO quarry_migrations VALUES (9, 'x', '', '', 0, '')");
    };
    const Error error = error_of([&] { Migrator(database, project.list(), options).up(); });
    EXPECT_EQ(error.code(), ErrorCode::migration_edited);
    EXPECT_THAT(error.message(), testing::HasSubstr("stopped before"));
    EXPECT_EQ(project.tables(), "t1");
}

}  // namespace
}  // namespace quarry::migrate
