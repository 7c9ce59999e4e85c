// Agents that are offered: listed, shown, drawn, run.
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/serve/agent_parts.h"
#include "core/serve/service.h"
#include "core/wire/agent_graph_json.h"

namespace quarry::serve {
namespace {

Json offered_json(const app::OfferedAgent& one) {
    Json json = {{"name", one.name}, {"file", one.file.filename().string()}};
    json["problem"] = one.problem.empty() ? Json() : Json(one.problem);
    if (!one.agent.definitions.empty()) json.update(wire::agent_summary_json(one.agent));
    return json;
}

net::Response list_agents(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        Json all = Json::array();
        for (const auto& one : app::offered_agents(call.service.workspace(), use.agents(), use.scope())) {
            Json json = offered_json(one);
            // Of others only that there is one: what is wrong tells of the server.
            if (call.caller.identity && !one.problem.empty()) json["problem"] = "the agent cannot be run";
            all.push_back(std::move(json));
        }
        return json_response({{"agents", std::move(all)}});
    });
}

std::string agent_of(const Call& call) { return call.values.at("agent").get<std::string>(); }

net::Response show_agent(const Call& call) {
    return agent_answer(call, [&] {
        Json json = offered_json(offered_agent(call.service, agent_of(call)));
        return json_response(json);
    });
}

net::Response draw_agent(const Call& call) {
    return agent_answer(
        call, [&] { return json_response(wire::agent_graph_json(offered_agent(call.service, agent_of(call)).agent)); });
}

std::optional<net::Response> start_run(const Call& call) {
    const app::AgentRunRequest request{.file = {},
                                       .input = call.values.value("input", nlohmann::json("")),
                                       .thread = call.values.value("thread", ""),
                                       .flags = flags_of(call)};
    answer_with_run(
        call,
        [&](app::AgentService& agents, const agent::EventSink& events, const app::RequestScope& scope) {
            app::AgentRunRequest wanted = request;
            wanted.file = offered_agent(call.service, agent_of(call)).file;
            return agents.run(wanted, events, scope);
        },
        "agent.run", agent_of(call));
    return std::nullopt;
}

Json offered_schema() {
    const Json text = {{"type", "string"}};
    return {{"type", "object"},
            {"properties",
             {{"name", text},
              {"file", {{"type", "string"}, {"description", "Without its folder"}}},
              {"problem", {{"type", {"string", "null"}}, {"description", "Why it cannot be run"}}},
              {"description", text},
              {"class", {{"type", "string"}, {"description", "LlmAgent, Workflow ..."}}},
              {"model", text},
              {"files", {{"type", "array"}, {"items", text}}},
              {"channels",
               {{"type", "array"},
                {"description", "The state that the file declares"},
                {"items",
                 {{"type", "object"},
                  {"properties", {{"name", text}, {"type", text}, {"reducer", text}, {"default", Json::object()}}},
                  {"required", {"name", "type", "reducer", "default"}}}}}}}},
            {"required", {"name", "file", "problem"}}};
}

Json graph_schema() {
    const Json text = {{"type", "string"}}, texts = {{"type", "array"}, {"items", text}};
    return {{"type", "object"},
            {"properties",
             {{"agent", text},
              {"nodes",
               {{"type", "array"},
                {"description", "A node that holds others comes before them"},
                {"items",
                 {{"type", "object"},
                  {"properties",
                   {{"id", text},
                    {"path", {{"type", "string"}, {"description", "Its name in steps, events and waiting"}}},
                    {"name", text},
                    {"class", text},
                    {"parent", {{"type", {"string", "null"}}, {"description", "The id of the node that holds it"}}},
                    {"description", text},
                    {"asks", {{"type", "boolean"}, {"description", "A person"}}},
                    {"tools", texts}}},
                  {"required", {"id", "path", "name", "class", "parent", "description", "asks", "tools"}}}}}},
              {"edges",
               {{"type", "array"},
                {"items",
                 {{"type", "object"},
                  {"properties",
                   {{"from", text}, {"to", text}, {"label", text}, {"kind", {{"enum", {"edge", "transfer"}}}}}},
                  {"required", {"from", "to", "label", "kind"}}}}}},
              {"first", texts},
              {"last", texts},
              {"mermaid", text},
              {"dot", text}}},
            {"required", {"agent", "nodes", "edges", "first", "last", "mermaid", "dot"}}};
}

Parameter agent_parameter() { return path_parameter("agent", "The agent's name", "review", 200); }

Route get_route(std::string path, std::string id, std::string summary, Json schema, net::Response (*handle)(const Call&)) {
    Route route{.method = "GET",
                .path = std::move(path),
                .id = std::move(id),
                .summary = std::move(summary),
                .tag = "agents",
                .responses = {{.status = 200, .description = "What was found", .schema = std::move(schema)}},
                .scope = "agents",
                .handle = handle};
    if (route.path.find("{agent}") != std::string::npos) route.parameters = {agent_parameter()};
    return route;
}

Route start_route() {
    Json properties = {
        {"input",
         {{"type", {"string", "object"}}, {"description", "What the agent is told; an object's members are channels"}}},
        {"thread",
         {{"type", "string"},
          {"minLength", 1},
          {"maxLength", 200},
          {"description", "Thread to go on with, or to begin; default: one of its own"}}}};
    properties.update(answering_properties());
    return {.method = "POST",
            .path = "/api/v1/agents/{agent}/runs",
            .id = "start_agent",
            .summary = "Run an agent until it ends or waits for a person.",
            .description =
                "With `Accept: text/event-stream` the events come as they happen; with `background` the response comes "
                "at once. The run goes on when its client leaves, and with the next server when this one ends.",
            .tag = "agents",
            .parameters = {agent_parameter()},
            .body = closed_object(std::move(properties)),
            .responses = agent_run_responses(),
            .scope = "agents",
            .work = Work::generate,
            .example = {{"input", "Is the handbook up to date?"}, {"thread", "daily"}},
            .handle = start_run};
}

}  // namespace

net::Response agent_problem(Service& service, const Error& error) {
    // The other locked errors are about the base: another process writes to it.
    for (const std::string_view about : {"the run ", "the thread ", "another process goes on with the run "}) {
        if (error.code() == ErrorCode::locked && error.message().starts_with(about)) return problem(409, error.message());
    }
    const Error shown = service.public_failure(std::make_exception_ptr(Error(error).with_hint({})));
    net::Response response = problem_of(shown);
    return response.status == 400 ? problem(422, shown.what()) : response;
}

app::OfferedAgent offered_agent(Service& service, const std::string& name) {
    const Cancellation never;
    app::SilentNotices silent;
    const app::AgentService agents(service.workspace());
    for (app::OfferedAgent& one :
         app::offered_agents(service.workspace(), agents, {never, silent, service.clock()})) {
        if (one.name != name) continue;
        if (one.problem.empty()) return std::move(one);
        throw Error(ErrorCode::usage, "the agent cannot be run").because(one.problem);
    }
    throw Error(ErrorCode::nothing_found, "there is no agent " + one_line(strip_terminal_controls(name), 200));
}

void check_offered(const Call& call, const std::string& file) {
    if (!call.caller.identity || app::is_offered(call.service.workspace(), file)) return;
    throw Error(ErrorCode::usage, "you may not run this agent: the server does not offer it any more");
}

std::vector<Route> agent_routes() {
    const Json text = {{"type", "string"}};
    std::vector<Route> routes;
    routes.push_back(get_route("/api/v1/agents", "list_agents", "The agents that the server offers: serve.agents.",
                               {{"type", "object"},
                                {"properties", {{"agents", {{"type", "array"}, {"items", offered_schema()}}}}},
                                {"required", {"agents"}}},
                               list_agents));
    routes.push_back(get_route("/api/v1/agents/{agent}", "get_agent", "An agent, with the channels of its state.",
                               offered_schema(), show_agent));
    routes.push_back(get_route("/api/v1/agents/{agent}/graph", "get_agent_graph",
                               "The graph of an agent: as data, as Mermaid and as DOT.", graph_schema(), draw_agent));
    routes.push_back(start_route());
    for (auto* make : {agent_run_routes, thread_routes, memory_routes})
        std::ranges::move(make(), std::back_inserter(routes));
    return routes;
}

}  // namespace quarry::serve
