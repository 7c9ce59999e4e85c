// Routes about the server itself.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/serve/route.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

net::Response text_response(int status, std::string body) {
    return {.status = status, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = std::move(body)};
}

Route text_route(std::string path, std::string id, std::string summary,
                 std::function<net::Response(const Call&)> answer) {
    return {.method = "GET",
            .path = std::move(path),
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "server",
            .responses = {{.status = 200, .description = "Yes", .type = "text/plain"}},
            .open = true,
            .work = Work::none,
            .handle = std::move(answer)};
}

}  // namespace

std::vector<Route> server_routes() {
    std::vector<Route> routes;
    routes.push_back(text_route("/livez", "livez", "Whether the process answers.",
                                [](const Call&) { return text_response(200, "alive\n"); }));
    Route ready = text_route("/readyz", "readyz", "Whether requests should be sent here.", [](const Call& call) {
        return call.service.is_ready() ? text_response(200, "ready\n") : problem(503, "the server is ending");
    });
    routes.push_back(std::move(ready));
    Route metrics = text_route("/metrics", "metrics", "Counters and times, for Prometheus.", [](const Call& call) {
        net::Response response = text_response(200, call.service.metrics().text());
        response.set("Content-Type", "text/plain; version=0.0.4");
        return response;
    });
    metrics.open = false;
    metrics.scope = "admin";
    routes.push_back(std::move(metrics));
    routes.push_back({.method = "GET",
                      .path = "/openapi.json",
                      .id = "openapi",
                      .summary = "This document.",
                      .tag = "server",
                      .responses = {{.status = 200, .description = "OpenAPI 3.1", .schema = {{"type", "object"}}}},
                      .handle = [](const Call& call) {
                          net::Response response = json_response({});
                          response.body = call.service.openapi_text();
                          return response;
                      }});
    return routes;
}

}  // namespace quarry::serve
