// Answers, at once or as a stream of events, and the log of runs.
#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "core/app/answer_service.h"
#include "core/base/text.h"
#include "core/serve/answer_run.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"
#include "core/wire/answer_json.h"

namespace quarry::serve {
namespace {

constexpr std::string_view event_stream = "text/event-stream";

/// Whether the client would rather have a stream: it names the type, which "*/*" does not.
bool wants_stream(const net::Request& request) {
    return ascii_lower(request.header("Accept")).find(event_stream) != std::string::npos;
}

net::Response stream_response(const Call& call, const std::shared_ptr<Run>& run, std::uint64_t after) {
    return {.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                        {"Cache-Control", "no-store"},
                        {"X-Accel-Buffering", "no"},
                        {"Location", "/api/v1/runs/" + run->id()}},
            .source = call.service.runs().stream(run, after),
            .heartbeat = ":\n\n"};
}

Json run_json(const Run& run) { return {{"id", run.id()}, {"ended", run.has_ended()}, {"events", run.last()}}; }

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
    answer_into(run, asked.values.at("question"), asked,
                [&](const app::RequestScope& scope, const answer::AnswerEventSink& sink) {
                    static_cast<void>(app::run_operation(*app::find_operation("ask"), asked.values,
                                                         {call.service.workspace(), scope, sink}));
                });
    return std::nullopt;
}

/// The run in a request's path, if it is the caller's.
std::shared_ptr<Run> run_of(const Call& call) {
    auto run = call.service.runs().find(call.values.at("run").get<std::string>(), call.caller.principal.name);
    if (!run) throw Error(ErrorCode::nothing_found, "there is no such run");
    return run;
}

/// Behind which event a reader goes on: the number in "RUN/NUMBER", or a number alone. 0 for what is none.
std::uint64_t position_of(std::string_view last_id) {
    const std::size_t slash = last_id.rfind('/');
    const std::string_view digits = slash == std::string_view::npos ? last_id : last_id.substr(slash + 1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? number : 0;
}

Json run_schema() {
    return {{"type", "object"},
            {"properties",
             {{"id", {{"type", "string"}}}, {"ended", {{"type", "boolean"}}}, {"events", {{"type", "integer"}}}}},
            {"required", {"id", "ended", "events"}}};
}

Parameter run_parameter() {
    return {.name = "run",
            .place = Parameter::Place::path,
            .description = "The run's id, from Location",
            .schema = {{"type", "string"}, {"maxLength", 64}},
            .required = true};
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
                           "client that lost its connection goes on at /api/v1/runs/RUN/events with Last-Event-ID.",
            .tag = "search",
            .body = std::move(body),
            .responses = answer_responses(),
            .scope = "ask",
            .work = Work::generate,
            .example = {{"question", "How many attempts does the retry policy allow?"}},
            .handle = ask};
}

}  // namespace

std::shared_ptr<Run> begin_answer(const Call& call, const char* /*kind*/) {
    const bool background = call.values.value("background", false);
    const bool streamed = wants_stream(call.exchange->request());
    if (!streamed && !background) return nullptr;
    std::shared_ptr<Run> run = call.service.runs().begin(call.caller.principal.name, background);
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
    return {{"type", "boolean"},
            {"default", false},
            {"description", "Go on when nobody reads; the run tells of the answer"}};
}

std::vector<RouteResponse> answer_responses() {
    return {{.status = 200, .description = "The answer", .document = "quarry.ask/1"},
            {.status = 202, .description = "The answer is made in the background", .schema = run_schema()}};
}

void answer_into(const std::shared_ptr<Run>& run, const std::string& question, const Call& call,
                 const std::function<void(const app::RequestScope&, const answer::AnswerEventSink&)>& answer) {
    const CallScope scope(call, run->cancellation());
    try {
        answer(*scope, [&](const answer::AnswerEvent& event) {
            run->add(std::string(wire::answer_event_name(event)), event_data(question, event, call.service));
        });
    } catch (...) {
        // Told by its last event, but for what went wrong before the first.
        if (run->last() == 0) {
            const Error error = call.service.public_failure(std::current_exception());
            run->add("failed", event_data(question, {1, answer::event::Failed{error}}, call.service));
        }
    }
    run->end();
}

std::vector<Route> run_routes() {
    std::vector<Route> routes;
    routes.push_back(ask_route());
    routes.push_back({.method = "GET",
                      .path = "/api/v1/runs/{run}",
                      .id = "get_run",
                      .summary = "How far a run is.",
                      .tag = "runs",
                      .parameters = {run_parameter()},
                      .responses = {{.status = 200, .description = "The run", .schema = run_schema()}},
                      .scope = "ask",
                      .work = Work::none,
                      .handle = [](const Call& call) { return json_response(run_json(*run_of(call))); }});
    routes.push_back(
        {.method = "GET",
         .path = "/api/v1/runs/{run}/events",
         .id = "read_run",
         .summary = "The events of a run, from its beginning or behind Last-Event-ID, and those to come.",
         .description = "An event `gap` says that events in between are not kept any more; `shutdown` that "
                        "the server ends and the client should come back.",
         .tag = "runs",
         .parameters = {run_parameter(),
                        {.name = "Last-Event-ID",
                         .place = Parameter::Place::header,
                         .description = "The id of the last event that was read",
                         .schema = {{"type", "string"}, {"maxLength", 100}}}},
         .responses = {{.status = 200, .description = "Events", .type = std::string(event_stream)}},
         .scope = "ask",
         .work = Work::none,
         .handle = [](const Call& call) {
             return stream_response(call, run_of(call), position_of(call.values.value("Last-Event-ID", "")));
         }});
    routes.push_back({.method = "DELETE",
                      .path = "/api/v1/runs/{run}",
                      .id = "cancel_run",
                      .summary = "Cancel a run. What it said so far stays readable.",
                      .tag = "runs",
                      .parameters = {run_parameter()},
                      .responses = {{.status = 200, .description = "The run", .schema = run_schema()}},
                      .scope = "ask",
                      .work = Work::none,
                      .handle = [](const Call& call) {
                          const std::shared_ptr<Run> run = run_of(call);
                          run->cancellation()->cancel();
                          return json_response(run_json(*run));
                      }});
    return routes;
}

}  // namespace quarry::serve
