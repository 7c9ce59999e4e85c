// Runs of agents: looked at, followed, answered, cancelled.
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/serve/agent_parts.h"
#include "core/serve/answer_run.h"
#include "core/serve/service.h"
#include "core/wire/agent_json.h"

namespace quarry::serve {
namespace {

using store::AgentRunState;

constexpr std::string_view runs_path = "/api/v1/agent-runs/";

std::string run_name(const Call& call) { return call.values.at("run").get<std::string>(); }

bool has_ended(const store::AgentRun& run) {
    return run.state == AgentRunState::done || run.state == AgentRunState::cancelled;
}

net::Response list_runs_of_agents(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        const auto limit = call.values.value("limit", std::size_t{100});
        const std::string state = call.values.value("state", ""), thread = call.values.value("thread", "");
        const std::string after = call.values.value("after", "");
        constexpr std::size_t most = 10'000;
        const bool takes_first = state.empty() && thread.empty() && after.empty();
        Json document = {{"next", nullptr}, {"runs", Json::array()}};
        bool is_behind = after.empty();
        for (const store::AgentRun& run : use->list(takes_first ? limit + 1 : most, use.scope())) {
            if (!is_behind) {
                is_behind = run.id == after;
                continue;
            }
            if (!state.empty() && store::agent_run_state_name(run.state) != state) continue;
            if (!thread.empty() && run.thread != thread) continue;
            if (document["runs"].size() == limit) {
                document["next"] = document["runs"].back()["run"];
                break;
            }
            document["runs"].push_back(listed_run_json(run));
        }
        return json_response(document);
    });
}

net::Response show_run(const Call& call) {
    return agent_answer(call, [&] { return json_response(run_document(call.service, call.caller, run_name(call))); });
}

/// The logged run of a run of the caller. Throws Error(nothing_found).
std::shared_ptr<Run> logged_run(const Call& call) {
    AgentCall use(call);
    const store::AgentRun found = use->find(run_name(call), use.scope());
    auto run = call.service.runs().find(found.id, call.caller.principal.name);
    if (!run) throw Error(ErrorCode::nothing_found, "the events of the run are not kept any more");
    return run;
}

std::optional<net::Response> wait_for_run(const Call& call) {
    bool waits = false;
    net::Response response = agent_answer(call, [&] {
        const std::shared_ptr<Run> run = logged_run(call);
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(call.values.value("seconds", 30));
        waits = call.service.agents().waits().add(call, run, until);
        net::Response busy = problem(503, "too many requests wait for runs; try again");
        busy.set("Retry-After", "5");
        return busy;
    });
    return waits ? std::nullopt : std::optional(std::move(response));
}

net::Response read_run_events(const Call& call) {
    return agent_answer(call, [&] {
        const std::shared_ptr<Run> run = logged_run(call);
        return read_events(call, run, position_of(call.values.value("Last-Event-ID", ""), *run));
    });
}

net::Response cancel_run_of_agent(const Call& call) {
    return agent_answer(call, [&] {
        AgentCall use(call);
        const store::AgentRun found = use->find(run_name(call), use.scope());
        if (has_ended(found)) return problem(409, "the run has ended");
        call.service.agents().cancel(found.id, call.caller);
        note_agent(call, "agent.cancel", found.id);
        return json_response(run_document(call.service, call.caller, found.id));
    });
}

/// Why a request to go on with a run is refused before anything is done; nothing when it is not.
std::optional<net::Response> refusal_to_resume(const store::AgentRun& run, const app::AgentResumeRequest& request) {
    if (has_ended(run)) return problem(409, "the run has ended");
    const bool answers = request.answer != app::AgentResumeRequest::Answer::none;
    if (run.state != AgentRunState::waiting) {
        if (answers) return problem(409, "the run does not wait for an answer");
        return std::nullopt;
    }
    if (!answers) return problem(409, "the run waits for a person: answer, approve or reject");
    bool is_pending = request.decision.empty();
    for (const nlohmann::json& one : parse_bounded_json(run.waiting)) {
        is_pending = is_pending || agent::PersonRequest::from_json(one).decision() == request.decision;
    }
    return is_pending ? std::nullopt : std::optional(problem(409, "that decision of the run is not pending"));
}

app::AgentResumeRequest resume_request(const Call& call) {
    using Answer = app::AgentResumeRequest::Answer;
    app::AgentResumeRequest request{.run = run_name(call),
                                    .decision = call.values.value("decision", ""),
                                    .migrate = call.values.value("migrate", false),
                                    .flags = flags_of(call)};
    const bool answers = call.values.contains("answer");
    const bool approves = call.values.value("approve", false), rejects = call.values.value("reject", false);
    if (answers + approves + rejects > 1) {
        throw Error(ErrorCode::usage, "a request has one of answer, approve and reject");
    }
    if (answers) request.value = call.values.at("answer");
    request.answer = answers ? Answer::value : approves ? Answer::approve : rejects ? Answer::reject : Answer::none;
    return request;
}

/// The request, complete; or why it is refused.
std::optional<net::Response> prepare_to_resume(const Call& call, app::AgentResumeRequest& request) {
    std::optional<net::Response> refused;
    net::Response failed = agent_answer(call, [&]() -> net::Response {
        request = resume_request(call);
        const Cancellation never;
        app::SilentNotices silent;
        const store::AgentRun run = app::AgentService(call.service.workspace())
                                        .find(request.run, {never, silent, call.service.clock(), call.caller.principal});
        check_offered(call, run.file);
        request.run = run.id;
        refused = refusal_to_resume(run, request);
        return {.status = 0};
    });
    return failed.status != 0 ? std::optional(std::move(failed)) : refused;
}

AgentRuns::Task resuming(const app::AgentResumeRequest& request) {
    return [request](app::AgentService& agents, const agent::EventSink& events, const app::RequestScope& scope) {
        return agents.resume(request, events, scope);
    };
}

std::string_view action_of(const app::AgentResumeRequest& request) {
    using Answer = app::AgentResumeRequest::Answer;
    switch (request.answer) {
        case Answer::value: return "agent.answer";
        case Answer::approve: return "agent.approve";
        case Answer::reject: return "agent.reject";
        case Answer::none: return "agent.resume";
    }
    return {};
}

std::optional<net::Response> resume_run(const Call& call) {
    app::AgentResumeRequest request;
    if (auto refused = prepare_to_resume(call, request)) return refused;
    answer_with_run(call, resuming(request), action_of(request), request.decision);
    return std::nullopt;
}

Parameter run_of_agent_parameter() {
    return path_parameter("run", "The run's id, or the beginning of it", "0a52c9d41f7e4b3c8d6e5f4a3b2c1d0e", 64);
}

Route run_route(std::string method, std::string rest, std::string id, std::string summary) {
    return {.method = std::move(method),
            .path = "/api/v1/agent-runs/{run}" + rest,
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "agents",
            .parameters = {run_of_agent_parameter()},
            .responses = {{.status = 200, .description = "The run", .document = "quarry.agent.run/1"}},
            .scope = "agents"};
}

Route list_route_of_agents() {
    return {.method = "GET",
            .path = "/api/v1/agent-runs",
            .id = "list_agent_runs",
            .summary = "The caller's runs of agents, newest first, in pages.",
            .tag = "agents",
            .parameters = {{.name = "limit",
                            .description = "Maximum number of runs",
                            .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}, {"default", 100}}},
                           {.name = "after",
                            .description = "Runs after this one: `next` of the last response",
                            .schema = {{"type", "string"}, {"maxLength", 64}}},
                           {.name = "state",
                            .description = "Only those",
                            .schema = {{"type", "string"},
                                       {"enum", {"running", "waiting", "done", "failed", "cancelled"}}}},
                           {.name = "thread",
                            .description = "Only those of a thread",
                            .schema = {{"type", "string"}, {"maxLength", 200}}}},
            .responses = {{.status = 200,
                           .description = "The runs",
                           .schema = {{"type", "object"},
                                      {"properties",
                                       {{"next", {{"type", {"string", "null"}}}},
                                        {"runs", {{"type", "array"}, {"items", listed_run_schema()}}}}},
                                      {"required", {"next", "runs"}}}}},
            .scope = "agents",
            .handle = list_runs_of_agents};
}

Route resume_route() {
    Json properties = {
        {"answer", {{"description", "Of a question: what fits its schema. Of a call in doubt: what it gave"}}},
        {"approve", {{"type", "boolean"}, {"description", "Yes. Of a call in doubt: it is made again"}}},
        {"reject", {{"type", "boolean"}, {"description", "No. Of a call in doubt: it counts as failed"}}},
        {"decision",
         {{"type", "string"},
          {"maxLength", 1000},
          {"description", "Which question is answered: `decision` in `waiting`; default: the first"}}},
        {"migrate", {{"type", "boolean"}, {"default", false}, {"description", "Though the agent's files have changed"}}}};
    properties.update(answering_properties());
    Route route = run_route("POST", "/resume", "resume_agent_run", "Answer a run that waits, and go on with it.");
    route.description = "Without an answer: a run that failed, or whose process is gone. Answered as a start.";
    route.body = closed_object(std::move(properties));
    route.responses = agent_run_responses();
    route.work = Work::generate;
    route.example = {{"approve", true}};
    route.handle = resume_run;
    return route;
}

Route wait_route() {
    Route route = run_route("GET", "/wait", "wait_for_agent_run",
                            "The run as soon as it has ended or waits for a person, or as it is after some seconds.");
    route.parameters.push_back({.name = "seconds",
                                .description = "Maximum time to wait",
                                .schema = {{"type", "integer"}, {"minimum", 0}, {"maximum", 60}, {"default", 30}}});
    route.handle = wait_for_run;
    return route;
}

Route events_route() {
    Route route = run_route("GET", "/events", "read_agent_run",
                            "The events of a run, from its start or after Last-Event-ID, and new ones as they come.");
    route.description = "The stream ends when the run ends, and when it waits for a person (`waiting`).";
    route.parameters.push_back({.name = "Last-Event-ID",
                                .place = Parameter::Place::header,
                                .description = "The id of the last event that was read",
                                .schema = {{"type", "string"}, {"maxLength", 100}}});
    route.responses = {{.status = 200, .description = "Events", .type = "text/event-stream"},
                       {.status = 204, .description = "The last event has been read"}};
    route.handle = read_run_events;
    return route;
}

}  // namespace

net::Response with_location(net::Response response, const std::string& run) {
    response.set("Location", std::string(runs_path) + run);
    return response;
}

Json listed_run_json(const store::AgentRun& run) {
    Json json = wire::agent_listed_run_json(run);
    json["file"] = std::filesystem::path(run.file).filename().string();  // its folder is the server's
    return json;
}

Json listed_run_schema() {
    const Json text = {{"type", "string"}}, number = {{"type", "integer"}};
    return {{"type", "object"},
            {"properties",
             {{"run", text},
              {"thread", text},
              {"agent", text},
              {"state", {{"enum", {"running", "waiting", "done", "failed", "cancelled"}}}},
              {"started_at", text},
              {"ended_at", {{"type", {"string", "null"}}}},
              {"calls", number},
              {"tokens", number},
              {"cost", {{"type", "number"}}},
              {"file", text}}},
            {"required", {"run", "thread", "agent", "state", "started_at", "ended_at", "calls", "tokens", "cost", "file"}}};
}

Json run_document(Service& service, const Caller& caller, const std::string& name) {
    const Cancellation never;
    app::SilentNotices silent;
    const app::RequestScope scope{never, silent, service.clock(), caller.principal};
    const app::AgentService agents(service.workspace());
    store::AgentRun run = agents.find(name, scope);
    const std::optional<agent::Checkpoint> at = agents.state(run.thread, -1, scope);
    std::vector<store::AgentCall> calls = agents.calls(run.thread, scope);
    const auto shown = [&](std::string& text) {
        text = agent::error_result(service.shown_error(wire::stored_error(text), caller.principal.name)).dump();
    };
    if (!run.error.empty()) shown(run.error);
    for (store::AgentCall& call : calls) {
        if (call.state == store::AgentCallState::failed) shown(call.result);
    }
    run.file = std::filesystem::path(run.file).filename().string();
    wire::AgentRunView view{.run = run, .calls = calls};
    if (at) {
        view.values = at->values;
        view.step = at->number;
        view.next = at->position.ready;
    }
    return wire::agent_run_json(view);
}

app::AgentFlags flags_of(const Call& call) {
    app::AgentFlags flags{.longest_wait = longest_wait_in_thread, .scopes = scopes_of(call.caller)};
    for (const nlohmann::json& one : call.values.value("stream", nlohmann::json::array())) {
        flags.tells_values = flags.tells_values || one == "values";
    }
    return flags;
}

void note_agent(const Call& call, std::string_view action, const std::string& subject) {
    try {
        const std::string peer = call.exchange ? call.exchange->request().peer : std::string();
        call.service.access().users().note(call.caller.principal.name, action, subject, peer, "ok");
    } catch (...) {
        static_cast<void>(call.service.public_failure(std::current_exception()));
    }
}

void answer_with_run(const Call& call, const AgentRuns::Task& work, std::string_view action, const std::string& about) {
    AgentEvents kept;
    if (call.values.contains("stream")) {
        const std::string wanted = call.values.at("stream").dump();
        const auto has = [&](std::string_view name) { return wanted.find(name) != std::string::npos; };
        kept = {has("\"messages\""), has("\"tasks\""), has("\"values\"")};
    }
    const bool streamed = wants_stream(call.exchange->request());
    const bool background = !streamed && call.values.value("background", false);
    bool is_answered = false;
    std::shared_ptr<Run> begun_run;
    const auto begun = [&](const std::shared_ptr<Run>& run, std::uint64_t after) {
        begun_run = run;
        note_agent(call, action, about.empty() ? run->id() : run->id() + " " + about);
        if (!streamed && !background) return;
        is_answered = true;
        call.exchange->respond(with_location(
            streamed ? stream_response(call, run, after)
                     : json_response(run_document(call.service, call.caller, run->id()), 202),
            run->id()));
    };
    int status = 200;
    net::Response response = agent_answer(call, [&]() -> net::Response {
        const app::AgentReport report = call.service.agents().perform(call.caller, kept, begun, work);
        if (report.wakes_at && !is_answered) {
            is_answered = call.service.agents().waits().add(call, begun_run, {});
            if (!is_answered) status = 202;
        }
        if (is_answered) return {};
        return with_location(json_response(run_document(call.service, call.caller, report.run.id), status),
                             report.run.id);
    });
    if (!is_answered) call.exchange->respond(std::move(response));
}

std::optional<net::Response> resume_agent(const Call& call, const AgentEvents& kept, const AgentRuns::Begun& begun) {
    app::AgentResumeRequest request;
    if (auto refused = prepare_to_resume(call, request)) return refused;
    const auto noted = [&](const std::shared_ptr<Run>& run, std::uint64_t after) {
        note_agent(call, action_of(request), run->id() + (request.decision.empty() ? "" : " ") + request.decision);
        begun(run, after);
    };
    net::Response failed = agent_answer(call, [&]() -> net::Response {
        static_cast<void>(call.service.agents().perform(call.caller, kept, noted, resuming(request)));
        return {.status = 0};
    });
    return failed.status != 0 ? std::optional(std::move(failed)) : std::nullopt;
}

Json answering_properties() {
    return {{"stream",
             {{"type", "array"},
              {"items", {{"enum", {"messages", "tasks", "values"}}}},
              {"maxItems", 3},
              {"description", "Which events there are besides steps and the end; default: messages and tasks"}}},
            {"background",
             {{"type", "boolean"}, {"default", false}, {"description", "Respond as soon as the run has begun"}}}};
}

std::vector<RouteResponse> agent_run_responses() {
    return {{.status = 200, .description = "The run, which has ended or waits", .document = "quarry.agent.run/1"},
            {.status = 200, .description = "Its events", .type = "text/event-stream"},
            {.status = 202, .description = "The run has begun", .document = "quarry.agent.run/1"}};
}

std::vector<Route> agent_run_routes() {
    std::vector<Route> routes = {list_route_of_agents()};
    routes.push_back(run_route("GET", "", "get_agent_run", "The state of a run, what a person is asked, and its journal."));
    routes.back().handle = show_run;
    routes.push_back(events_route());
    routes.push_back(wait_route());
    routes.push_back(resume_route());
    routes.push_back(run_route("POST", "/cancel", "cancel_agent_run", "End a run. What it has done stays."));
    routes.back().work = Work::write;
    routes.back().handle = cancel_run_of_agent;
    return routes;
}

}  // namespace quarry::serve
