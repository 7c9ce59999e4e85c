#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/config/config_json.h"
#include "core/serve/route.h"
#include "core/wire/document_schema.h"

namespace quarry::serve {
namespace {

/// The class of a route that declares no other.
RateClass rate_of(const Route& route) {
    if (route.work == Work::sign_in) return RateClass::sign_in;
    if (route.work == Work::generate) return RateClass::generate;
    if (route.scope == "write") return RateClass::ingest;
    return route.scope == "search" || route.scope == "read" ? RateClass::search : RateClass::none;
}

#ifdef NDEBUG
constexpr bool checks_responses = false;
#else
constexpr bool checks_responses = true;
#endif

std::shared_ptr<const JsonSchema> parsed_schema(const RouteResponse& response) {
    if (!response.document.empty()) {
        return std::make_shared<const JsonSchema>(wire::find_document_schema(response.document)->json);
    }
    return response.schema.is_null() ? nullptr : std::make_shared<const JsonSchema>(response.schema.dump());
}

std::vector<Route> made_routes() {
    std::vector<Route> all;
    for (auto* make : {operation_routes, run_routes, job_routes, agent_routes, upload_routes, page_view_routes,
                       socket_routes, conversation_routes, feedback_routes, base_routes, openai_routes, mcp_routes,
                       page_routes, docs_routes, server_routes, sign_in_routes, user_routes}) {
        std::ranges::move(make(), std::back_inserter(all));
    }
    for (Route& route : all) {
        for (Parameter& one : route.parameters) one.checked = std::make_shared<const JsonSchema>(one.schema.dump());
        if constexpr (checks_responses) {
            for (RouteResponse& one : route.responses) one.checked = parsed_schema(one);
        }
        if (route.rate == RateClass::none) route.rate = rate_of(route);
        if (!route.body.is_null()) route.checked_body = std::make_shared<const JsonSchema>(route.body.dump());
    }
    return all;
}

}  // namespace

const std::vector<Route>& all_routes() {
    static const std::vector<Route> all = made_routes();
    return all;
}

std::string response_fault(const Route& route, const net::Response& response) {
    constexpr int partial = 206, not_modified = 304;
    const int status = response.status == partial ? 200 : response.status;
    if (!checks_responses || status >= 400 || status == not_modified) return {};
    const bool is_json = !response.source && response.header("Content-Type") == "application/json";
    std::string fault = fmt::format("{} {} gives {}, which it does not declare", route.method, route.path, status);
    for (const RouteResponse& declared : route.responses) {
        if (declared.status != status) continue;
        if (!is_json || declared.type != "application/json" || !declared.checked) return {};
        const auto problems = declared.checked->problems(parse_bounded_json(response.body));
        if (problems.empty()) return {};
        fault = fmt::format("{} {} gives what does not fit its schema: {}", route.method, route.path,
                            fmt::join(problems, "; "));
    }
    return fault;
}

Json closed_object(Json properties, const std::vector<std::string>& required) {
    Json schema = {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) schema["required"] = required;
    return schema;
}

Parameter path_parameter(std::string name, std::string description, std::string example, std::size_t longest) {
    return {.name = std::move(name),
            .place = Parameter::Place::path,
            .description = std::move(description),
            .schema = {{"type", "string"}, {"minLength", 1}, {"maxLength", longest}},
            .required = true,
            .example = std::move(example)};
}

net::Response json_response(const Json& document, int status) {
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = config::dump_json(document)};
}

}  // namespace quarry::serve
