// What migrate::Session promises, for every implementation of it.
#include "core/migrate/session.h"

#include "core/migrate/sqlite_ledger.h"

#include <thread>

#include "engines.h"

namespace quarry::migrate {
namespace {

using test::EngineProject;
using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class EverySession : public test::OnEachEngine {
protected:
    EverySession() : project_(GetParam()), database_(project_.open(EngineProject::impatient())) {}

    /// A script of the text's statements.
    [[nodiscard]] Script script(const std::string& text) const {
        return read_script(project_.open()->dialect(), "m.sql", text);
    }
    static void run_all(Session& session, const Script& script) {
        for (const sql::Section& one : script.statements) session.run(script, one, script.sql_of(one));
    }
    static LedgerEntry entry(std::int64_t version, const std::string& name) {
        return {version, name, "sum of " + name, "2026-11-21T10:00:00Z", 12, "1.2.3"};
    }

    EngineProject project_;
    std::unique_ptr<Database> database_;
};

INSTANTIATE_TEST_SUITE_P(All, EverySession,
                         testing::Values(test::sqlite_engine, test::postgresql_engine, test::postgresql_table_lock),
                         test::engine_name);

TEST_P(EverySession, AnEmptyDatabaseHasAnEmptyLedger) {
    const auto session = database_->session();
    const Ledger ledger = session->read_ledger();
    EXPECT_THAT(ledger.applied, IsEmpty());
    EXPECT_THAT(ledger.repeatable, IsEmpty());
    EXPECT_FALSE(ledger.progress);
    EXPECT_THAT(session->read_history(), IsEmpty());
    EXPECT_FALSE(project_.has_ledger()) << "reading must not write";
}

TEST_P(EverySession, KeepsWhatWasRecorded) {
    const auto session = database_->session();
    const std::string text = "-- it's a \"text\" with \xC3\xBC, $1 and\na second line";
    session->begin();
    session->record(Action::up, entry(20261121103000, "b"), "the later one");
    session->record(Action::up, entry(2, "a"), text);
    session->record(Action::repeat, entry(0, "views"), "v1");
    session->commit("m");
    session->begin();
    session->record(Action::repeat, {0, "views", "v2", "later", 5, "1.2.4"}, "v2");
    session->record(Action::repair, {2, "a", "another sum", "now", 1, "2"}, text);
    session->commit("m");

    const Ledger ledger = session->read_ledger();
    EXPECT_THAT(ledger.applied,
                ElementsAre(LedgerEntry{2, "a", "another sum", "now", 1, "2"}, entry(20261121103000, "b")));
    EXPECT_THAT(ledger.repeatable, ElementsAre(LedgerEntry{0, "views", "v2", "later", 5, "1.2.4"}));
    const std::vector<HistoryEntry> history = session->read_history();
    ASSERT_THAT(history, SizeIs(5));
    EXPECT_EQ(history[1].action, "up");
    EXPECT_EQ(history[1].entry, entry(2, "a"));
    EXPECT_EQ(history[1].text, text);
    EXPECT_EQ(history[3].action, "repeat");
    EXPECT_EQ(history[4].action, "repair");
}

TEST_P(EverySession, TakesOutWhatIsUndone) {
    const auto session = database_->session();
    session->begin();
    session->record(Action::up, entry(1, "a"), "a");
    session->record(Action::stamp, entry(2, "b"), "b");
    session->record(Action::down, entry(1, "a"), "a");
    session->record(Action::unstamp, entry(2, "b"), "b");
    session->commit("m");
    EXPECT_THAT(session->read_ledger().applied, IsEmpty());
    const std::vector<HistoryEntry> history = session->read_history();
    ASSERT_THAT(history, SizeIs(4));
    EXPECT_EQ(history[2].action, "down");
    EXPECT_FALSE(history[2].text) << "the text is with the line that applied it";
}

TEST_P(EverySession, LongTextsAreNotKeptInTheHistory) {
    const auto session = database_->session();
    session->begin();
    session->record(Action::up, entry(1, "a"), std::string(max_kept_text + 1, 'x'));
    session->commit("m");
    EXPECT_FALSE(session->read_history().at(0).text);
}

TEST_P(EverySession, KeepsAndForgetsProgress) {
    const auto session = database_->session();
    for (const Progress& progress :
         {Progress{7, "long", Direction::up, 0, "", true}, Progress{7, "long", Direction::up, 3, "abc", false},
          Progress{9, "other", Direction::down, 1, "d", false}}) {
        session->begin();
        session->write_progress(std::nullopt);
        session->write_progress(progress);
        session->commit("m");
        const auto read = session->read_ledger().progress;
        ASSERT_TRUE(read);
        EXPECT_EQ(read->version, progress.version);
        EXPECT_EQ(read->name, progress.name);
        EXPECT_EQ(read->direction, progress.direction);
        EXPECT_EQ(read->statements_done, progress.statements_done);
        EXPECT_EQ(read->done_checksum, progress.done_checksum);
        EXPECT_EQ(read->running, progress.running);
    }
    session->begin();
    session->write_progress(std::nullopt);
    session->commit("m");
    EXPECT_FALSE(session->read_ledger().progress);
}

TEST_P(EverySession, ARolledBackTransactionLeavesNothing) {
    const auto session = database_->session();
    for (int round = 0; round < 2; ++round) {
        session->begin();
        run_all(*session, script("CREATE TABLE t(a integer); INSERT INTO t VALUES (1);"));
        session->record(Action::up, entry(1, "a"), "a");
        session->rollback();
        EXPECT_EQ(project_.tables(), "");
        EXPECT_FALSE(project_.has_ledger());
    }
    session->begin();
    run_all(*session, script("CREATE TABLE t(a integer);"));
    session->record(Action::up, entry(1, "a"), "a");
    session->commit("m");
    EXPECT_EQ(project_.tables(), "t");
    EXPECT_THAT(session->read_ledger().applied, SizeIs(1)) << "its tables are made again after the rollback";
}

TEST_P(EverySession, ASessionThatGoesRollsBackAndUnlocks) {
    {
        const auto session = database_->session();
        session->begin();
        run_all(*session, script("CREATE TABLE t(a integer);"));
    }
    EXPECT_EQ(project_.tables(), "");
    const auto other = project_.open(EngineProject::impatient());
    EXPECT_NO_THROW(other->session()->begin());
}

TEST_P(EverySession, OnlyOneHoldsTheLock) {
    const auto session = database_->session();
    session->lock();
    session->lock();
    const auto other = project_.open(EngineProject::impatient());
    {
        const auto waiting = other->session();
        const auto start = std::chrono::steady_clock::now();
        const Error error = error_of([&] { waiting->lock(); });
        EXPECT_EQ(error.code(), ErrorCode::locked);
        EXPECT_THAT(error.hint(), HasSubstr("--lock-wait"));
        EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(100));
        EXPECT_NO_THROW((void)waiting->read_ledger()) << "reading waits for nobody";
    }
}

TEST_P(EverySession, ATransactionKeepsOthersOut) {
    const auto session = database_->session();
    session->begin();
    const auto other = project_.open(EngineProject::impatient());
    const auto waiting = other->session();
    EXPECT_EQ(error_of([&] { waiting->begin(); }).code(), ErrorCode::locked);
}

TEST_P(EverySession, SeesThatOthersChangedTheLedger) {
    const auto session = database_->session();
    (void)session->read_ledger();
    {
        const auto other = project_.open();
        const auto racing = other->session();
        racing->begin();
        racing->record(Action::up, entry(1, "a"), "a");
        racing->commit("m");
    }
    session->begin();
    EXPECT_TRUE(session->changed_by_others());
    EXPECT_THAT(session->read_ledger().applied, SizeIs(1));
    EXPECT_FALSE(session->changed_by_others());
    session->record(Action::up, entry(2, "b"), "b");
    session->commit("m");
    session->begin();
    EXPECT_FALSE(session->changed_by_others()) << "what it wrote itself it knows";
    session->rollback();
}

TEST_P(EverySession, AFailedStatementIsPointedTo) {
    const auto session = database_->session();
    const Script failing = script("SELECT 1;\n\nSELECT 1,\n   nowhere FROM nothing;");
    session->begin();
    const Error error = error_of([&] { run_all(*session, failing); });
    session->rollback();
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_THAT(error.message(), HasSubstr("m.sql:4:"));
    EXPECT_THAT(error.message(), HasSubstr("a statement failed"));
    EXPECT_THAT(error.causes(), testing::Contains(HasSubstr("the statement, from line 3 column 1: SELECT 1, nowhere")));
}

TEST_P(EverySession, StatementTimeoutsStopAStatement) {
    const auto session = database_->session();
    Script slow = script(project_.either("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "
                                         "count(*) FROM n;",
                                         "SELECT pg_sleep(60);"));
    slow.statement_timeout = std::chrono::milliseconds(100);
    session->begin();
    session->set_timeouts(slow);
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of([&] { run_all(*session, slow); });
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
    EXPECT_THAT(std::string(error.what()) + error.hint(), HasSubstr("statement"));
    EXPECT_THAT(std::string(error.what()), HasSubstr("time"));
    session->rollback();
}

TEST_P(EverySession, ATimeoutEndsWithItsMigration) {
    DatabaseOptions patient;
    patient.lock_wait = std::chrono::seconds(60);
    const auto database = project_.open(patient);
    {
        const auto session = database->session();
        Script hurried = script("SELECT 1;");
        hurried.lock_timeout = hurried.statement_timeout = std::chrono::milliseconds(20);
        session->begin();
        session->set_timeouts(hurried);
        run_all(*session, hurried);
        session->record(Action::up, entry(1, "a"), "a");
        session->commit("m");
        const Script slow =
            script(project_.either("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
                                   "i < 1000000) SELECT count(*) FROM n;",
                                   "SELECT pg_sleep(0.1);"));
        session->begin();
        EXPECT_NO_THROW(run_all(*session, slow));
        session->rollback();
    }
    const auto holder = project_.open();
    auto holding = holder->session();
    holding->begin();
    std::thread lets_go([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        holding.reset();
    });
    const auto session = database->session();
    EXPECT_NO_THROW(session->begin()) << "it waits as long as the user said, not as the migration before did";
    lets_go.join();
}

TEST_P(EverySession, WhatAMigrationSetsEndsWithItInASingleTransactionToo) {
    const auto session = database_->session();
    const std::string set = project_.either("PRAGMA recursive_triggers = ON;", "SET search_path = nowhere;");
    const std::string keep = project_.either("CREATE TABLE seen AS SELECT recursive_triggers AS x FROM "
                                             "pragma_recursive_triggers;",
                                             "CREATE TABLE seen AS SELECT CASE current_schema() WHEN 'public' THEN 0 "
                                             "ELSE 1 END AS x;");
    session->begin();
    run_all(*session, script(set));
    session->settle();
    run_all(*session, script(keep));
    session->settle();
    session->record(Action::up, entry(1, "a"), "a");
    session->record(Action::up, entry(2, "b"), "b");
    session->commit("m");
    EXPECT_EQ(project_.query("SELECT x FROM seen"), "0");
}

TEST_P(EverySession, CancellationStopsAStatement) {
    Cancellation cancel;
    DatabaseOptions options = EngineProject::impatient();
    options.cancel = &cancel;
    const auto database = project_.open(options);
    const auto session = database->session();
    const Script slow = script(project_.either("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                               "SELECT count(*) FROM n;",
                                               "SELECT pg_sleep(60);"));
    session->begin();
    std::thread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        cancel.cancel();
    });
    EXPECT_EQ(error_of([&] { run_all(*session, slow); }).code(), ErrorCode::interrupted);
    canceller.join();
}

TEST_P(EverySession, ALedgerOfANewerQuarryIsRefused) {
    project_.query("CREATE TABLE quarry_migrations (version bigint PRIMARY KEY, title text)");
    const auto session = database_->session();
    const Error error = error_of([&] { (void)session->read_ledger(); });
    EXPECT_EQ(error.code(), ErrorCode::schema_newer);
    EXPECT_THAT(error.causes(), ElementsAre("it has no column name"));
}

TEST_P(EverySession, AStatementIsOne) {
    const auto session = database_->session();
    const Script both = script("SELECT 1; SELECT 2;");
    session->begin();
    EXPECT_THAT(error_of([&] { session->run(both, {0, both.text->size()}, *both.text); }).what(), HasSubstr("m.sql:1"));
    session->rollback();
}

}  // namespace
}  // namespace quarry::migrate
