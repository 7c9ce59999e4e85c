// What can be done in the background.
#include "core/serve/job_kinds.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "core/app/batch_service.h"
#include "core/app/embed_service.h"
#include "core/app/ingest_service.h"
#include "core/app/operation.h"
#include "core/app/upload_service.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/wire/embed_json.h"
#include "core/wire/ingest_json.h"

namespace quarry::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_questions = 10'000;

Json ingest_schema() {
    Json schema = app::find_operation("ingest")->request;
    schema["properties"]["urls"] = {{"type", "array"},
                                    {"items", {{"type", "string"}, {"pattern", "^https?://"}, {"maxLength", 4096}}},
                                    {"minItems", 1},
                                    {"maxItems", 1000},
                                    {"description", "Instead of documents: web addresses to fetch"}};
    schema["oneOf"].push_back({{"required", {"urls"}}});
    return schema;
}

/// As the events of an ingest say it.
void tell_ingest(Run& run, const ingest::IngestProgress& progress) {
    add_event(run, "progress", {{"doing", progress.doing}, {"done", progress.done}, {"total", progress.total}});
}

/// Once in half a second: a run's readers are people.
app::IngestEvents ingest_events(Run& run) {
    return {.progress =
                [&run, last = std::chrono::steady_clock::time_point{}](const ingest::IngestProgress& progress) mutable {
                    const auto now = std::chrono::steady_clock::now();
                    if (now - last < std::chrono::milliseconds(500)) return;
                    last = now;
                    tell_ingest(run, progress);
                }};
}

/// Files that a route has taken; no request from outside names them.
Json ingest_uploads(const JobContext& context) {
    app::Services services = context.workspace.services(context.scope);
    Json files = Json::array();
    for (const nlohmann::json& one : context.request.at("uploads")) {
        const app::Upload upload = app::upload_of(one);
        Json report = app::UploadService(services).ingest(upload, ingest_events(context.run));
        files.push_back({{"uri", app::upload_uri(upload)},
                         {"sha256", upload.hash},
                         {"bytes", upload.bytes},
                         {"report", std::move(report)}});
    }
    return {{"files", std::move(files)}};
}

Json ingest_job(const JobContext& context) {
    if (context.request.contains("uploads")) return ingest_uploads(context);
    if (!context.request.contains("urls")) {
        return app::run_operation(*app::find_operation("ingest"), context.request, {context.workspace, context.scope});
    }
    app::Services services = context.workspace.services(context.scope);
    const auto text = [&](const char* name) { return context.request.value(name, std::string()); };
    app::IngestRequest request{.collection = text("collection"),
                               .type = text("type"),
                               .redact = text("redact"),
                               .dry_run = context.request.value("dry_run", false)};
    request.inputs.urls = context.request.at("urls").get<std::vector<std::string>>();
    const app::IngestOutcome outcome = app::IngestService(services).run(request, ingest_events(context.run));
    return wire::ingest_json(outcome.documents, outcome.vectors, request.dry_run);
}

Json embed_job(const JobContext& context) {
    app::Services services = context.workspace.services(context.scope);
    app::EmbedRequest request{.model = context.request.value("model", std::string()),
                              .refit = context.request.value("refit", false)};
    if (context.request.contains("max_cost")) request.max_cost = context.request.at("max_cost").get<double>();
    const app::EmbedOutcome outcome = app::EmbedService(services).update(request);
    return wire::embed_json(outcome.report, outcome.vectors);
}

Json eval_job(const JobContext& context) {
    return app::run_operation(*app::find_operation("eval"), context.request, {context.workspace, context.scope});
}

/// The questions that an attempt before answered.
std::set<std::string> answered(const JobContext& context) {
    std::set<std::string> ids;
    constexpr std::size_t at_once = 256 * 1024;
    std::uint64_t after = 0;
    for (;;) {
        const auto events = context.runs.stored_events(context.run.id(), after, at_once);
        if (events.empty()) return ids;
        for (const RunEvent& event : events) {
            after = event.number;
            if (event.name != "answer") continue;
            const auto document = parse_bounded_json<Json>(event.data);
            if (document.value("error", Json()).is_null()) ids.insert(document.value("id", std::string()));
        }
    }
}

Json batch_job(const JobContext& context) {
    const std::set<std::string> done = answered(context);
    app::BatchRequest request;
    for (const nlohmann::json& question : context.request.at("questions")) {
        const std::string number = std::to_string(request.questions.size() + 1);
        request.questions.push_back(
            question.is_string()
                ? answer::BatchQuestion{number, question.get<std::string>()}
                : answer::BatchQuestion{question.value("id", number), question.at("question").get<std::string>()});
    }
    const std::size_t all = request.questions.size();
    std::erase_if(request.questions, [&](const answer::BatchQuestion& one) { return done.contains(one.id); });
    request.like.flags.sources = context.request.value("sources", 0);
    request.like.flags.mode = context.request.value("mode", std::string());
    const app::BatchTally tally = app::run_batch(
        context.workspace, std::move(request),
        [&](const std::string& line) {
            add_event(context.run, "answer", parse_bounded_json<Json>(line));
            return !context.scope.cancel.cancelled();
        },
        [](const app::BatchTally&) {}, context.scope);
    context.scope.cancel.check();
    if (tally.ended_by) throw Error(*tally.ended_by);
    return {{"questions", all}, {"failed", tally.failed}, {"unanswered", tally.unanswered}};
}

Json batch_schema() {
    const Json text = {{"type", "string"}, {"minLength", 1}, {"maxLength", 10'000}};
    const Json question = app::find_operation("ask")->request.at("properties");
    return {{"type", "object"},
            {"properties",
             {{"questions",
               {{"type", "array"},
                {"minItems", 1},
                {"maxItems", most_questions},
                {"description", "Texts, or objects with a question and a unique id"},
                {"items",
                 {{"anyOf",
                   {text,
                    {{"type", "object"},
                     {"properties", {{"id", {{"type", "string"}, {"maxLength", 200}}}, {"question", text}}},
                     {"required", {"question"}},
                     {"additionalProperties", false}}}}}}}},
              {"sources", question.at("sources")},
              {"mode", question.at("mode")}}},
            {"required", {"questions"}},
            {"additionalProperties", false}};
}

Json embed_schema() {
    return {{"type", "object"},
            {"properties",
             {{"model", {{"type", "string"}, {"description", "Default: the base's own"}}},
              {"refit", {{"type", "boolean"}, {"description", "Fit the built-in table again"}}},
              {"max_cost", {{"type", "number"}, {"minimum", 0}, {"description", "Maximum cost"}}}}},
            {"additionalProperties", false}};
}

std::vector<JobKind> made_kinds() {
    std::vector<JobKind> kinds = {
        {.name = "ingest", .scope = "write", .request = ingest_schema(), .work = ingest_job},
        {.name = "embed", .scope = "write", .request = embed_schema(), .work = embed_job},
        {.name = "eval", .scope = "admin", .request = app::find_operation("eval")->request, .work = eval_job},
        {.name = "batch", .scope = "ask", .request = batch_schema(), .work = batch_job},
    };
    for (JobKind& kind : kinds) kind.checked_request = std::make_shared<const JsonSchema>(kind.request.dump());
    return kinds;
}

}  // namespace

const std::vector<JobKind>& job_kinds() {
    static const std::vector<JobKind> kinds = made_kinds();
    return kinds;
}

const JobKind* find_job_kind(std::string_view name) {
    const auto found = std::ranges::find(job_kinds(), name, &JobKind::name);
    return found == job_kinds().end() ? nullptr : &*found;
}

std::string event_data_of(const Run& run, const char* name, const nlohmann::ordered_json& fields) {
    Json event = {{"event", name}, {"number", run.next_number()}};
    event.update(fields);
    return event.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_event(Run& run, const char* name, const nlohmann::ordered_json& fields) {
    run.add(name, event_data_of(run, name, fields));
}

}  // namespace quarry::serve
