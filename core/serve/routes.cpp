#include <algorithm>
#include <iterator>
#include <utility>

#include "core/config/config_json.h"
#include "core/serve/route.h"

namespace quarry::serve {
namespace {

/// The class of a route that declares no other.
RateClass rate_of(const Route& route) {
    if (route.work == Work::sign_in) return RateClass::sign_in;
    if (route.work == Work::generate) return RateClass::generate;
    if (route.scope == "write") return RateClass::ingest;
    return route.scope == "search" || route.scope == "read" ? RateClass::search : RateClass::none;
}

std::vector<Route> made_routes() {
    std::vector<Route> all;
    for (auto* make : {operation_routes, run_routes, job_routes, upload_routes, page_view_routes, socket_routes,
                       conversation_routes, base_routes, openai_routes, mcp_routes, page_routes, docs_routes,
                       server_routes, sign_in_routes, user_routes}) {
        std::ranges::move(make(), std::back_inserter(all));
    }
    for (Route& route : all) {
        for (Parameter& one : route.parameters) one.checked = std::make_shared<const JsonSchema>(one.schema.dump());
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
