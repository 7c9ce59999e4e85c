// Threads of agents, their runs, steps and journal.
#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/error.h"
#include "core/store/checkpoint_repository.h"
#include "tests/unit/store/contract/engine.h"

namespace quarry::store::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

AgentThread thread_named(CheckpointRepository& base, const std::string& name, std::int64_t at = 50) {
    return base.create_thread({.principal = "ada", .name = name, .agent = "root", .created_at = at});
}

/// 32 hex digits that begin with these.
std::string run_id(std::string_view begin) { return std::string(begin) + std::string(32 - begin.size(), '0'); }

RunHolder begin(CheckpointRepository& base, const AgentThread& thread, std::string_view id, std::int64_t until = 160) {
    AgentRun run{.id = run_id(id), .thread_id = thread.id, .principal = "ada", .file = "/a.yaml", .digest = "d"};
    run.allowed = "count note";
    run.started_at = 100;
    run.lease = "first";
    run.lease_until = until;
    base.begin_run(run);
    return {run.id, thread.id, "first"};
}

void add_step(CheckpointRepository& base, const RunHolder& holder, std::int64_t number, bool is_whole = false) {
    base.add_step(holder,
                  {.number = number,
                   .run_id = holder.run_id,
                   .at = 100 + number,
                   .is_whole = is_whole,
                   .delta = "{\"n\":" + std::to_string(number) + "}",
                   .position = "{}",
                   .nodes = "root/a root/b"},
                  "{}");
}

AgentCall call_at(std::int64_t step, std::int64_t number, AgentCallState state = AgentCallState::begun) {
    return {.step = step,
            .task = "root/a",
            .number = number,
            .kind = AgentCallKind::tool,
            .name = "count",
            .input_hash = "h",
            .input = "{}",
            .state = state,
            .result = "1",
            .began_at = 101,
            .ended_at = 104,
            .tokens = 3,
            .cost = 0.5};
}

std::vector<std::int64_t> numbers(const std::vector<AgentStep>& steps) {
    std::vector<std::int64_t> all;
    for (const AgentStep& one : steps) all.push_back(one.number);
    return all;
}

template <typename Action>
std::optional<ErrorCode> code_of(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

std::vector<SharedCase> thread_cases() {
    return {
        {"a_new_base_has_no_threads",
         [](SharedBase& base) {
             const auto all = base.checkpoints(StoreMode::read);
             EXPECT_THAT(all->list_threads("ada", 10), IsEmpty());
             EXPECT_THAT(all->list_runs("ada", 0, 10), IsEmpty());
             EXPECT_THAT(all->orphans(1'000'000), IsEmpty());
             EXPECT_FALSE(all->find_thread("ada", "t"));
             EXPECT_FALSE(all->find_run("ada", "1"));
             EXPECT_FALSE(all->last_step(1));
         }},
        {"a_thread_is_its_owners",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread made = all->create_thread({.principal = "ada", .name = "t", .agent = "root",
                                                          .created_at = 5, .forked_from = "s", .forked_step = 3});
             const auto found = all->find_thread("ada", "t");
             ASSERT_TRUE(found);
             EXPECT_EQ(found->id, made.id);
             EXPECT_EQ(found->agent, "root");
             EXPECT_EQ(found->created_at, 5);
             EXPECT_EQ(found->forked_from, "s");
             EXPECT_EQ(found->forked_step, 3);
             EXPECT_FALSE(all->find_thread("bob", "t"));
             EXPECT_THAT(all->list_threads("bob", 10), IsEmpty());
             EXPECT_EQ(code_of([&] { thread_named(*all, "t"); }), ErrorCode::usage);
             EXPECT_NO_THROW(all->create_thread({.principal = "bob", .name = "t"}));
         }},
        {"a_thread_goes_with_all_it_did",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t"), other = thread_named(*all, "u");
             const RunHolder holder = begin(*all, thread, "1"), kept = begin(*all, other, "2");
             add_step(*all, holder, 0, true);
             add_step(*all, kept, 0, true);
             all->begin_call(holder, call_at(1, 0));
             EXPECT_TRUE(all->remove_thread(thread.id));
             EXPECT_FALSE(all->remove_thread(thread.id));
             EXPECT_FALSE(all->find_thread("ada", "t"));
             EXPECT_FALSE(all->find_run("ada", holder.run_id));
             EXPECT_FALSE(all->last_step(thread.id));
             EXPECT_THAT(all->calls(thread.id, 1), IsEmpty());
             EXPECT_EQ(code_of([&] { add_step(*all, holder, 1); }), ErrorCode::locked);
             EXPECT_TRUE(all->last_step(other.id));
             // Its name is free again, and a run's id too.
             EXPECT_NO_THROW(begin(*all, thread_named(*all, "t"), "1"));
         }},
        {"old_runs_go_and_others_stay",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread old = thread_named(*all, "old"), young = thread_named(*all, "young"),
                               waits = thread_named(*all, "waits");
             all->end_run(begin(*all, old, "1"), {.state = AgentRunState::done, .at = 200});
             all->end_run(begin(*all, young, "2"), {.state = AgentRunState::done, .at = 900});
             all->end_run(begin(*all, waits, "3"), {.state = AgentRunState::waiting, .waiting = "[]", .at = 200});
             EXPECT_EQ(all->remove_older(500), 1U);
             EXPECT_FALSE(all->find_thread("ada", "old"));
             EXPECT_FALSE(all->find_run("ada", run_id("1")));
             EXPECT_TRUE(all->find_thread("ada", "young"));
             EXPECT_TRUE(all->find_run("ada", run_id("3"))) << "a person may still answer it";
             EXPECT_EQ(all->remove_older(500), 0U);
         }},
        {"old_steps_go_and_the_others_can_be_built",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "1");
             for (std::int64_t i = 0; i <= 20; ++i) {
                 all->begin_call(holder, call_at(i, 0));
                 add_step(*all, holder, i, i % 5 == 0);
             }
             // The last four, and what they build on: 16 follows 15.
             EXPECT_EQ(all->trim_steps(4), 15U);
             EXPECT_THAT(numbers(all->list_steps(thread.id, 1000, 100)), ElementsAre(20, 19, 18, 17, 16, 15));
             EXPECT_THAT(numbers(all->steps_for(thread.id, 17)), ElementsAre(15, 16, 17));
             EXPECT_THAT(all->calls(thread.id, 14), IsEmpty());
             EXPECT_EQ(all->calls(thread.id, 16).size(), 1U);
             EXPECT_EQ(all->trim_steps(4), 0U);
         }},
    };
}

std::vector<SharedCase> checkpoint_run_cases() {
    return {
        {"a_run_comes_back_whole",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "ab1");
             static_cast<void>(begin(*all, thread_named(*all, "u"), "ab2"));
             const auto found = base.checkpoints(StoreMode::read)->find_run("ada", "ab1");
             ASSERT_TRUE(found);
             EXPECT_EQ(found->id, holder.run_id);
             EXPECT_EQ(found->thread, "t");
             EXPECT_EQ(found->agent, "root");
             EXPECT_EQ(found->file, "/a.yaml");
             EXPECT_EQ(found->allowed, "count note");
             EXPECT_EQ(found->state, AgentRunState::running);
             EXPECT_EQ(found->lease, "first");
             EXPECT_EQ(found->started_at, 100);
             EXPECT_FALSE(found->ended_at);
             EXPECT_FALSE(all->find_run("bob", "ab1"));
             EXPECT_EQ(code_of([&] { static_cast<void>(all->find_run("ada", "ab")); }), ErrorCode::usage);
         }},
        {"a_run_has_one_holder",
         [](SharedBase& base) {
             const auto mine = base.checkpoints(), theirs = base.checkpoints();
             const AgentThread thread = thread_named(*mine, "t");
             const RunHolder first = begin(*mine, thread, "1"), second{first.run_id, thread.id, "second"};
             EXPECT_FALSE(theirs->take_run(second, 159, 500)) << "its lease has not ended";
             mine->renew(first, 300);
             EXPECT_FALSE(theirs->take_run(second, 299, 500));
             EXPECT_TRUE(theirs->take_run(second, 300, 500));
             EXPECT_EQ(code_of([&] { add_step(*mine, first, 0, true); }), ErrorCode::locked);
             EXPECT_EQ(code_of([&] { mine->begin_call(first, call_at(1, 0)); }), ErrorCode::locked);
             EXPECT_EQ(code_of([&] { mine->end_call(first, call_at(1, 0)); }), ErrorCode::locked);
             EXPECT_EQ(code_of([&] { mine->renew(first, 900); }), ErrorCode::locked);
             EXPECT_EQ(code_of([&] { mine->end_run(first, {}); }), ErrorCode::locked);
             EXPECT_NO_THROW(add_step(*theirs, second, 0, true));
         }},
        {"a_thread_has_one_run_that_has_not_ended",
         [](SharedBase& base) {
             const auto mine = base.checkpoints();
             const AgentThread thread = thread_named(*mine, "t"), other = thread_named(*mine, "u");
             const RunHolder first = begin(*mine, thread, "1");
             EXPECT_EQ(code_of([&] { begin(*mine, thread, "2"); }), ErrorCode::locked);
             EXPECT_FALSE(mine->find_run("ada", run_id("2"))) << "nothing of it is kept";
             mine->end_run(first, {.state = AgentRunState::waiting, .waiting = "[]"});
             EXPECT_EQ(code_of([&] { begin(*mine, thread, "2"); }), ErrorCode::locked);
             EXPECT_NO_THROW(begin(*mine, other, "3"));
             EXPECT_TRUE(mine->take_run(first, 200, 300));
             mine->end_run(first, {.state = AgentRunState::failed, .error = "{}"});
             const RunHolder second = begin(*mine, thread, "2");
             EXPECT_EQ(code_of([&] { static_cast<void>(mine->take_run(first, 200, 300)); }), ErrorCode::locked)
                 << "a failed run does not go on beside another one";
             EXPECT_EQ(mine->find_run("ada", first.run_id)->state, AgentRunState::failed);
             EXPECT_TRUE(mine->cancel_run(second.run_id, 200));
             EXPECT_TRUE(mine->take_run(first, 200, 300));
         }},
        {"of_two_runs_that_begin_at_once_one_does",
         [](SharedBase& base) {
             const auto mine = base.checkpoints(), theirs = base.checkpoints();
             const AgentThread thread = thread_named(*mine, "t");
             for (int round = 0; round < 20; ++round) {
                 std::atomic<int> begun{0}, refused{0};
                 std::barrier together(2);
                 const auto start = [&](CheckpointRepository& repository, const std::string& id) {
                     together.arrive_and_wait();
                     try {
                         const RunHolder holder = begin(repository, thread, id);
                         ++begun;
                         together.arrive_and_wait();
                         repository.end_run(holder, {.state = AgentRunState::done});
                     } catch (const Error& error) {
                         refused += error.code() == ErrorCode::locked ? 1 : 0;
                         EXPECT_THAT(error.message(),
                                     ::testing::HasSubstr("the thread t has a run that has not ended"));
                         together.arrive_and_wait();
                     }
                 };
                 std::thread other([&] { start(*theirs, std::to_string(round) + "b"); });
                 start(*mine, std::to_string(round) + "a");
                 other.join();
                 EXPECT_EQ(begun, 1);
                 EXPECT_EQ(refused, 1);
             }
         }},
        {"a_clock_that_was_set_back_takes_no_run_away",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder first = begin(*all, thread, "1", 160), second{first.run_id, thread.id, "second"};
             EXPECT_FALSE(all->take_run(second, -1'000'000, 500));
             EXPECT_NO_THROW(add_step(*all, first, 0, true));
         }},
        {"a_run_that_ended_is_let_go",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "1");
             all->end_run(holder, {.state = AgentRunState::waiting, .waiting = "[1]", .at = 120});
             auto found = all->find_run("ada", "1");
             EXPECT_EQ(found->state, AgentRunState::waiting);
             EXPECT_EQ(found->waiting, "[1]");
             EXPECT_EQ(found->lease, "");
             EXPECT_FALSE(found->ended_at);
             EXPECT_THAT(all->orphans(1'000'000), IsEmpty()) << "it waits for a person, not for a process";
             EXPECT_TRUE(all->take_run(holder, 121, 181));
             EXPECT_EQ(all->find_run("ada", "1")->waiting, "");
             all->end_run(holder, {.state = AgentRunState::done, .result = "\"r\"", .at = 130});
             found = all->find_run("ada", "1");
             EXPECT_EQ(found->state, AgentRunState::done);
             EXPECT_EQ(found->result, "\"r\"");
             EXPECT_EQ(found->ended_at, 130);
         }},
        {"attempts_count_until_the_run_goes_forward",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const RunHolder holder = begin(*all, thread_named(*all, "t"), "1", 160);
             const auto attempts = [&] { return all->find_run("ada", "1")->attempts; };
             EXPECT_EQ(attempts(), 1);
             std::int64_t now = 1000;
             const auto crash = [&] {
                 now += 100;
                 EXPECT_TRUE(all->take_run(holder, now, now + 60));
             };
             const std::vector<std::function<void()>> forward = {
                 [&] { add_step(*all, holder, 0, true); },
                 [&] {
                     all->begin_call(holder, call_at(1, 0));
                     EXPECT_GT(attempts(), 1) << "it has not ended";
                     all->end_call(holder, call_at(1, 0));
                 },
                 [&] { all->rest(holder, now); },
                 [&] { all->end_run(holder, {.state = AgentRunState::running, .at = now}); },
             };
             for (const auto& go : forward) {
                 crash();
                 crash();
                 all->renew(holder, now + 60);
                 EXPECT_GT(attempts(), 1);
                 go();
                 EXPECT_EQ(attempts(), 0);
             }
         }},
        {"a_run_whose_lease_ended_is_an_orphan",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             static_cast<void>(begin(*all, thread_named(*all, "t"), "1", 160));
             EXPECT_THAT(all->orphans(159), IsEmpty());
             const auto found = all->orphans(160);
             ASSERT_EQ(found.size(), 1U);
             EXPECT_EQ(found[0].id, run_id("1"));
         }},
        {"a_cancelled_run_is_its_holders_no_more",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const RunHolder holder = begin(*all, thread_named(*all, "t"), "1");
             EXPECT_TRUE(all->cancel_run(holder.run_id, 110));
             EXPECT_FALSE(all->cancel_run(holder.run_id, 111));
             EXPECT_EQ(all->find_run("ada", "1")->state, AgentRunState::cancelled);
             EXPECT_EQ(code_of([&] { add_step(*all, holder, 0, true); }), ErrorCode::locked);
         }},
        {"files_may_change_with_consent",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const RunHolder holder = begin(*all, thread_named(*all, "t"), "1");
             all->set_digest(holder, "e");
             EXPECT_EQ(all->find_run("ada", "1")->digest, "e");
         }},
    };
}

std::vector<SharedCase> journal_cases() {
    return {
        {"steps_build_on_the_last_whole_one",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "1");
             for (std::int64_t i = 0; i < 8; ++i) add_step(*all, holder, i, i == 0 || i == 4);
             EXPECT_THAT(numbers(all->steps_for(thread.id, 3)), ElementsAre(0, 1, 2, 3));
             EXPECT_THAT(numbers(all->steps_for(thread.id, 4)), ElementsAre(4));
             EXPECT_THAT(numbers(all->steps_for(thread.id, 6)), ElementsAre(4, 5, 6));
             EXPECT_THAT(numbers(all->list_steps(thread.id, 5, 2)), ElementsAre(4, 3));
             const auto last = all->last_step(thread.id);
             ASSERT_TRUE(last);
             EXPECT_EQ(last->number, 7);
             EXPECT_EQ(last->delta, "{\"n\":7}");
             EXPECT_EQ(last->nodes, "root/a root/b");
             EXPECT_EQ(last->at, 107);
             EXPECT_EQ(all->list_threads("ada", 10).at(0).steps, 8);
         }},
        {"a_step_is_kept_once",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "1");
             add_step(*all, holder, 0, true);
             EXPECT_THROW(add_step(*all, holder, 0, true), Error);
             EXPECT_THAT(numbers(all->list_steps(thread.id, 100, 100)), ElementsAre(0));
         }},
        {"a_call_is_begun_and_ended",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "1");
             add_step(*all, holder, 0, true);
             all->begin_call(holder, call_at(1, 1));
             all->begin_call(holder, call_at(1, 0));
             all->end_call(holder, call_at(1, 0, AgentCallState::done));
             const auto calls = all->calls(thread.id, 1);
             ASSERT_EQ(calls.size(), 2U);
             EXPECT_EQ(calls[0].number, 0);
             EXPECT_EQ(calls[0].state, AgentCallState::done);
             EXPECT_EQ(calls[0].result, "1");
             EXPECT_EQ(calls[0].began_at, 101);
             EXPECT_EQ(calls[0].ended_at, 104);
             EXPECT_EQ(calls[0].tokens, 3);
             EXPECT_EQ(calls[0].cost, 0.5);
             EXPECT_EQ(calls[1].state, AgentCallState::begun);
             EXPECT_FALSE(calls[1].ended_at);
             add_step(*all, holder, 1);
             const auto run = all->find_run("ada", "1");
             EXPECT_EQ(run->tokens, 3);
             EXPECT_EQ(run->calls, 2);
         }},
        {"a_timer_is_not_counted_as_a_call",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "1");
             add_step(*all, holder, 0, true);
             AgentCall timer = call_at(1, -1);
             timer.kind = AgentCallKind::timer;
             all->begin_call(holder, timer);
             add_step(*all, holder, 1);
             EXPECT_EQ(all->find_run("ada", "1")->calls, 0);
             EXPECT_EQ(all->calls(thread.id, 1).at(0).kind, AgentCallKind::timer);
         }},
        {"a_person_answers_a_call_once",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "1");
             all->begin_call(holder, call_at(1, 0));
             EXPECT_TRUE(all->answer_call(thread.id, call_at(1, 0, AgentCallState::again)));
             EXPECT_FALSE(all->answer_call(thread.id, call_at(1, 0, AgentCallState::done)));
             EXPECT_FALSE(all->answer_call(thread.id, call_at(1, 7, AgentCallState::done)));
             EXPECT_EQ(all->calls(thread.id, 1).at(0).state, AgentCallState::again);
             all->begin_call(holder, call_at(1, 0));
             EXPECT_EQ(all->calls(thread.id, 1).at(0).state, AgentCallState::begun);
         }},
        {"failed_calls_are_forgotten",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             const RunHolder holder = begin(*all, thread, "1");
             for (std::int64_t i = 0; i < 3; ++i) all->begin_call(holder, call_at(1, i));
             all->end_call(holder, call_at(1, 0, AgentCallState::done));
             all->end_call(holder, call_at(1, 1, AgentCallState::failed));
             all->forget_failed(thread.id, 1);
             const auto calls = all->calls(thread.id, 1);
             ASSERT_EQ(calls.size(), 2U);
             EXPECT_EQ(calls[0].number, 0);
             EXPECT_EQ(calls[1].number, 2);
         }},
        {"a_recorded_call_is_done",
         [](SharedBase& base) {
             const auto all = base.checkpoints();
             const AgentThread thread = thread_named(*all, "t");
             all->put_recorded(thread.id, call_at(1, 0, AgentCallState::done));
             EXPECT_EQ(all->calls(thread.id, 1).at(0).state, AgentCallState::done);
         }},
    };
}

class CheckpointContract : public SharedContract {};
TEST_P(CheckpointContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Threads, CheckpointContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()), ::testing::ValuesIn(thread_cases())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Runs, CheckpointContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()),
                                            ::testing::ValuesIn(checkpoint_run_cases())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Journal, CheckpointContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()),
                                            ::testing::ValuesIn(journal_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
