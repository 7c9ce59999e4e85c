// Threads of agents: their state and steps, forks, removal.
#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/serve/agent_parts.h"
#include "core/serve/service.h"
#include "core/wire/agent_json.h"

namespace quarry::serve {
namespace {

constexpr std::int64_t most_steps = std::numeric_limits<std::int64_t>::max() / 2;

std::string thread_of(const Call& call) { return call.values.at("thread").get<std::string>(); }

/// The state after a step; of the last one without a number. Throws Error(nothing_found).
agent::Checkpoint checkpoint_of(AgentCall& use, const Call& call, const char* field) {
    const auto step = call.values.value(field, std::int64_t{-1});
    auto found = use->state(thread_of(call), step, use.scope());
    if (!found) throw Error(ErrorCode::nothing_found, "the thread has no such step");
    return std::move(*found);
}

net::Response list_threads(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        return json_response(
            wire::agent_threads_json(use->threads(call.values.value("limit", std::size_t{100}), use.scope())));
    });
}

net::Response show_thread(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        store::AgentThread thread = use->find_thread(thread_of(call), use.scope());
        constexpr std::size_t most_runs = 1000;
        Json runs = Json::array();
        for (const store::AgentRun& run : use->list(most_runs, use.scope())) {
            if (run.thread_id == thread.id) runs.push_back(listed_run_json(run));
        }
        const auto last = use->state(thread.name, -1, use.scope());
        thread.steps = last ? last->number + 1 : 0;
        Json json = wire::agent_thread_json(thread);
        json["runs"] = std::move(runs);
        return json_response(json);
    });
}

net::Response show_state(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        return json_response(wire::agent_state_json(thread_of(call), checkpoint_of(use, call, "step")));
    });
}

net::Response show_history(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        const auto limit = call.values.value("limit", std::size_t{100});
        return json_response(wire::agent_history_json(thread_of(call), use->history(thread_of(call), limit, use.scope())));
    });
}

net::Response show_diff(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        const agent::Checkpoint from = checkpoint_of(use, call, "from");
        return json_response(wire::agent_diff_json(thread_of(call), from, checkpoint_of(use, call, "to")));
    });
}

net::Response remove_thread(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        use->remove(thread_of(call), use.scope());
        note_agent(call, "agent.rm", thread_of(call));
        return json_response({{"thread", thread_of(call)}, {"removed", true}});
    });
}

std::optional<net::Response> fork_thread(const Call& call) {
    const net::Response failed = agent_answer(call, [&]() -> net::Response {
        AgentCall use(call);
        const store::AgentThread thread = use->find_thread(thread_of(call), use.scope());
        constexpr std::size_t most_runs = 10'000;
        for (const store::AgentRun& run : use->list(most_runs, use.scope())) {
            if (run.thread_id == thread.id) {
                check_offered(call, run.file);
                break;
            }
        }
        return {.status = 0};
    });
    if (failed.status != 0) return failed;
    const app::AgentForkRequest request{.thread = thread_of(call),
                                        .step = call.values.at("step").get<std::int64_t>(),
                                        .name = call.values.value("name", ""),
                                        .changes = call.values.value("set", nlohmann::json::object()),
                                        .flags = flags_of(call)};
    answer_with_run(
        call,
        [&](app::AgentService& agents, const agent::EventSink& events, const app::RequestScope& scope) {
            return agents.fork(request, events, scope);
        },
        "agent.fork", fmt::format("{} {}", request.thread, request.step));
    return std::nullopt;
}

Json thread_schema() {
    const Json text = {{"type", "string"}};
    return {{"type", "object"},
            {"properties",
             {{"thread", text},
              {"agent", text},
              {"steps", {{"type", "integer"}}},
              {"created_at", text},
              {"forked_from", {{"type", {"string", "null"}}}},
              {"forked_step", {{"type", {"integer", "null"}}}},
              {"runs", {{"type", "array"}, {"items", listed_run_schema()}}}}},
            {"required", {"thread", "agent", "steps", "created_at", "forked_from", "forked_step", "runs"}}};
}

Json step_schema() { return {{"type", "integer"}, {"minimum", 0}, {"maximum", most_steps}}; }

Parameter step_parameter(std::string name, std::string description, bool required) {
    Parameter made{.name = std::move(name), .description = std::move(description), .schema = step_schema()};
    made.required = required;
    if (required) made.example = 1;
    return made;
}

Parameter limit_parameter() {
    return {.name = "limit",
            .description = "Maximum number in the response",
            .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 10'000}, {"default", 100}}};
}

Route thread_route(std::string method, std::string rest, std::string id, std::string summary, RouteResponse response) {
    return {.method = std::move(method),
            .path = "/api/v1/threads/{thread}" + rest,
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "agents",
            .parameters = {path_parameter("thread", "The thread's name", "daily", 1000)},
            .responses = {std::move(response)},
            .scope = "agents"};
}

Route fork_route() {
    Json properties = {
        {"step", step_schema()},
        {"name",
         {{"type", "string"}, {"minLength", 1}, {"maxLength", 200}, {"description", "Of the new thread"}}},
        {"set", {{"type", "object"}, {"description", "Channels with values, in place of those after the step"}}}};
    properties.update(answering_properties());
    Route route = thread_route("POST", "/fork", "fork_thread",
                               "Go on from a step in a thread of its own, with another state.", {});
    route.description = "Answered as a start. The thread itself stays as it is.";
    route.body = closed_object(std::move(properties), {"step"});
    route.responses = agent_run_responses();
    route.work = Work::generate;
    route.example = {{"step", 2}, {"set", {{"input", "Currents"}}}};
    route.handle = fork_thread;
    return route;
}

}  // namespace

std::vector<Route> thread_routes() {
    std::vector<Route> routes;
    routes.push_back({.method = "GET",
                      .path = "/api/v1/threads",
                      .id = "list_threads",
                      .summary = "The caller's threads of agents, newest first.",
                      .tag = "agents",
                      .parameters = {limit_parameter()},
                      .responses = {{.status = 200, .description = "The threads", .document = "quarry.agent.threads/1"}},
                      .scope = "agents",
                      .handle = list_threads});
    routes.push_back(thread_route("GET", "", "get_thread", "A thread with its runs.",
                                  {.status = 200, .description = "The thread", .schema = thread_schema()}));
    routes.back().handle = show_thread;
    routes.push_back(thread_route("GET", "/state", "get_thread_state", "The state of a thread, after a step or now.",
                                  {.status = 200, .description = "The state", .document = "quarry.agent.state/1"}));
    routes.back().parameters.push_back(step_parameter("step", "Default: the last", false));
    routes.back().handle = show_state;
    routes.push_back(thread_route("GET", "/history", "get_thread_history", "The steps of a thread, newest first.",
                                  {.status = 200, .description = "The steps", .document = "quarry.agent.history/1"}));
    routes.back().parameters.push_back(limit_parameter());
    routes.back().handle = show_history;
    routes.push_back(thread_route("GET", "/diff", "diff_thread", "How the state differs between two steps.",
                                  {.status = 200, .description = "What differs", .document = "quarry.agent.diff/1"}));
    routes.back().parameters.push_back(step_parameter("from", "The step to compare with", true));
    routes.back().parameters.push_back(step_parameter("to", "Default: the last", false));
    routes.back().handle = show_diff;
    routes.push_back(fork_route());
    routes.push_back(thread_route("DELETE", "", "remove_thread", "Remove a thread with all that it did.",
                                  {.status = 200,
                                   .description = "It was removed",
                                   .schema = {{"type", "object"},
                                              {"properties",
                                               {{"thread", {{"type", "string"}}}, {"removed", {{"type", "boolean"}}}}},
                                              {"required", {"thread", "removed"}}}}));
    routes.back().work = Work::write;
    routes.back().handle = remove_thread;
    return routes;
}

}  // namespace quarry::serve
