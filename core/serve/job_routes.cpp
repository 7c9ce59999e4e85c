// Work in the background: given, looked at, cancelled.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/serve/job_kinds.h"
#include "core/serve/jobs.h"
#include "core/serve/route.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

const char* state_name(store::JobState state) {
    switch (state) {
        case store::JobState::waiting: return "waiting";
        case store::JobState::running: return "running";
        case store::JobState::done: return "done";
        case store::JobState::given_up: return "given_up";
        case store::JobState::cancelled: return "cancelled";
    }
    return "waiting";
}

Json parsed_or_null(const std::string& text) { return text.empty() ? Json() : parse_bounded_json<Json>(text); }

Json job_json(const store::StoredJob& job) {
    Json error = parsed_or_null(job.error);
    if (error.contains("error")) error = Json(error["error"]);
    Json document = {{"id", job.run_id},
                     {"kind", job.kind},
                     {"state", state_name(job.state)},
                     {"attempts", job.attempts},
                     {"started_at", job.started_at},
                     {"not_before", nullptr},
                     {"error", std::move(error)},
                     {"result", parsed_or_null(job.result)},
                     {"events", "/api/v1/runs/" + job.run_id + "/events"}};
    if (job.state == store::JobState::waiting) document["not_before"] = job.not_before;
    return document;
}

Json job_schema() {
    const Json text = {{"type", "string"}}, number = {{"type", "integer"}};
    return {{"type", "object"},
            {"properties",
             {{"id", text},
              {"kind", text},
              {"state", {{"enum", {"waiting", "running", "done", "given_up", "cancelled"}}}},
              {"attempts", number},
              {"started_at", {{"type", "integer"}, {"description", "Seconds since 1970"}}},
              {"not_before",
               {{"type", {"integer", "null"}}, {"description", "When it is tried again; null unless it waits"}}},
              {"error", {{"type", {"object", "null"}}, {"description", "Why the last attempt failed"}}},
              {"result", {{"type", {"object", "null"}}, {"description", "The result, when it is done"}}},
              {"events", {{"type", "string"}, {"description", "The path of its events"}}}}},
            {"required", {"id", "kind", "state", "attempts", "started_at", "not_before", "error", "result", "events"}}};
}

store::StoredJob job_of(const Call& call) {
    auto job = call.service.jobs().find(call.values.at("job").get<std::string>(), call.caller.principal.name);
    if (!job) throw Error(ErrorCode::nothing_found, "there is no such job");
    return std::move(*job);
}

net::Response list_jobs(const Call& call) {
    const auto limit = call.values.value("limit", std::size_t{100});
    auto jobs = call.service.jobs().list(call.caller.principal.name, limit + 1, call.values.value("after", ""));
    Json document = {{"next", nullptr}, {"jobs", Json::array()}};
    if (jobs.size() > limit) {
        jobs.resize(limit);
        document["next"] = jobs.back().run_id;
    }
    for (const store::StoredJob& job : jobs) document["jobs"].push_back(job_json(job));
    return json_response(document);
}

net::Response submit_job(const Call& call) {
    const JobKind& kind = *find_job_kind(call.values.at("kind").get<std::string>());
    if (!call.caller.scopes.contains(kind.scope)) return problem(403, "this needs the scope " + kind.scope);
    const nlohmann::json request = call.values.value("request", nlohmann::json::object());
    std::vector<ValueProblem> problems;
    for (const std::string& one : kind.checked_request->problems(request)) {
        problems.push_back({{"body", "request"}, one, "invalid"});
    }
    if (!problems.empty()) return problem(422, "the request does not fit this kind of job", problems);
    return accepted_job(call, kind.name, request);
}

net::Response cancel_job(const Call& call) {
    const store::StoredJob job = job_of(call);
    call.service.jobs().cancel(job.run_id);
    return json_response(job_json(job_of(call)));
}

Parameter job_parameter() { return path_parameter("job", "The job's id", "0a52c9d41f7e4b3c8d6e5f4a3b2c1d0e", 64); }

Json submit_schema() {
    Json names = Json::array();
    for (const JobKind& kind : job_kinds()) names.push_back(kind.name);
    return {{"type", "object"},
            {"properties",
             {{"kind", {{"enum", std::move(names)}, {"description", "What to do"}}},
              {"request",
               {{"type", "object"},
                {"description", "Depends on the kind: ingest {documents, urls ...}, embed {model}, eval {kind, "
                                "questions}, batch {questions, sources}"}}}}},
            {"required", {"kind"}},
            {"additionalProperties", false}};
}

Route submit_route() {
    return {.method = "POST",
            .path = "/api/v1/jobs",
            .id = "create_job",
            .summary = "Start a job in the background: ingest, embed, eval or batch.",
            .description = "The response comes when the job is stored, and Location names it. The job continues after "
                           "its client leaves and after the server is restarted. It is tried again, five times at "
                           "most, when another process is writing or a model's server is busy. The run of the same "
                           "id has its events. ingest and embed need the scope write, eval admin, batch ask.",
            .tag = "jobs",
            .body = submit_schema(),
            .responses = {{.status = 202, .description = "The job is stored", .schema = job_schema()}},
            .example = {{"kind", "ingest"}, {"request", {{"urls", {"https://example.org/handbook.html"}}}}},
            .handle = submit_job};
}

}  // namespace

net::Response accepted_job(const Call& call, const std::string& kind, const nlohmann::json& request) {
    const auto run = call.service.jobs().submit(call.caller, kind, request);
    net::Response response =
        json_response(job_json(*call.service.jobs().find(run->id(), call.caller.principal.name)), 202);
    response.set("Location", "/api/v1/jobs/" + run->id());
    return response;
}

Json accepted_job_schema() { return job_schema(); }

std::vector<Route> job_routes() {
    std::vector<Route> routes;
    routes.push_back(submit_route());
    routes.push_back(
        {.method = "GET",
         .path = "/api/v1/jobs",
         .id = "list_jobs",
         .summary = "The caller's jobs, newest first, in pages.",
         .tag = "jobs",
         .parameters = {{.name = "limit",
                         .description = "Maximum number of jobs in one response",
                         .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}, {"default", 100}}},
                        {.name = "after",
                         .description = "Jobs after this one: `next` of the last response",
                         .schema = {{"type", "string"}, {"maxLength", 64}}}},
         .responses = {{.status = 200,
                        .description = "The jobs",
                        .schema = {{"type", "object"},
                                   {"properties",
                                    {{"next", {{"type", {"string", "null"}}}},
                                     {"jobs", {{"type", "array"}, {"items", job_schema()}}}}},
                                   {"required", {"next", "jobs"}}}}},
         .handle = list_jobs});
    routes.push_back({.method = "GET",
                      .path = "/api/v1/jobs/{job}",
                      .id = "get_job",
                      .summary = "The state of a job, with its result or its error.",
                      .tag = "jobs",
                      .parameters = {job_parameter()},
                      .responses = {{.status = 200, .description = "The job", .schema = job_schema()}},
                      .handle = [](const Call& call) { return json_response(job_json(job_of(call))); }});
    routes.push_back({.method = "DELETE",
                      .path = "/api/v1/jobs/{job}",
                      .id = "cancel_job",
                      .summary = "Cancel a job. What it has done so far stays.",
                      .tag = "jobs",
                      .parameters = {job_parameter()},
                      .responses = {{.status = 200, .description = "The job", .schema = job_schema()}},
                      .handle = cancel_job});
    return routes;
}

}  // namespace quarry::serve
