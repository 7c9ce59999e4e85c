// Waits that go on by the clock, whichever process waits.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "core/agent/runner.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Timers : public ::testing::Test {
protected:
    RunnerOptions options(const KillPoints* kill = nullptr) {
        RunnerOptions made = test_options(kill);
        made.now = [this] { return now.load(); };
        return made;
    }
    /// Runs until a wait has begun, and is interrupted then as by the end of a process.
    void run_and_leave(const std::string& text) {
        agent = read_text(text);
        holder = base.add_run("t");
        Cancellation left;
        std::thread leaving([&] {
            const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
            const auto other = store::open_checkpoints(base.path(), store::StoreMode::read);
            while (std::chrono::steady_clock::now() < until && timers(*other) == 0) std::this_thread::yield();
            left.cancel();
        });
        Runner runner(agent, environment, base.repository(), options());
        EXPECT_THROW(static_cast<void>(runner.begin(holder, "go", no_events, left)), Error);
        leaving.join();
        EXPECT_EQ(timers(base.repository()), 1);
    }
    RunOutcome go_on() {
        EXPECT_TRUE(base.repository().take_run(holder, 100'000, 100'060));
        Runner runner(agent, environment, base.repository(), options());
        return runner.go_on(holder, no_events, cancellation);
    }
    int timers(store::CheckpointRepository& repository) const {
        int found = 0;
        for (const store::AgentCall& call : repository.calls(holder.thread_id, 1)) {
            found += call.kind == store::AgentCallKind::timer ? 1 : 0;
        }
        return found;
    }

    AgentBase base;
    FakeEnvironment environment;
    Cancellation cancellation;
    store::RunHolder holder;
    AgentFile agent;
    std::atomic<std::int64_t> now{100};
};

TEST_F(Timers, AWaitThatIsOverInAnotherProcessIsOver) {
    run_and_leave("name: root\nset: {done: '1'}\nwait: 7200\n");
    now = 100 + 7200;
    const RunOutcome outcome = go_on();
    EXPECT_EQ(outcome.state, store::AgentRunState::done);
    EXPECT_EQ(outcome.values["done"], 1);
}

TEST_F(Timers, TheDelayOfARetryGoesOnToo) {
    int tries = 0;
    environment.tools["flaky"] = {true, [&](const json&) -> std::string {
                                      if (++tries == 1) throw Error(ErrorCode::failed, "not now");
                                      return "now";
                                  }};
    run_and_leave("name: root\nfunc_code: flaky\nretry: {attempts: 2, delay: 3600}\noutput_key: o\n");
    EXPECT_EQ(tries, 1);
    now = 100 + 3600;
    EXPECT_EQ(go_on().values["o"], "now");
    EXPECT_EQ(tries, 2) << "the failure is in the journal";
}

TEST_F(Timers, ARunIsLetGoOfForALongWaitAndRepeatsNothing) {
    int calls_made = 0;
    environment.tools["effect"] = {false, [&](const json&) { return fmt::format("done {}", ++calls_made); }};
    agent = read_text("agent_class: ParallelAgent\nname: root\nsub_agents:\n"
                      "- {name: acts, func_code: effect, output_key: o}\n"
                      "- {name: later, wait: 7200, set: {late: '1'}}\n"
                      "- {name: soon, wait: 60, set: {early: '1'}}\n");
    holder = base.add_run("t");
    RunnerOptions short_waits = options();
    short_waits.longest_wait = 1;
    Runner first(agent, environment, base.repository(), short_waits);
    RunOutcome outcome = first.begin(holder, "go", no_events, cancellation);
    for (const std::int64_t wakes_at : {160, 7300}) {
        EXPECT_EQ(outcome.state, store::AgentRunState::running);
        ASSERT_EQ(outcome.wakes_at, wakes_at);
        const store::RunHolder other{holder.run_id, holder.thread_id, "another"};
        EXPECT_FALSE(base.repository().take_run(other, wakes_at - 1, wakes_at + 60)) << "it is nobody else's before";
        now = wakes_at;
        ASSERT_TRUE(base.repository().take_run(other, wakes_at, wakes_at + 60));
        Runner next(agent, environment, base.repository(), short_waits);
        outcome = next.go_on(other, no_events, cancellation);
        holder = other;
    }
    EXPECT_EQ(outcome.state, store::AgentRunState::done);
    EXPECT_EQ(outcome.values["late"], 1);
    EXPECT_EQ(outcome.values["o"], "done 1") << calls_made;
    EXPECT_EQ(calls_made, 1);
}

TEST_F(Timers, AClockThatWasSetBackMakesAWaitNoLongerThanItWas) {
    AgentBase other;
    const store::RunHolder mine = other.add_run("u");
    Journal journal(other.repository(), mine, [this] { return now.load(); }, nullptr);
    journal.begin_step(1, true);
    Journal::Task task(journal, "root");
    EXPECT_EQ(task.time_left("wait", 1, 60), 60);
    journal.begin_step(1, true);  // as another process reads it
    now = 130;
    EXPECT_EQ(task.time_left("wait", 1, 60), 30);
    now = -1'000'000;
    EXPECT_EQ(task.time_left("wait", 1, 60), 60);
    now = 1'000'000'000;
    EXPECT_EQ(task.time_left("wait", 1, 60), 0);
    task.end_wait("wait", 1);
    journal.begin_step(1, true);
    now = 100;
    EXPECT_EQ(task.time_left("wait", 1, 60), 0) << "it is over, whatever the clock says";
}

TEST_F(Timers, TheWorkOfAnotherProcessCountsForATimeout) {
    AgentBase other;
    const store::RunHolder mine = other.add_run("u");
    Journal journal(other.repository(), mine, [this] { return now.load(); }, nullptr);
    journal.begin_step(1, true);
    Journal::Task task(journal, "root");
    const Journal::Task::Call call{.name = "slow", .input = "{}"};
    static_cast<void>(task.call(call, [&](Spent&) {
        now = 150;
        return json("done");
    }));
    now = 100'000;  // nobody worked on it for long
    journal.begin_step(1, true);
    Journal::Task again(journal, "root");
    EXPECT_EQ(again.worked(), 0);
    EXPECT_EQ(again.call(call, [](Spent&) { return json("again"); }), "done");
    EXPECT_EQ(again.worked(), 50);
}

TEST_F(Timers, TheDelayOfARetryDoesNotCountForATimeout) {
    int tries = 0;
    environment.tools["flaky"] = {true, [&](const json&) -> std::string {
                                      if (++tries < 3) throw Error(ErrorCode::failed, "not now");
                                      return "now";
                                  }};
    agent = read_text("name: root\nfunc_code: flaky\nretry: {attempts: 3, delay: 0.2}\ntimeout: 0.5\noutput_key: o\n");
    holder = base.add_run("t");
    const auto start = std::chrono::steady_clock::now();
    // This one waits in its thread, as the command line does.
    Runner runner(agent, environment, base.repository(), test_options());
    const RunOutcome outcome = runner.begin(holder, "go", no_events, cancellation);
    EXPECT_EQ(outcome.values["o"], "now") << (outcome.error ? outcome.error->what() : "");
    EXPECT_GT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(590)) << "longer than its timeout";
}

TEST_F(Timers, WhatTookTooLongIsNotTriedAgainInWhicheverThread) {
    for (const double longest_wait : {0.01, 3600.0}) {
        AgentBase other;
        int tries = 0;
        environment.tools["slow"] = {true, [&](const json&) -> std::string {
                                         ++tries;
                                         std::this_thread::sleep_for(std::chrono::milliseconds(150));
                                         throw Error(ErrorCode::failed, "not now");
                                     }};
        agent = read_text("name: root\nfunc_code: slow\nretry: {attempts: 3, delay: 0.05}\ntimeout: 0.05\n");
        RunnerOptions waits = options();
        waits.longest_wait = longest_wait;
        Runner runner(agent, environment, other.repository(), std::move(waits));
        const RunOutcome outcome = runner.begin(other.add_run("t"), "go", no_events, cancellation);
        ASSERT_EQ(outcome.state, store::AgentRunState::failed) << longest_wait;
        EXPECT_THAT(outcome.error->what(), HasSubstr("took longer than 0.05 s"));
        EXPECT_EQ(tries, 1);
    }
}

TEST_F(Timers, ARecordedRunWaitsForNothing) {
    agent = read_text("name: root\nset: {done: '1'}\nwait: 7200\n");
    holder = base.add_run("t");
    RunnerOptions replaying = options();
    replaying.replays = true;
    Runner runner(agent, environment, base.repository(), std::move(replaying));
    EXPECT_EQ(runner.begin(holder, "go", no_events, cancellation).state, store::AgentRunState::done);
}

}  // namespace
}  // namespace quarry::agent
