// Agents that wait hold no thread, in a server that has few.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/serve/agents_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;
using testing::ServeCall;

class AgentWaitsTest : public AgentsTest {
protected:
    AgentWaitsTest() {
        add_agent("sleep", "name: sleep\nagent_class: Workflow\nstate: {n: {type: number, reducer: sum, default: 0}}\n"
                           "edges: [[START, early, late]]\n"
                           "nodes: [{name: early, set: {n: '1'}}, {name: late, wait: 3600, set: {n: '1'}}]\n");
        add_agent("nap", "name: nap\nagent_class: FunctionNode\nwait: 0.9\nset: {done: '1'}\n");
        options_.clock = [this] { return time_.load(); };
        options_.agent_looks = std::chrono::milliseconds(20);
        make_small_service(2);
    }
    void make_small_service(std::size_t generators) {
        options_.generators = generators;
        make_service({});
    }
    /// Whether a request is answered within seconds; the test goes on if it is not.
    static bool is_answered_soon(ServeCall& call) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!call.is_answered() && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return call.is_answered();
    }
    /// Waits until an agent may be run: what has ended for its readers may hold its place for a moment.
    void await_place() {
        for (int tries = 0; tries < 2000; ++tries) {
            if (call("POST", "/api/v1/agents/count/runs", "{}").response().status == 200) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        FAIL() << "no place becomes free";
    }
    [[nodiscard]] std::string begin(const std::string& agent) {
        await_place();
        ServeCall begun = call("POST", "/api/v1/agents/" + agent + "/runs", R"({"background": true})");
        EXPECT_EQ(begun.response().status, 202) << begun.response().body;
        return std::string(begun.response().header("Location"));
    }
    /// Waits until the run has come to its wait.
    void await_sleep(const std::string& path) {
        for (int tries = 0; tries < 2000; ++tries) {
            const auto run = call("GET", path).json();
            if (!run.at("journal").empty() && run.at("journal")[0].at("kind") == "timer") return;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        FAIL() << path << " does not wait";
    }

    std::atomic<std::int64_t> time_{1'800'000'000};
};

TEST_F(AgentWaitsTest, RunsThatWaitForATimeLeaveTheThreadsToAnswers) {
    std::vector<std::string> sleeping;
    for (int i = 0; i < 3; ++i) {
        sleeping.push_back(begin("sleep"));
        await_sleep(sleeping.back());
    }
    await_place();
    ServeCall whole = call("POST", "/api/v1/agents/sleep/runs", R"({"thread": "whole"})");
    ServeCall asked = call("POST", "/api/v1/ask", R"({"question": "How far is the moon?"})");
    ASSERT_TRUE(is_answered_soon(asked));
    EXPECT_EQ(asked.response().status, 200) << asked.response().body;
    EXPECT_EQ(call("GET", sleeping[0]).json().at("state"), "running");
    EXPECT_EQ(call("GET", sleeping[0]).json().at("wakes_at"), "2027-01-15T09:00:00Z");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // and nobody goes on with it before
    EXPECT_EQ(call("GET", sleeping[0]).json().at("state"), "running");
    EXPECT_FALSE(whole.is_answered());

    time_ += 3600;
    for (const std::string& path : sleeping) {
        const auto run = call("GET", path + "/wait?seconds=60").json();
        EXPECT_EQ(run.at("state"), "done") << run;
        EXPECT_EQ(run.at("values").at("n"), 2) << "no node was run twice";
        EXPECT_TRUE(run.at("wakes_at").is_null());
    }
    ASSERT_TRUE(is_answered_soon(whole));
    EXPECT_EQ(whole.response().status, 200);
    EXPECT_EQ(whole.json().at("state"), "done");
}

TEST_F(AgentWaitsTest, ARunThatWaitsForAPersonAndATimeShowsBoth) {
    add_agent("both", "name: both\nagent_class: ParallelAgent\nsub_agents:\n"
                      "- {name: ask, interrupt: {ask: 'Now?'}, output_key: answer}\n"
                      "- {name: late, wait: 3600, set: {late: '1'}}\n");
    const auto asked = run("both", nlohmann::json::object());
    EXPECT_EQ(asked.at("state"), "waiting");
    EXPECT_EQ(asked.at("waiting")[0].at("question"), "Now?");
    EXPECT_EQ(asked.at("wakes_at"), "2027-01-15T09:00:00Z");
    const std::string id = asked.at("run").get<std::string>();
    EXPECT_EQ(resume(id, {{"answer", "yes"}, {"background", true}}).response().status, 202);
    await_place();
    const auto sleeping = shown("agent-runs/" + id);
    EXPECT_EQ(sleeping.at("state"), "running");
    EXPECT_TRUE(sleeping.at("waiting").empty());
    EXPECT_EQ(sleeping.at("wakes_at"), "2027-01-15T09:00:00Z") << "it goes on by itself now";
    time_ += 3600;
    const auto done = call("GET", "/api/v1/agent-runs/" + id + "/wait?seconds=60").json();
    EXPECT_EQ(done.at("values").at("late"), 1);
    EXPECT_EQ(done.at("values").at("answer"), "yes");
    EXPECT_TRUE(done.at("wakes_at").is_null());
}

TEST_F(AgentWaitsTest, ARunWhoseToolIsGoneIsTriedLessOftenAndGivenUp) {
    add_agent("tool", "name: tool\nagent_class: ToolNode\ntool_code: search\nargs: {query: \"'moon'\"}\nwait: 10\n");
    const std::string path = begin("tool");
    await_sleep(path);
    await_place();
    add_agent("tool", "name: tool\nagent_class: ToolNode\ntool_code: weather\nargs: {query: \"'moon'\"}\nwait: 10\n");
    time_ += 10;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // many looks, but one attempt
    EXPECT_EQ(call("GET", path).json().at("state"), "running");
    auto ended = call("GET", path).json();
    for (int tries = 0; tries < 400 && ended.at("state") == "running"; ++tries) {
        time_ += 3600;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        ended = call("GET", path).json();
    }
    EXPECT_EQ(ended.at("state"), "failed");
    const std::string error = ended.at("error").dump();
    EXPECT_THAT(error, HasSubstr("was given up after 5 attempts"));
    EXPECT_THAT(error, HasSubstr("a tool weather"));
    EXPECT_THAT(error, HasSubstr("[agent.bindings]"));
    EXPECT_THAT(error, HasSubstr("quarry agent resume " + ended.at("run").get<std::string>().substr(0, 8)));
    ServeCall events(*service_, with(request("GET", path + "/events"), "Accept", "text/event-stream"));
    EXPECT_THAT(events.read_to(), HasSubstr("event: failed"));

    add_agent("tool", "name: tool\nagent_class: ToolNode\ntool_code: search\nargs: {query: \"'moon'\"}\nwait: 10\n");
    const auto resumed = resume(ended.at("run").get<std::string>(), nlohmann::json::object()).json();
    EXPECT_EQ(resumed.at("state"), "done") << resumed;
}

TEST_F(AgentWaitsTest, AttemptsAreCountedFromServerToServer) {
    const std::string works =
        "name: tool\nagent_class: ToolNode\ntool_code: search\nargs: {query: \"'moon'\"}\nwait: 10\n";
    add_agent("tool", works);
    const std::string path = begin("tool");
    await_sleep(path);
    await_place();
    add_agent("tool", "name: tool\nagent_class: ToolNode\ntool_code: weather\nargs: {query: \"'moon'\"}\nwait: 10\n");
    const std::string id = path.substr(path.rfind('/') + 1);
    const auto repository = store::open_checkpoints(folder_.path() / "base.db", store::StoreMode::read);
    for (int attempt = 1; attempt < agent::most_attempts; ++attempt) {
        time_ += 10;
        for (int tries = 0; tries < 2000 && repository->find_run("owner", id)->attempts < attempt; ++tries) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        ASSERT_EQ(repository->find_run("owner", id)->attempts, attempt);
        make_small_service(2);  // which tries it at once
    }
    const auto ended = call("GET", path + "/wait?seconds=60").json();
    EXPECT_EQ(ended.at("state"), "failed");
    EXPECT_THAT(ended.at("error").dump(), HasSubstr("was given up after 5 attempts"));
}

TEST_F(AgentWaitsTest, ARunThatEndsEachProcessIsGivenUp) {
    const std::string path = begin("sleep");
    await_sleep(path);
    await_place();
    const store::AgentRun run = *store::open_checkpoints(folder_.path() / "base.db", store::StoreMode::read)
                                     ->find_run("owner", path.substr(path.rfind('/') + 1));
    for (int attempt = 0; attempt < agent::most_attempts; ++attempt) {
        const auto repository = store::open_checkpoints(folder_.path() / "base.db", store::StoreMode::write);
        EXPECT_TRUE(repository->take_run({run.id, run.thread_id, "killed"}, run.lease_until, run.lease_until));
    }
    time_ += 3600;
    const auto ended = call("GET", path + "/wait?seconds=60").json();
    EXPECT_EQ(ended.at("state"), "failed");
    EXPECT_THAT(ended.at("error").dump(), HasSubstr("was given up after 5 attempts"));
    const app::AgentService agents(*workspace_);
    EXPECT_FALSE(agents.give_up(run, Error(ErrorCode::failed, "a late one"), {cancel_, notices_, options_.clock}));
    EXPECT_EQ(call("GET", path).json().at("error"), ended.at("error")) << "whoever listed it before changes nothing";
    EXPECT_FALSE(agents.still_running(run));
    // A person goes on with it all the same.
    EXPECT_EQ(resume(run.id, nlohmann::json::object()).json().at("state"), "done");
}

TEST_F(AgentWaitsTest, AClockThatIsSetBackMakesNoWaitLonger) {
    add_agent("doze", "name: doze\nagent_class: FunctionNode\nwait: 1.5\nset: {done: '1'}\n");
    const std::string path = begin("doze");
    await_sleep(path);
    await_place();  // its thread has let go of it
    time_ -= 1'000'000;
    EXPECT_EQ(call("GET", path + "/wait?seconds=60").json().at("state"), "done");
}

TEST_F(AgentWaitsTest, ASleepingRunIsStreamedToItsEndAndCancelled) {
    net::Request wanted = request("POST", "/api/v1/agents/sleep/runs", R"({"stream": ["values"]})");
    ServeCall stream(*service_, with(std::move(wanted), "Accept", "text/event-stream"));
    const std::string path(stream.response().header("Location"));
    await_sleep(path);
    time_ += 3600;
    EXPECT_THAT(stream.read_to(), HasSubstr(R"("n":2}})")) << "the values are told behind the wait too";
    EXPECT_THAT(stream.read_to(), HasSubstr("event: done"));

    const std::string other = begin("sleep");
    await_sleep(other);
    ServeCall waits = call("GET", other + "/wait?seconds=60");
    EXPECT_EQ(call("POST", other + "/cancel").json().at("state"), "cancelled");
    EXPECT_EQ(waits.json().at("state"), "cancelled");

    time_ += 1;
    const std::string thread = call("GET", other).json().at("thread").get<std::string>();
    const auto next = run("review", {{"input", "Tides"}, {"thread", thread}});
    EXPECT_EQ(next.at("state"), "waiting");
    EXPECT_TRUE(next.at("wakes_at").is_null()) << "the wait was another run's";
}

TEST_F(AgentWaitsTest, RequestsThatWaitForARunHoldNoThread) {
    make_small_service(1);
    const std::string path = begin("sleep");
    await_sleep(path);
    std::vector<std::unique_ptr<ServeCall>> waits;
    for (int i = 0; i < 40; ++i)
        waits.push_back(std::make_unique<ServeCall>(*service_, request("GET", path + "/wait?seconds=60")));
    waits.pop_back();  // its client goes
    ServeCall asked = call("POST", "/api/v1/ask", R"({"question": "How far is the moon?"})");
    ASSERT_TRUE(is_answered_soon(asked));
    EXPECT_EQ(call("GET", path + "/wait?seconds=0").json().at("state"), "running");
    service_->shut_down();
    for (const auto& one : waits) EXPECT_EQ(one->json().at("state"), "running");
}

TEST_F(AgentWaitsTest, MoreRequestsThanMayWaitAreRefused) {
    const std::string path = begin("sleep");
    await_sleep(path);
    std::vector<std::unique_ptr<ServeCall>> waits;
    const auto refused = [&] {
        return std::ranges::count_if(waits, [](const auto& one) { return one->is_answered(); });
    };
    for (int i = 0; i < 68; ++i) {
        waits.push_back(std::make_unique<ServeCall>(*service_, request("GET", path + "/wait?seconds=60")));
        // Wait for it to be taken, as the queue of those that read is short.
        static_cast<void>(call("GET", path).response());
    }
    for (int tries = 0; tries < 2000 && refused() < 4; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(refused(), 4);
    for (const auto& one : waits) {
        if (!one->is_answered()) continue;
        EXPECT_EQ(one->response().status, 503) << one->response().body;
        EXPECT_EQ(one->response().header("Retry-After"), "5");
    }
    await_place();
    const std::string other = "Bearer " + key("other", {"agents"}, {{"main"}});
    ServeCall begun(*service_, as(other, request("POST", "/api/v1/agents/count/runs", "{}")));
    const std::string run = "/api/v1/agent-runs/" + begun.json().at("run").get<std::string>();
    EXPECT_EQ(status(as(other, request("GET", run + "/wait"))), 200) << "others may wait";
}

TEST_F(AgentWaitsTest, FewerAgentsAreRunThanThereAreThreads) {
    const std::string path = begin("nap");
    ServeCall second = call("POST", "/api/v1/agents/nap/runs", "{}");
    EXPECT_EQ(second.response().status, 503) << second.response().body;
    EXPECT_EQ(second.response().header("Retry-After"), "1");
    EXPECT_THAT(second.response().body, HasSubstr("as many agents as it may"));
    EXPECT_EQ(call("GET", path + "/wait?seconds=60").json().at("state"), "done");
    await_place();
}

}  // namespace
}  // namespace quarry::serve
