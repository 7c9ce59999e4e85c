// Routes that are made from core/app's operations.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/serve/request_scope.h"
#include "core/serve/route.h"

namespace quarry::serve {
namespace {

/// How an operation is reached over HTTP.
struct OperationRoute {
    const char* operation;
    const char* method;
    const char* path;
    const char* tag;
    const char* scope;
    Work work;
    Json example{};  ///< A body, or the values of parameters that are required, by name; or null.
};

std::vector<OperationRoute> reached() {
    const Json no_body;
    return {
        {"search", "POST", "/api/v1/search", "search", "search", Work::read, {{"query", "retry policy"}, {"limit", 5}}},
        {"verify",
         "POST",
         "/api/v1/verify",
         "search",
         "search",
         Work::read,
         {{"answer",
           {{"schema", "quarry.ask/1"},
            {"question", "?"},
            {"answer", "A sentence."},
            {"claims", Json::array()},
            {"sources", Json::array()}}}}},
        {"list_collections", "GET", "/api/v1/collections", "documents", "read", Work::read, no_body},
        {"list_documents", "GET", "/api/v1/documents", "documents", "read", Work::read, no_body},
        {"read_document",
         "GET",
         "/api/v1/documents/{document}",
         "documents",
         "read",
         Work::read,
         {{"document", "notes/today.md"}}},
        {"ingest",
         "POST",
         "/api/v1/documents",
         "documents",
         "write",
         Work::write,
         {{"documents", {{{"id", "notes/today.md"}, {"text", "# Today\n\nThe retry policy is three attempts."}}}}}},
        {"delete_document",
         "POST",
         "/api/v1/documents/delete",
         "documents",
         "write",
         Work::write,
         {{"documents", {"notes/today.md"}}}},
        {"migrate_status", "GET", "/api/v1/migrations", "migrations", "migrations", Work::read, no_body},
        {"migrate_check", "POST", "/api/v1/migrations/check", "migrations", "migrations", Work::write, Json::object()},
        {"migrate_plan", "POST", "/api/v1/migrations/plan", "migrations", "migrations", Work::read, Json::object()},
        {"migrate_lint", "POST", "/api/v1/migrations/lint", "migrations", "migrations", Work::read, Json::object()},
        {"eval", "POST", "/api/v1/evaluations", "evaluations", "admin", Work::generate, {{"kind", "retrieval"}}},
    };
}

/// The operation's properties as values in the path and the query.
std::vector<Parameter> parameters_of(const app::Operation& operation, std::string_view path, const Json& examples) {
    std::vector<Parameter> parameters;
    const Json required = operation.request.value("required", Json::array());
    for (const auto& [name, schema] : operation.request.at("properties").items()) {
        const bool in_path = path.find("{" + name + "}") != std::string_view::npos;
        const bool is_required = in_path || std::ranges::find(required, Json(name)) != required.end();
        Json plain = schema;
        plain.erase("description");
        parameters.push_back({.name = name,
                              .place = in_path ? Parameter::Place::path : Parameter::Place::query,
                              .description = schema.value("description", name),
                              .schema = std::move(plain),
                              .required = is_required,
                              .example = examples.is_object() ? examples.value(name, Json()) : Json()});
    }
    return parameters;
}

net::Response run(const app::Operation& operation, const Call& call) {
    const CallScope scope(call);
    return json_response(app::run_operation(operation, call.values, {call.service.workspace(), *scope}));
}

Route route_of(const OperationRoute& reached) {
    const app::Operation& operation = *app::find_operation(reached.operation);
    Route route{.method = reached.method,
                .path = reached.path,
                .id = operation.name,
                .summary = operation.summary,
                .tag = reached.tag,
                .scope = reached.scope,
                .work = reached.work,
                .handle = [&operation](const Call& call) { return run(operation, call); }};
    if (route.method == "GET") {
        route.parameters = parameters_of(operation, route.path, reached.example);
    } else {
        route.body = operation.request;
        route.example = reached.example;
    }
    for (const std::string& document : operation.responses) {
        route.responses.push_back({.status = 200, .description = "What was found or done", .document = document});
    }
    return route;
}

}  // namespace

std::vector<Route> operation_routes() {
    std::vector<Route> routes;
    for (const OperationRoute& one : reached()) routes.push_back(route_of(one));
    return routes;
}

}  // namespace quarry::serve
