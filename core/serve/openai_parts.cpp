// Errors and schemas that the routes for OpenAI's clients share.
#include "core/serve/openai_parts.h"

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/serve/openai.h"

namespace quarry::serve {
namespace {

const char* error_type(int status) {
    return status == 401   ? "authentication_error"
           : status == 403 ? "permission_error"
           : status == 429 ? "rate_limit_error"
           : status >= 500 ? "server_error"
                           : "invalid_request_error";
}

/// The status that a failure has before its stream begins.
int status_of_name(const std::string& code) {
    for (int number = 0; number < 256; ++number) {
        if (error_code_name(static_cast<ErrorCode>(number)) == code) return status_of(static_cast<ErrorCode>(number));
    }
    return 500;
}

}  // namespace

Json openai_error(const Json& problem) {
    Json param;
    std::string message = problem.value("detail", "");
    if (problem.contains("errors")) {
        const Json& first = problem["errors"][0];
        for (const Json& part : first["loc"]) {
            if (part == "body") continue;
            param = param.is_null() ? part : Json(param.get<std::string>() + "." + part.get<std::string>());
        }
        message = first["msg"];
    }
    return {{"error",
             {{"message", message},
              {"type", error_type(problem.value("status", 500))},
              {"param", param},
              {"code", problem.value("code", Json())}}}};
}

Json openai_failure(const Json& error) {
    return openai_error(
        {{"status", status_of_name(error.at("code"))}, {"detail", error.at("message")}, {"code", error.at("code")}});
}

void give_openai_form(net::Response& response) {
    if (response.header("Content-Type") != "application/problem+json") return;
    response.body = openai_error(parse_bounded_json<Json>(response.body)).dump();
    response.set("Content-Type", "application/json");
}

Json function_tools_schema() {
    return {{"type", {"array", "null"}},
            {"maxItems", 128},
            {"items", {{"type", "object"}, {"properties", {{"type", {{"type", "string"}}}}}, {"required", {"type"}}}},
            {"description", "Functions that a chat model of the settings may call"}};
}

std::vector<Route> openai_routes() {
    std::vector<Route> routes = retrieval_routes();
    routes.push_back(chat_completion_route());
    for (Route& route : response_routes()) routes.push_back(std::move(route));
    return routes;
}

}  // namespace quarry::serve
