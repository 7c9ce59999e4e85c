// Answers, at once or as a stream of events, and the log of runs.
#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "core/app/answer_service.h"
#include "core/base/text.h"
#include "core/serve/agent_runs.h"
#include "core/serve/answer_run.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"
#include "core/wire/answer_json.h"

namespace quarry::serve {
namespace {

constexpr std::string_view event_stream = "text/event-stream";

Json run_json(const store::LoggedRun& run) {
    Json document = {{"id", run.id},       {"kind", run.kind},   {"background", run.background},
                     {"ended", run.ended}, {"events", run.last}, {"started_at", run.started_at},
                     {"ended_at", nullptr}};
    if (run.ended_at) document["ended_at"] = *run.ended_at;
    return document;
}

Json run_json(const Run& run) {
    return run_json({.id = run.id(),
                     .kind = run.kind(),
                     .background = run.is_background(),
                     .ended = run.has_ended(),
                     .last = run.last(),
                     .started_at = run.started_at(),
                     .ended_at = run.ended_at()});
}

/// The caller's runs, a part at a time.
net::Response list_runs(const Call& call) {
    const auto limit = call.values.value("limit", std::size_t{100});
    auto runs = call.service.runs().list(call.caller.principal.name, limit + 1, call.values.value("after", ""));
    Json document = {{"next", nullptr}, {"runs", Json::array()}};
    if (runs.size() > limit) {
        runs.resize(limit);
        document["next"] = runs.back().id;
    }
    for (const store::LoggedRun& run : runs) document["runs"].push_back(run_json(run));
    return json_response(document);
}

/// An event as all doors send it; of a failure only what its caller may read.
std::string event_data(const std::string& question, const answer::AnswerEvent& event, Service& service) {
    if (const auto* failed = std::get_if<answer::event::Failed>(&event.body)) {
        const Error error = service.public_failure(std::make_exception_ptr(failed->error));
        return wire::answer_event_json(question, {event.number, answer::event::Failed{error}})
            .dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return wire::answer_event_json(question, event).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<net::Response> ask(const Call& call) {
    Call asked = call;
    asked.values.erase("background");
    const std::shared_ptr<Run> run = begin_answer(call, "ask");
    if (run == nullptr) {
        const CallScope scope(asked);
        return json_response(
            app::run_operation(*app::find_operation("ask"), asked.values, {call.service.workspace(), *scope}));
    }
    answer_question(run, asked);
    return std::nullopt;
}

/// The run in a request's path, if it is the caller's.
std::shared_ptr<Run> run_of(const Call& call) {
    return run_of_caller(call.service, call.caller, call.values.at("run").get<std::string>());
}

Json run_schema() {
    return {{"type", "object"},
            {"properties",
             {{"id", {{"type", "string"}}},
              {"kind", {{"type", "string"}, {"description", "ask, chat, agent, or the kind of the job"}}},
              {"background", {{"type", "boolean"}, {"description", "It continues when nobody reads"}}},
              {"ended", {{"type", "boolean"}}},
              {"events", {{"type", "integer"}, {"description", "The number of the last event"}}},
              {"started_at", {{"type", "integer"}, {"description", "Seconds since 1970"}}},
              {"ended_at", {{"type", {"integer", "null"}}}}}},
            {"required", {"id", "kind", "background", "ended", "events", "started_at", "ended_at"}}};
}

Route list_route() {
    return {.method = "GET",
            .path = "/api/v1/runs",
            .id = "list_runs",
            .summary = "The caller's runs, newest first, in pages.",
            .tag = "runs",
            .parameters = {{.name = "limit",
                            .description = "Maximum number of runs in one response",
                            .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}, {"default", 100}}},
                           {.name = "after",
                            .description = "Runs after this one: `next` of the last response",
                            .schema = {{"type", "string"}, {"maxLength", 64}}}},
            .responses = {{.status = 200,
                           .description = "The runs",
                           .schema = {{"type", "object"},
                                      {"properties",
                                       {{"next", {{"type", {"string", "null"}}}},
                                        {"runs", {{"type", "array"}, {"items", run_schema()}}}}},
                                      {"required", {"next", "runs"}}}}},
            .scope = "ask",
            .handle = list_runs};
}

Parameter run_parameter() {
    return path_parameter("run", "The run's id, from Location", "0a52c9d41f7e4b3c8d6e5f4a3b2c1d0e", 64);
}

Route ask_route() {
    const app::Operation& operation = *app::find_operation("ask");
    Json body = operation.request;
    body["properties"]["background"] = background_property();
    return {.method = "POST",
            .path = "/api/v1/ask",
            .id = operation.name,
            .summary = operation.summary,
            .description = "With `Accept: text/event-stream` the answer comes as events while it is made: retrieved, "
                           "text, claim, tool_call, notice, usage, and done or failed at the end. Each has an id; a "
                           "client that lost its connection continues at /api/v1/runs/RUN/events with Last-Event-ID.",
            .tag = "search",
            .body = std::move(body),
            .responses = answer_responses(),
            .scope = "ask",
            .work = Work::generate,
            .example = {{"question", "How many attempts does the retry policy allow?"}},
            .handle = ask};
}

}  // namespace

bool wants_stream(const net::Request& request) {
    return ascii_lower(request.header("Accept")).find(event_stream) != std::string::npos;
}

net::Response stream_response(const Call& call, const std::shared_ptr<Run>& run, std::uint64_t after) {
    return {.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                        {"Cache-Control", "no-store"},
                        {"X-Accel-Buffering", "no"},
                        {"Location", "/api/v1/runs/" + run->id()}},
            .source = call.service.runs().stream(run, after, event_form(call.service, *run)),
            .heartbeat = ":\n\n"};
}

net::Response read_events(const Call& call, const std::shared_ptr<Run>& run, std::uint64_t after) {
    // 204 ends a client that would come back for ever (WHATWG HTML, 9.2.3).
    if (after > 0 && after == run->last() && run->has_ended()) return {.status = 204};
    return stream_response(call, run, after);
}

std::uint64_t position_of(std::string_view last_id, const Run& run) {
    const std::size_t slash = last_id.rfind('/');
    if (slash != std::string_view::npos && last_id.substr(0, slash) != run.id()) {
        return std::numeric_limits<std::uint64_t>::max();
    }
    const std::string_view digits = slash == std::string_view::npos ? last_id : last_id.substr(slash + 1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? number : 0;
}

void answer_question(const std::shared_ptr<Run>& run, const Call& call) {
    answer_into(run, call.values.at("question"), call,
                [&](const app::RequestScope& scope, const answer::AnswerEventSink& sink) {
                    static_cast<void>(app::run_operation(*app::find_operation("ask"), call.values,
                                                         {call.service.workspace(), scope, sink}));
                });
}

std::shared_ptr<Run> begin_answer(const Call& call, const char* kind) {
    const bool background = call.values.value("background", false);
    const bool streamed = wants_stream(call.exchange->request());
    if (!streamed && !background) return nullptr;
    std::shared_ptr<Run> run =
        call.service.runs().begin({.owner = call.caller.principal.name, .kind = kind, .background = background});
    if (streamed) {
        call.exchange->respond(stream_response(call, run, 0));
    } else {
        net::Response accepted = json_response(run_json(*run), 202);
        accepted.set("Location", "/api/v1/runs/" + run->id());
        call.exchange->respond(std::move(accepted));
    }
    return run;
}

Json background_property() {
    return {
        {"type", "boolean"}, {"default", false}, {"description", "Continue when nobody reads; the run has the answer"}};
}

std::vector<RouteResponse> answer_responses() {
    return {{.status = 200, .description = "The answer", .document = "quarry.ask/1"},
            {.status = 200, .description = "Its events", .type = std::string(event_stream)},
            {.status = 202, .description = "The answer is made in the background", .schema = run_schema()}};
}

std::string failed_event(const Error& error, std::uint64_t number) {
    Json event = wire::answer_event_json("", {number, answer::event::Failed{error}});
    if (number == 0) event.erase("number");
    return event.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void answer_into(const std::shared_ptr<Run>& run, const std::string& question, const Call& call,
                 const std::function<void(const app::RequestScope&, const answer::AnswerEventSink&)>& answer) {
    const CallScope scope(call, run->cancellation());
    const auto now = call.service.clock();
    try {
        answer(*scope, [&](const answer::AnswerEvent& event) {
            const std::string name(wire::answer_event_name(event));
            std::string data = event_data(question, event, call.service);
            if (name != "done" && name != "failed") return run->add(name, std::move(data));
            run->end(now(), NewEvent{name, std::move(data)});
        });
    } catch (...) {
        // Told by its last event, but for what went wrong before the first.
        const Error error = call.service.public_failure(std::current_exception());
        const answer::AnswerEvent event{run->next_number(), answer::event::Failed{error}};
        run->end(now(), NewEvent{"failed", event_data(question, event, call.service)});
    }
    run->end(now());
}

std::vector<Route> run_routes() {
    std::vector<Route> routes;
    routes.push_back(ask_route());
    routes.push_back(list_route());
    routes.push_back({.method = "GET",
                      .path = "/api/v1/runs/{run}",
                      .id = "get_run",
                      .summary = "The state of a run.",
                      .tag = "runs",
                      .parameters = {run_parameter()},
                      .responses = {{.status = 200, .description = "The run", .schema = run_schema()}},
                      .scope = "ask",
                      .handle = [](const Call& call) { return json_response(run_json(*run_of(call))); }});
    routes.push_back(
        {.method = "GET",
         .path = "/api/v1/runs/{run}/events",
         .id = "read_run",
         .summary = "The events of a run, from its start or after Last-Event-ID, and new ones as they come.",
         .description = "An event `gap` says that events in between are gone; `shutdown` that the server is ending "
                        "and the client should come back.",
         .tag = "runs",
         .parameters = {run_parameter(),
                        {.name = "Last-Event-ID",
                         .place = Parameter::Place::header,
                         .description = "The id of the last event that was read",
                         .schema = {{"type", "string"}, {"maxLength", 100}}}},
         .responses = {{.status = 200, .description = "Events", .type = std::string(event_stream)},
                       {.status = 204, .description = "The last event has been read"}},
         .scope = "ask",
         .handle = [](const Call& call) {
             const std::shared_ptr<Run> run = run_of(call);
             return read_events(call, run, position_of(call.values.value("Last-Event-ID", ""), *run));
         }});
    routes.push_back({.method = "DELETE",
                      .path = "/api/v1/runs/{run}",
                      .id = "cancel_run",
                      .summary = "Cancel a run. Its events so far stay readable.",
                      .tag = "runs",
                      .parameters = {run_parameter()},
                      .responses = {{.status = 200, .description = "The run", .schema = run_schema()}},
                      .scope = "ask",
                      .handle = [](const Call& call) {
                          const std::shared_ptr<Run> run = run_of(call);
                          if (run->kind() == RunLog::agent_kind) {
                              if (!run->has_ended() || !run->ended_at())
                                  call.service.agents().cancel(run->id(), call.caller);
                              return json_response(run_json(*run));
                          }
                          call.service.runs().cancel(run);
                          return json_response(run_json(*run));
                      }});
    return routes;
}

}  // namespace quarry::serve
