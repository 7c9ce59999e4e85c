// The runs of servers with their events, and their jobs.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "tests/unit/store/contract/engine.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store::contract {
namespace {

using quarry::testing::prepared;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string id_of(char digit) { return std::string(32, digit); }

LoggedRun run_of(char digit, std::int64_t started_at = 5) {
    return {.id = id_of(digit), .principal = "owner", .kind = "ask", .started_at = started_at};
}

void begin_job(RunLogRepository& log, char digit, const std::string& kind, std::int64_t not_before = 0) {
    LoggedRun run = run_of(digit);
    run.kind = kind;
    run.background = true;
    const StoredJob job{.kind = kind, .request = "{\"n\":1}", .not_before = not_before};
    log.begin(run, &job);
}

void append(RunLogRepository& log, const RunChange& change) { log.append(std::vector<RunChange>{change}); }

std::vector<std::string> ids(const std::vector<LoggedRun>& runs) {
    std::vector<std::string> all;
    for (const LoggedRun& run : runs) all.push_back(run.id.substr(0, 1));
    return all;
}

std::vector<std::string> texts(const std::vector<LoggedEvent>& events) {
    std::vector<std::string> all;
    for (const LoggedEvent& event : events) {
        all.push_back(std::to_string(event.number) + " " + event.name + " " + event.data);
    }
    return all;
}

std::vector<SharedCase> logged_run_cases() {
    return {
        {"a_run_comes_back_whole",
         [](SharedBase& base) {
             const auto log = base.run_log();
             LoggedRun run = run_of('a', 77);
             run.background = true;
             log->begin(run, nullptr);
             append(*log,
                    {.id = run.id, .events = {{1, "text", "{\"t\":\"\\u0000\"}"}, {2, "done", "{}"}}, .ended_at = 99});
             const auto found = base.run_log(StoreMode::read)->find(run.id);
             ASSERT_TRUE(found);
             EXPECT_EQ(found->principal, "owner");
             EXPECT_EQ(found->kind, "ask");
             EXPECT_TRUE(found->background);
             EXPECT_TRUE(found->ended);
             EXPECT_EQ(found->last, 2U);
             EXPECT_EQ(found->kept_from, 1U);
             EXPECT_EQ(found->started_at, 77);
             EXPECT_EQ(found->ended_at, 99);
             EXPECT_THAT(texts(log->events(run.id, 0, 1000)), ElementsAre("1 text {\"t\":\"\\u0000\"}", "2 done {}"));
             EXPECT_FALSE(log->find(std::string("a\0", 2)));
             EXPECT_FALSE(log->find("\xff"));
         }},
        {"a_reader_cannot_begin_a_run",
         [](SharedBase& base) { EXPECT_THROW(base.run_log(StoreMode::read)->begin(run_of('a'), nullptr), Error); }},
        {"events_without_a_number_follow_the_last",
         [](SharedBase& base) {
             const auto log = base.run_log();
             log->begin(run_of('a'), nullptr);
             append(*log, {.id = id_of('a'), .events = {{1, "text", "1"}, {2, "text", "2"}}});
             append(*log, {.id = id_of('a'), .events = {{0, "text", "3"}, {0, "text", "4"}}});
             append(*log, {.id = id_of('b'), .events = {{0, "text", "of no run"}}});
             EXPECT_THAT(texts(log->events(id_of('a'), 1, 1000)), ElementsAre("2 text 2", "3 text 3", "4 text 4"));
             EXPECT_EQ(log->find(id_of('a'))->last, 4U);
         }},
        {"changes_are_all_written_or_none",
         [](SharedBase& base) {
             const auto log = base.run_log();
             for (const char digit : {'a', 'b'}) log->begin(run_of(digit), nullptr);
             log->append(std::vector<RunChange>{{.id = id_of('a'), .events = {{1, "text", "1"}}},
                                                {.id = id_of('b'), .events = {{1, "text", "2"}}, .ended_at = 7},
                                                {.id = id_of('a'), .events = {{2, "text", "3"}}}});
             EXPECT_EQ(log->find(id_of('a'))->last, 2U);
             EXPECT_FALSE(log->find(id_of('a'))->ended);
             EXPECT_EQ(log->find(id_of('b'))->ended_at, 7);
             EXPECT_THROW(log->append(std::vector<RunChange>{{.id = id_of('a'), .events = {{3, "text", "3"}}},
                                                             {.id = id_of('a'), .events = {{1, "text", "twice"}}}}),
                          Error);
             EXPECT_EQ(log->events(id_of('a'), 0, 1000).size(), 2U);
         }},
        {"old_events_go",
         [](SharedBase& base) {
             const auto log = base.run_log();
             log->begin(run_of('a'), nullptr);
             append(*log, {.id = id_of('a'), .events = {{1, "text", "1"}, {2, "text", "2"}, {3, "text", "3"}}});
             append(*log, {.id = id_of('a'), .events = {{4, "text", "4"}}, .kept_from = 3});
             EXPECT_THAT(texts(log->events(id_of('a'), 0, 1000)), ElementsAre("3 text 3", "4 text 4"));
             EXPECT_EQ(log->find(id_of('a'))->kept_from, 3U);
         }},
        {"events_come_in_pieces",
         [](SharedBase& base) {
             const auto log = base.run_log();
             log->begin(run_of('a'), nullptr);
             RunChange change{.id = id_of('a')};
             for (std::uint64_t i = 1; i <= 9; ++i) change.events.push_back({i, "text", std::string(96, 'x')});
             append(*log, change);
             EXPECT_EQ(log->events(id_of('a'), 0, 1).size(), 1U);
             EXPECT_EQ(log->events(id_of('a'), 0, 250).size(), 3U);
             EXPECT_EQ(log->events(id_of('a'), 7, 1000).size(), 2U);
             EXPECT_THAT(log->events(id_of('a'), 9, 1000), IsEmpty());
         }},
        {"runs_are_listed_newest_first",
         [](SharedBase& base) {
             const auto log = base.run_log();
             log->begin(run_of('a', 1), nullptr);
             log->begin(run_of('c', 2), nullptr);
             log->begin(run_of('b', 2), nullptr);
             LoggedRun other = run_of('d', 3);
             other.principal = "user:1";
             log->begin(other, nullptr);
             EXPECT_THAT(ids(log->list("owner", 10, "")), ElementsAre("c", "b", "a"));
             EXPECT_THAT(ids(log->list("owner", 1, id_of('c'))), ElementsAre("b"));
             EXPECT_THAT(log->list("owner", 10, id_of('9')), IsEmpty());
         }},
        {"what_a_server_left_is_unfinished",
         [](SharedBase& base) {
             {
                 const auto gone = base.run_log();
                 for (const char digit : {'a', 'b'}) gone->begin(run_of(digit), nullptr);
                 append(*gone, {.id = id_of('b'), .ended_at = 9});
                 begin_job(*gone, 'c', "ingest");
             }
             EXPECT_THAT(ids(base.run_log()->unfinished()), ElementsAre("a"));
         }},
        {"runs_that_ended_long_ago_are_removed",
         [](SharedBase& base) {
             const auto log = base.run_log();
             for (const char digit : {'a', 'b', 'c', 'd'}) log->begin(run_of(digit), nullptr);
             for (const char digit : {'a', 'b'}) {
                 append(*log, {.id = id_of(digit), .events = {{1, "done", "{}"}}, .ended_at = 100});
             }
             append(*log, {.id = id_of('c'), .ended_at = 200});
             EXPECT_EQ(log->remove_ended(200, 1), 1U);
             EXPECT_EQ(log->remove_ended(200, 10), 1U);
             EXPECT_EQ(log->remove_ended(200, 10), 0U);
             EXPECT_THAT(ids(log->list("owner", 10, "")), ElementsAre("d", "c"));
             EXPECT_THAT(log->events(id_of('a'), 0, 1000), IsEmpty());
         }},
        {"runs_and_threads_go_with_the_documents_that_they_name",
         [](SharedBase& base) {
             const auto store = open_store(base.address(), StoreMode::write);
             const std::string quoted = "/d/\"mö\\on\".md", other = "/d/sun.md";
             store->put(
                 std::vector<PreparedSource>{prepared(quoted, "The moon is far."), prepared(other, "The sun is hot.")});
             const auto log = base.run_log();
             const auto threads = base.checkpoints();
             for (const auto& [digit, uri] : {std::pair('a', quoted), std::pair('b', other)}) {
                 const std::string said = nlohmann::json{{"uri", uri}}.dump();
                 begin_job(*log, digit, "batch");
                 append(*log, {.id = id_of(digit), .events = {{1, "done", said}}, .ended_at = 6});
                 const std::string name(1, digit);
                 const AgentThread thread = threads->create_thread({.principal = "owner", .name = name});
                 threads->put_recorded(thread.id, {.step = 1, .state = AgentCallState::done, .result = said});
             }
             ASSERT_EQ(store->remove(std::vector<std::string>{quoted}), 1U);
             EXPECT_FALSE(log->find(id_of('a')));
             EXPECT_THAT(log->events(id_of('a'), 0, 1000), IsEmpty());
             EXPECT_FALSE(log->find_job(id_of('a')));
             EXPECT_EQ(log->events(id_of('b'), 0, 1000).size(), 1U);
             EXPECT_FALSE(threads->find_thread("owner", "a"));
             EXPECT_TRUE(threads->find_thread("owner", "b"));
         }},
    };
}

std::vector<SharedCase> job_cases() {
    return {
        {"a_job_comes_back_whole",
         [](SharedBase& base) {
             const auto log = base.run_log();
             begin_job(*log, 'a', "ingest", 50);
             EXPECT_EQ(log->next_job_at(), 50);
             EXPECT_FALSE(log->lease_job(true, 49, "me", 100));
             const auto taken = log->lease_job(true, 50, "me", 100);
             ASSERT_TRUE(taken);
             EXPECT_EQ(taken->run_id, id_of('a'));
             EXPECT_EQ(taken->principal, "owner");
             EXPECT_EQ(taken->request, "{\"n\":1}");
             EXPECT_EQ(taken->state, JobState::running);
             EXPECT_EQ(taken->attempts, 1);
             EXPECT_EQ(taken->lease_until, 100);
             EXPECT_EQ(log->next_job_at(), 100);
             append(*log, {.id = id_of('a'), .ended_at = 60, .job = JobChange{.result = "{}"}});
             const auto done = log->find_job(id_of('a'));
             EXPECT_EQ(done->state, JobState::done);
             EXPECT_EQ(done->result, "{}");
             EXPECT_EQ(done->lease, "");
             EXPECT_FALSE(log->next_job_at());
             EXPECT_FALSE(log->find_job(id_of('b')));
         }},
        {"writers_have_a_line_of_their_own",
         [](SharedBase& base) {
             const auto log = base.run_log();
             begin_job(*log, 'a', "eval");
             begin_job(*log, 'b', "embed");
             begin_job(*log, 'c', "ingest");
             begin_job(*log, 'd', "agent");
             EXPECT_EQ(log->lease_job(true, 1, "me", 9)->kind, "embed");
             EXPECT_EQ(log->lease_job(true, 1, "me", 9)->kind, "ingest");
             EXPECT_FALSE(log->lease_job(true, 1, "me", 9));
             EXPECT_EQ(log->lease_job(false, 1, "me", 9)->kind, "eval");
             EXPECT_FALSE(log->lease_job(false, 1, "me", 9)) << "agents hold leases of their own";
             EXPECT_EQ(log->open_requests().size(), 3U);
         }},
        {"a_lease_is_one_servers",
         [](SharedBase& base) {
             const auto mine = base.run_log(), theirs = base.run_log();
             begin_job(*mine, 'a', "ingest");
             ASSERT_TRUE(mine->lease_job(true, 1, "me", 100));
             EXPECT_FALSE(theirs->lease_job(true, 99, "they", 200));
             EXPECT_TRUE(mine->renew_lease(id_of('a'), "me", 150));
             EXPECT_FALSE(theirs->lease_job(true, 149, "they", 200));
             const auto taken = theirs->lease_job(true, 150, "they", 200);
             ASSERT_TRUE(taken);
             EXPECT_EQ(taken->attempts, 2);
             EXPECT_FALSE(mine->renew_lease(id_of('a'), "me", 300));
         }},
        {"what_was_no_attempt_is_not_counted",
         [](SharedBase& base) {
             const auto log = base.run_log();
             begin_job(*log, 'a', "ingest");
             ASSERT_TRUE(log->lease_job(true, 1, "me", 100));
             append(
                 *log,
                 {.id = id_of('a'),
                  .job = JobChange{
                      .state = JobState::waiting, .error = "{\"code\":1}", .not_before = 30, .is_no_attempt = true}});
             const auto job = log->find_job(id_of('a'));
             EXPECT_EQ(job->state, JobState::waiting);
             EXPECT_EQ(job->attempts, 0);
             EXPECT_EQ(job->not_before, 30);
             EXPECT_EQ(job->error, "{\"code\":1}");
         }},
        {"jobs_of_a_server_that_is_gone_are_taken_again",
         [](SharedBase& base) {
             {
                 const auto gone = base.run_log();
                 begin_job(*gone, 'a', "ingest");
                 ASSERT_TRUE(gone->lease_job(true, 1, "gone", 1'000));
             }
             const auto log = base.run_log();
             EXPECT_FALSE(log->lease_job(true, 2, "me", 1'000));
             EXPECT_THAT(log->job_holders(), ElementsAre("gone"));
             log->release_jobs("somebody");
             EXPECT_FALSE(log->lease_job(true, 2, "me", 1'000));
             log->release_jobs("gone");
             EXPECT_EQ(log->lease_job(true, 2, "me", 1'000)->attempts, 2);
         }},
        {"jobs_are_listed_newest_first",
         [](SharedBase& base) {
             const auto log = base.run_log();
             for (const char digit : {'a', 'c', 'b'}) begin_job(*log, digit, "ingest");
             log->begin(run_of('d'), nullptr);
             const auto jobs = log->list_jobs("owner", 2, "");
             ASSERT_EQ(jobs.size(), 2U);
             EXPECT_EQ(jobs[0].run_id, id_of('c'));
             EXPECT_EQ(log->list_jobs("owner", 2, jobs[1].run_id).at(0).run_id, id_of('a'));
             EXPECT_THAT(log->list_jobs("user:1", 2, ""), IsEmpty());
         }},
    };
}

class RunLogContract : public SharedContract {};
TEST_P(RunLogContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Runs, RunLogContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()),
                                            ::testing::ValuesIn(logged_run_cases())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Jobs, RunLogContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()), ::testing::ValuesIn(job_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
