// Agents over HTTP: their runs, threads, events and what people are asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/serve/agents_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ServeCall;

/// The names of a stream's events.
std::vector<std::string> names(const std::string& stream) {
    std::vector<std::string> all;
    constexpr std::string_view head = "\nevent: ";
    for (std::size_t at = 0; (at = stream.find(head, at)) != std::string::npos;) {
        at += head.size();
        all.push_back(stream.substr(at, stream.find('\n', at) - at));
    }
    return all;
}

TEST_F(AgentsTest, AreThoseOfTheSetting) {
    add_agent("broken", "agent_class: FunctionNode\nname: broken\nfunc_code: nothing.there\n");
    const auto agents = shown("agents").at("agents");
    std::vector<std::string> all;
    for (const auto& one : agents) all.push_back(one.at("name"));
    EXPECT_THAT(all, ElementsAre("add", "broken", "count", "find", "review"));
    EXPECT_THAT(agents[1].at("problem").get<std::string>(), HasSubstr("nothing"));
    EXPECT_TRUE(agents[4].at("problem").is_null());
    EXPECT_EQ(agents[4].at("description"), "Reviews a topic.");
    EXPECT_EQ(agents[4].at("file"), "review.yaml");
    EXPECT_EQ(shown("agents/review").at("channels")[1].at("reducer"), "append");
    EXPECT_EQ(call("POST", "/api/v1/agents/broken/runs", "{}").response().status, 422);
    EXPECT_EQ(call("POST", "/api/v1/agents/nobody/runs", "{}").response().status, 404);

    config_.set_flag("serve.agents", "", "test");
    make_service({});
    EXPECT_THAT(shown("agents").at("agents"), IsEmpty());
    EXPECT_EQ(call("POST", "/api/v1/agents/review/runs", "{}").response().status, 404);
}

TEST_F(AgentsTest, AFileThatAnotherOneRefersToIsNotOfferedByItself) {
    add_agent("part", "agent_class: FunctionNode\nname: part\nset: {a: '1'}\n");
    add_agent("team", "agent_class: SequentialAgent\nname: team\nsub_agents: [{config_path: part.yaml}]\n");
    EXPECT_EQ(call("GET", "/api/v1/agents/part").response().status, 404);
    EXPECT_EQ(run("team", {{"input", "x"}}).at("state"), "done");
}

TEST_F(AgentsTest, AGraphIsDataToo) {
    const auto graph = shown("agents/review/graph");
    EXPECT_EQ(graph.at("nodes").size(), 7U);
    EXPECT_EQ(graph.at("nodes")[0].at("path"), "review");
    EXPECT_TRUE(graph.at("nodes")[0].at("parent").is_null());
    EXPECT_EQ(graph.at("nodes")[4].at("path"), "review/decide");
    EXPECT_EQ(graph.at("nodes")[4].at("asks"), true);
    EXPECT_EQ(graph.at("nodes")[4].at("parent"), graph.at("nodes")[0].at("id"));
    EXPECT_EQ(graph.at("edges").size(), 5U);
    EXPECT_EQ(graph.at("edges")[3].at("label"), "true");
    EXPECT_EQ(graph.at("first").size(), 2U);
    EXPECT_THAT(graph.at("mermaid").get<std::string>(), HasSubstr("flowchart"));
}

TEST_F(AgentsTest, RunsNeedTheScopeOnEveryDoor) {
    const std::string id = run("review", {{"input", "Tides"}}).at("run");
    Caller caller;
    caller.principal.name = "owner";
    caller.scopes = {"ask"};
    EXPECT_THROW(static_cast<void>(run_of_caller(*service_, caller, id)), Error);
    caller.scopes.insert("agents");
    EXPECT_EQ(run_of_caller(*service_, caller, id)->id(), id);
    caller.principal.name = "bob";
    EXPECT_THROW(static_cast<void>(run_of_caller(*service_, caller, id)), Error);
}

TEST_F(AgentsTest, ACancelledRunIsNotBegunAgain) {
    const std::string id = run("review", {{"input", "Tides"}}).at("run");
    EXPECT_EQ(call("POST", "/api/v1/agent-runs/" + id + "/cancel").response().status, 200);
    EXPECT_EQ(resume(id, {{"answer", {{"ok", true}}}}).response().status, 409);
    EXPECT_EQ(shown("agent-runs/" + id).at("state"), "cancelled");
}

TEST_F(AgentsTest, ARunWaitsForAPersonAndGoesOn) {
    const auto waiting = run("review", {{"input", "Tides"}, {"thread", "tides"}});
    EXPECT_EQ(waiting.at("state"), "waiting");
    EXPECT_THAT(waiting.at("next"), ElementsAre("review/decide"));
    ASSERT_EQ(waiting.at("waiting").size(), 1U);
    const auto& asked = waiting.at("waiting")[0];
    EXPECT_EQ(asked.at("question"), "Publish 'Tides'?");
    EXPECT_EQ(asked.at("schema").at("required")[0], "ok");
    const std::string id = waiting.at("run");

    EXPECT_EQ(resume(id, nlohmann::json::object()).response().status, 409);
    EXPECT_EQ(resume(id, {{"answer", {{"ok", true}}}, {"decision", "9.9.other"}}).response().status, 409);
    EXPECT_EQ(resume(id, {{"answer", {{"ok", "maybe"}}}}).response().status, 422);
    EXPECT_EQ(resume(id, {{"answer", {{"ok", true}}}, {"approve", true}}).response().status, 422);
    EXPECT_EQ(call("POST", "/api/v1/agents/review/runs", R"({"thread": "tides"})").response().status, 409);
    EXPECT_EQ(shown("agent-runs?state=waiting").at("runs").size(), 1U);

    ServeCall answer = resume(id, {{"answer", {{"ok", true}}}, {"decision", asked.at("decision")}});
    EXPECT_EQ(answer.response().status, 200) << answer.response().body;
    EXPECT_EQ(answer.json().at("state"), "done");
    EXPECT_EQ(answer.json().at("values").at("seen"), nlohmann::json({"facts", "spelling", "published"}));
    EXPECT_EQ(resume(id, {{"answer", {{"ok", true}}}}).response().status, 409);
    EXPECT_EQ(shown("agent-runs?state=waiting").at("runs").size(), 0U);
    EXPECT_EQ(shown("agent-runs/" + id.substr(0, 8)).at("run"), id);
}

TEST_F(AgentsTest, EventsAreReadFromAnyPlace) {
    const net::Request start = with(request("POST", "/api/v1/agents/review/runs", R"({"input": "Tides"})"), "Accept",
                                    "text/event-stream");
    ServeCall begun(*service_, start);
    const std::string first = begun.read_to();
    EXPECT_THAT(names(first), ElementsAre("run", "step", "step", "step", "waiting")) << first;
    EXPECT_THAT(first, HasSubstr(R"("question":"Publish 'Tides'?")"));
    EXPECT_THAT(first, HasSubstr(R"("nodes":"review/facts review/spelling")"));
    const std::string path(begun.response().header("Location"));
    const std::string id = path.substr(path.rfind('/') + 1);

    const net::Request again = with(request("GET", path + "/events"), "Last-Event-ID", id + "/4");
    EXPECT_THAT(names("\n" + ServeCall(*service_, again).read_to()), ElementsAre("waiting"));
    EXPECT_EQ(status(with(again, "Last-Event-ID", id + "/5")), 204);
    EXPECT_THAT(names("\n" + call("GET", "/api/v1/runs/" + id + "/events").read_to()).size(), 5U);

    const net::Request answer = with(
        request("POST", path + "/resume", R"({"answer": {"ok": false}})"), "Accept", "text/event-stream");
    const std::string rest = ServeCall(*service_, answer).read_to();
    EXPECT_THAT(names(rest), ElementsAre("run", "step", "step", "done")) << rest;
    EXPECT_THAT(rest, HasSubstr("id: " + id + "/6"));
    EXPECT_THAT(rest, HasSubstr(R"("event":"done","number":9)"));
    EXPECT_THAT(names("\n" + call("GET", path + "/events").read_to()).size(), 9U);
}

TEST_F(AgentsTest, TheStateIsAmongTheEventsWhereItIsWanted) {
    const net::Request start = with(request("POST", "/api/v1/agents/count/runs", R"({"input": "x", "stream": ["values"]})"),
                                    "Accept", "text/event-stream");
    const std::string events = ServeCall(*service_, start).read_to();
    EXPECT_THAT(names(events), ElementsAre("run", "step", "values", "step", "values", "step", "values", "done"));
    EXPECT_THAT(events, HasSubstr(R"("values":{"input":"x")"));
}

TEST_F(AgentsTest, BelongToTheirUser) {
    const std::string one = "Bearer " + key("one", {"agents", "ask"}, {{"main"}});
    const std::string other = "Bearer " + key("other", {"agents", "ask"}, {{"main"}});
    const std::string without = "Bearer " + key("without", {"search", "ask", "read", "write"}, {{"main"}});
    const auto sent = [&](const std::string& who, net::Request made) { return status(as(who, std::move(made))); };
    ServeCall mine(*service_, as(one, request("POST", "/api/v1/agents/review/runs", R"({"thread": "mine"})")));
    ASSERT_EQ(mine.response().status, 200) << mine.response().body;
    const std::string run = "/api/v1/agent-runs/" + mine.json().at("run").get<std::string>();
    const std::vector<net::Request> of_run = {
        request("GET", run), request("GET", run + "/events"), request("GET", run + "/wait?seconds=0"),
        request("POST", run + "/resume", R"({"answer": {"ok": true}})"), request("POST", run + "/cancel"),
        request("GET", "/api/v1/threads/mine"), request("GET", "/api/v1/threads/mine/state"),
        request("GET", "/api/v1/threads/mine/history"), request("GET", "/api/v1/threads/mine/diff?from=0"),
        request("POST", "/api/v1/threads/mine/fork", R"({"step": 0})"), request("DELETE", "/api/v1/threads/mine")};
    for (const net::Request& made : of_run) {
        EXPECT_EQ(sent(other, made), 404) << made.target;
        EXPECT_EQ(sent(without, made), 403) << made.target;
        EXPECT_EQ(status(made), 404) << made.target << " by the owner, whose it is not";
    }
    EXPECT_EQ(sent(without, request("GET", "/api/v1/agents")), 403);
    EXPECT_THAT(ServeCall(*service_, as(other, request("GET", "/api/v1/agent-runs"))).json().at("runs"), IsEmpty());
    EXPECT_EQ(sent(one, of_run[3]), 200);
}

TEST_F(AgentsTest, DoNoMoreThanTheirCallerMay) {
    const std::string reader = "Bearer " + key("reader", {"agents", "search"}, {{"main"}});
    ServeCall refused(*service_, as(reader, request("POST", "/api/v1/agents/add/runs", R"({"input": "Mars"})")));
    EXPECT_EQ(refused.response().status, 403) << refused.response().body;
    EXPECT_THAT(refused.response().body, HasSubstr("ingest"));
    const net::Request find = request("POST", "/api/v1/agents/find/runs", R"({"input": "moon"})");
    EXPECT_THAT(ServeCall(*service_, as(reader, find)).response().body, HasSubstr("makes the tides"));
    const std::string blind = "Bearer " + key("blind", {"agents", "search"}, std::vector<std::string>{});
    EXPECT_THAT(ServeCall(*service_, as(blind, find)).response().body, Not(HasSubstr("makes the tides")));
}

TEST_F(AgentsTest, APermissionIsGivenOrRefused) {
    const nlohmann::json document = {{"id", "mars.md"}, {"text", "Mars has the Olympus volcano."}};
    const auto waiting = run("add", {{"input", {{"docs", {document}}}}});
    ASSERT_EQ(waiting.at("state"), "waiting") << waiting;
    EXPECT_EQ(waiting.at("waiting")[0].at("kind"), "approval");
    EXPECT_EQ(call("POST", "/api/v1/search", R"({"query": "volcano"})").json().at("hits").size(), 0U);
    nlohmann::json done = resume(waiting.at("run"), {{"approve", true}}).json();
    if (done.at("state") == "waiting") done = resume(waiting.at("run"), {{"approve", true}}).json();
    EXPECT_EQ(done.at("state"), "done") << done;
    EXPECT_EQ(call("POST", "/api/v1/search", R"({"query": "volcano"})").json().at("hits").size(), 1U);
}

TEST_F(AgentsTest, ARunInTheBackgroundIsWaitedFor) {
    ServeCall begun = call("POST", "/api/v1/agents/review/runs", R"({"background": true})");
    ASSERT_EQ(begun.response().status, 202) << begun.response().body;
    const std::string path(begun.response().header("Location"));
    EXPECT_EQ(call("GET", path + "/wait?seconds=60").json().at("state"), "waiting");
    ServeCall cancelled = call("POST", path + "/cancel");
    EXPECT_EQ(cancelled.json().at("state"), "cancelled");
    EXPECT_EQ(call("POST", path + "/cancel").response().status, 409);
    EXPECT_THAT(names("\n" + call("GET", path + "/events").read_to()).back(), "cancelled");
    const auto jobs = call("GET", "/api/v1/runs").json().at("runs");
    EXPECT_EQ(jobs[0].at("kind"), "agent");
    EXPECT_EQ(jobs[0].at("ended"), true);
}

TEST_F(AgentsTest, ThreadsAreShownForkedAndRemoved) {
    static_cast<void>(run("review", {{"input", "Tides"}, {"thread", "a/b"}}));
    EXPECT_EQ(shown("threads").at("threads")[0].at("thread"), "a/b");
    const auto thread = shown("threads/a%2Fb");
    EXPECT_EQ(thread.at("steps"), 3);
    EXPECT_EQ(thread.at("runs").size(), 1U);
    EXPECT_EQ(shown("threads/a%2Fb/state?step=0").at("next").size(), 2U);
    EXPECT_EQ(shown("threads/a%2Fb/history").at("steps").size(), 3U);
    const auto diff = shown("threads/a%2Fb/diff?from=0&to=1").at("changes");
    ASSERT_EQ(diff.size(), 1U);
    EXPECT_EQ(diff[0].at("channel"), "seen");
    EXPECT_EQ(call("GET", "/api/v1/threads/a%2Fb/state?step=99").response().status, 404);

    const auto forked = call("POST", "/api/v1/threads/a%2Fb/fork",
                             R"({"step": 2, "set": {"input": "Currents"}, "name": "currents"})").json();
    EXPECT_EQ(forked.at("waiting")[0].at("question"), "Publish 'Currents'?") << forked;
    EXPECT_EQ(forked.at("thread"), "currents");
    EXPECT_EQ(shown("threads/a%2Fb/state").at("values").at("input"), "Tides");
    EXPECT_EQ(call("DELETE", "/api/v1/threads/a%2Fb").json().at("removed"), true);
    EXPECT_EQ(call("GET", "/api/v1/threads/a%2Fb").response().status, 404);
}

TEST_F(AgentsTest, WhatWasBegunElsewhereGoesOnHere) {
    app::AgentService agents(*workspace_);
    const app::RequestScope scope{cancel_, notices_, [] { return std::int64_t{1'800'000'000}; }};
    const app::AgentReport begun = agents.run(
        {.file = folder_.path() / "agents/count.yaml", .input = "x", .background = true},
        [](std::string_view, const nlohmann::json&) {}, scope);
    EXPECT_EQ(begun.step, 0);
    const auto run = shown("agent-runs/" + begun.run.id + "/wait?seconds=60");
    EXPECT_EQ(run.at("state"), "done") << run;
    EXPECT_EQ(run.at("values").at("total"), 3);
}

TEST_F(AgentsTest, AQuestionOfAnotherProcessIsAnsweredHereAndTheReverse) {
    app::AgentService terminal(*workspace_);
    const app::RequestScope scope{cancel_, notices_, [] { return std::int64_t{1'800'000'000}; }};
    const agent::EventSink silent = [](std::string_view, const nlohmann::json&) {};
    const auto there = terminal.run({.file = folder_.path() / "agents/review.yaml", .input = "x"}, silent, scope);
    EXPECT_EQ(resume(there.run.id, {{"answer", {{"ok", true}}}}).json().at("state"), "done");

    const std::string here = run("review", {{"input", "y"}}).at("run");
    const auto report = terminal.resume(
        {.run = here, .answer = app::AgentResumeRequest::Answer::value, .value = {{"ok", false}}}, silent, scope);
    EXPECT_EQ(report.run.state, store::AgentRunState::done);
    EXPECT_THAT(names("\n" + call("GET", "/api/v1/agent-runs/" + here + "/events").read_to()).back(), "done");
}

TEST_F(AgentsTest, WhatFailedSaysNoMoreThanItsCallerMayKnow) {
    add_agent("fails", "agent_class: Workflow\nname: fails\nedges: [[START, each]]\nnodes:\n"
                       "  - {name: each, set: {a: '1'}, map: {over: input}}\n");
    const auto failed = run("fails", {{"input", "not a list"}});
    EXPECT_EQ(failed.at("state"), "failed");
    EXPECT_THAT(failed.at("error").at("message").get<std::string>(), HasSubstr("map needs a list"));
    const std::string guest = "Bearer " + key("guest", {"agents"}, {{"main"}});
    const net::Request start = with(request("POST", "/api/v1/agents/fails/runs", R"({"input": "x"})"), "Accept",
                                    "text/event-stream");
    const std::string events = ServeCall(*service_, as(guest, start)).read_to();
    EXPECT_THAT(events, HasSubstr("event: failed"));
    EXPECT_THAT(events, Not(HasSubstr("map needs")));
}

TEST_F(AgentsTest, AreModelsForOpenAisClients) {
    EXPECT_THAT(call("GET", "/v1/models").response().body, HasSubstr("\"agent/review\""));
    const auto ask = [&](const char* model, bool streamed) {
        return nlohmann::json{{"model", model}, {"stream", streamed}, {"messages", {{{"role", "user"}, {"content", "Tides"}}}}}.dump();
    };
    const auto waiting = call("POST", "/v1/chat/completions", ask("agent/review", false)).json();
    const auto& choice = waiting.at("choices")[0];
    EXPECT_EQ(choice.at("finish_reason"), "stop");
    EXPECT_EQ(waiting.at("quarry").at("state"), "waiting");
    const std::string id = waiting.at("quarry").at("run");
    EXPECT_THAT(choice.at("message").at("content").get<std::string>(),
                ::testing::AllOf(HasSubstr(id), HasSubstr("Publish 'Tides'?"), HasSubstr("/resume")));
    EXPECT_EQ(resume(id, {{"answer", {{"ok", true}}}}).json().at("state"), "done");

    const std::string found = call("POST", "/v1/chat/completions", ask("agent/find", true)).read_to();
    EXPECT_THAT(found, HasSubstr("[DONE]"));
    EXPECT_THAT(call("POST", "/v1/chat/completions", ask("agent/count", false)).json().at("quarry").at("state"), "done");
    EXPECT_EQ(call("POST", "/v1/chat/completions", ask("agent/nobody", false)).response().status, 404);
    EXPECT_EQ(call("POST", "/v1/chat/completions", ask("agent/nobody", true)).response().status, 404);
    const auto response = call("POST", "/v1/responses", R"({"model": "agent/count", "input": "x"})").json();
    EXPECT_EQ(response.at("status"), "completed") << response;
    const std::string asker = "Bearer " + key("asker", {"ask"}, {{"main"}});
    EXPECT_EQ(status(as(asker, request("POST", "/v1/chat/completions", ask("agent/count", false)))), 403);
    EXPECT_THAT(ServeCall(*service_, as(asker, request("GET", "/v1/models"))).response().body, Not(HasSubstr("agent/")));
}

TEST_F(AgentsTest, AServerThatEndsLeavesItsRunsToTheNext) {
    add_agent("slow", "agent_class: Workflow\nname: slow\nstate: {input: string, n: {type: number, reducer: sum, default: 0}}\n"
                      "edges: [[START, add], {from_node: add, to_node: add, when: 'n < 400'}]\n"
                      "nodes: [{name: add, set: {n: '1'}}]\n");
    ServeCall begun = call("POST", "/api/v1/agents/slow/runs", R"({"background": true})");
    ASSERT_EQ(begun.response().status, 202) << begun.response().body;
    const std::string path(begun.response().header("Location"));
    make_service({});
    const auto run = call("GET", path + "/wait?seconds=60").json();
    EXPECT_EQ(run.at("state"), "done") << run;
    EXPECT_EQ(run.at("values").at("n"), 400);
}

}  // namespace
}  // namespace quarry::serve
