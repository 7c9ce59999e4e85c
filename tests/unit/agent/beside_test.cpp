// Calls of tools in one turn of a model.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "core/agent/runner.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

/// Where calls wait for each other. A call that waits in vain gives up, so that a test fails and does not hang.
class Meeting {
public:
    explicit Meeting(int wanted) : wanted_(wanted) {}
    bool arrive() {
        std::unique_lock lock(mutex_);
        ++here_;
        changed_.notify_all();
        return changed_.wait_for(lock, std::chrono::minutes(1), [this] { return here_ >= wanted_; });
    }

private:
    const int wanted_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int here_ = 0;
};

class Beside : public ::testing::Test {
protected:
    RunOutcome run(const std::string& text) {
        holder = base.add_run("t");
        Runner runner(agent = read_text(text), environment, base.repository(), test_options());
        return runner.begin(holder, "go", no_events, cancellation);
    }
    std::vector<store::AgentCall> tool_calls() {
        std::vector<store::AgentCall> all = base.repository().calls(holder.thread_id, 1);
        std::erase_if(all, [](const auto& call) { return call.kind != store::AgentCallKind::tool; });
        return all;
    }
    /// What the model was told of its calls, in order.
    static std::vector<std::string> told(const llm::ChatRequest& request) {
        std::vector<std::string> all;
        for (const llm::ChatMessage& message : request.messages) {
            if (message.role == llm::ChatMessage::Role::tool) all.push_back(message.content);
        }
        return all;
    }

    AgentBase base;
    FakeEnvironment environment;
    Cancellation cancellation;
    store::RunHolder holder;
    AgentFile agent;
};

const char* const asks = "name: root\ninstruction: x\ntools: [{name: look}, {name: change}]\noutput_key: o\n";

TEST_F(Beside, ReadingToolsRunTogetherAndAnswerInTheOrderOfTheirCalls) {
    Meeting meeting(3);
    environment.tools["look"] = {true, [&](const json& arguments) {
                                     return meeting.arrive() ? arguments.at("at").get<std::string>() : "alone";
                                 }};
    environment.tools["change"] = {false, [](const json&) { return std::string("changed"); }};
    std::vector<std::string> results;
    environment.model = [&](const llm::ChatRequest& request) {
        results = told(request);
        if (!results.empty()) return says("done");
        return calls_all({{"look", R"({"at": "a"})"}, {"look", R"({"at": "b"})"}, {"look", R"({"at": "c"})"},
                          {"change", "{}"}, {"look", R"({"at": "d"})"}});
    };
    ASSERT_EQ(run(asks).state, store::AgentRunState::done);
    EXPECT_EQ(results, (std::vector<std::string>{"a", "b", "c", "changed", "d"}));
    std::vector<std::string> kept;
    for (const store::AgentCall& call : tool_calls()) kept.push_back(call.name + call.input);
    EXPECT_EQ(kept, (std::vector<std::string>{R"(look{"at":"a"})", R"(look{"at":"b"})", R"(look{"at":"c"})", "change{}",
                                              R"(look{"at":"d"})"}));
}

TEST_F(Beside, ChangingToolsNeverRunTogether) {
    std::mutex mutex;
    int running = 0, most = 0;
    environment.tools["look"] = {true, [](const json&) { return std::string("seen"); }};
    environment.tools["change"] = {false, [&](const json&) {
                                       {
                                           const std::lock_guard lock(mutex);
                                           most = std::max(most, ++running);
                                       }
                                       std::this_thread::yield();
                                       const std::lock_guard lock(mutex);
                                       --running;
                                       return std::string("changed");
                                   }};
    environment.model = [&](const llm::ChatRequest& request) {
        if (!told(request).empty()) return says("done");
        return calls_all({{"change", R"({"n": 1})"}, {"change", R"({"n": 2})"}, {"change", R"({"n": 3})"}});
    };
    ASSERT_EQ(run(asks).state, store::AgentRunState::done);
    EXPECT_EQ(most, 1);
}

TEST_F(Beside, OneThatFailsIsToldLikeAnyOther) {
    environment.tools["look"] = {true, [](const json& arguments) -> std::string {
                                     if (arguments.at("at") == "b") throw Error(ErrorCode::failed, "b is not there");
                                     return arguments.at("at").get<std::string>();
                                 },
                                 R"({"type": "object", "required": ["at"]})"};
    environment.tools["change"] = {false, [](const json&) { return std::string(); }};
    std::vector<std::string> results;
    environment.model = [&](const llm::ChatRequest& request) {
        results = told(request);
        if (!results.empty()) return says("done");
        return calls_all({{"look", R"({"at": "a"})"}, {"look", R"({"at": "b"})"}, {"look", "{}"}, {"look", R"({"at": "c"})"}});
    };
    ASSERT_EQ(run(asks).state, store::AgentRunState::done);
    ASSERT_EQ(results.size(), 4U);
    EXPECT_EQ(results[0], "a");
    EXPECT_NE(results[1].find("b is not there"), std::string::npos);
    EXPECT_NE(results[2].find("the arguments do not fit"), std::string::npos);
    EXPECT_EQ(results[3], "c");
}

TEST_F(Beside, ABudgetOfCallsIsNotExceeded) {
    std::atomic<int> made{0};
    environment.tools["look"] = {true, [&](const json&) { ++made; return std::string("seen"); }};
    environment.tools["change"] = {false, [](const json&) { return std::string(); }};
    environment.model = [&](const llm::ChatRequest&) {
        return calls_all({{"look", R"({"n": 1})"}, {"look", R"({"n": 2})"}, {"look", R"({"n": 3})"}, {"look", R"({"n": 4})"}});
    };
    const RunOutcome outcome = run(std::string(asks) + "budget: {calls: 3}\n");
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code(), ErrorCode::budget_exceeded);
    EXPECT_EQ(made, 2) << "the model's call is one of the three";
}

}  // namespace
}  // namespace quarry::agent
