// What the base holds and how it is set up: collections, passages of a document, statistics, models, settings.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/app/collection_service.h"
#include "core/app/document_service.h"
#include "core/app/model_service.h"
#include "core/config/shown_settings.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"
#include "core/wire/collection_json.h"
#include "core/wire/document_json.h"
#include "core/wire/model_json.h"

namespace quarry::serve {
namespace {

/// Calls `work` with what the application works with in this request.
template <typename Work>
net::Response with_services(const Call& call, int status, Work&& work) {
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    return json_response(work(services), status);
}

std::string text_of(const Call& call, const char* name) { return call.values.value(name, ""); }

net::Response chunks(const Call& call) {
    return with_services(call, 200, [&](app::Services& services) {
        const auto [source, chunks] = app::DocumentService(services).show(text_of(call, "document"));
        return wire::document_json(source, chunks);
    });
}

net::Response stats(const Call& call) {
    return with_services(call, 200, [&](app::Services& services) {
        Json document = wire::stats_json({}, app::DocumentService(services, services.access.readable).stats());
        document.erase("base");  // a path of the server
        return document;
    });
}

net::Response add_collection(const Call& call) {
    return with_services(call, 201, [&](app::Services& services) {
        app::CollectionService(services).add(text_of(call, "name"), text_of(call, "description"));
        return wire::added_collection_json(text_of(call, "name"), text_of(call, "description"));
    });
}

net::Response remove_collection(const Call& call) {
    return with_services(call, 200, [&](app::Services& services) {
        const std::string name = text_of(call, "collection");
        return wire::removed_collection_json(
            name, app::CollectionService(services).remove(name, call.values.value("sources", false)));
    });
}

/// Without paths of the server.
net::Response models(const Call& call) {
    return with_services(call, 200, [&](app::Services& services) {
        const app::ModelList list = app::list_models(services);
        Json document = wire::models_json(list.files, list.embedders, list.profiles);
        for (Json& file : document.at("models")) file.erase("path");
        for (Json& profile : document.at("profiles")) profile.erase("origin");
        return document;
    });
}

net::Response settings(const Call& call) {
    const Json all = config::settings_json(call.service.workspace().config());
    Json values = Json::object();
    for (const auto& [name, setting] : all.at("settings").items()) {
        values[name] = setting.at("value");
    }
    return json_response({{"settings", std::move(values)}});
}

Route get(std::string path, std::string id, std::string summary, std::string tag, std::string scope,
          RouteResponse response, net::Response (*handle)(const Call&)) {
    return {.method = "GET",
            .path = std::move(path),
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = std::move(tag),
            .responses = {std::move(response)},
            .scope = std::move(scope),
            .handle = handle};
}

Route add_collection_route() {
    return {.method = "POST",
            .path = "/api/v1/collections",
            .id = "add_collection",
            .summary = "Add a collection.",
            .tag = "documents",
            .body = {{"type", "object"},
                     {"properties",
                      {{"name", {{"type", "string"}, {"minLength", 1}, {"maxLength", store::max_collection_name}}},
                       {"description", {{"type", "string"}, {"maxLength", store::max_collection_description}}}}},
                     {"required", {"name"}},
                     {"additionalProperties", false}},
            .responses = {{.status = 201, .description = "The collection", .document = "quarry.collections.add/1"}},
            .scope = "admin",
            .work = Work::write,
            .example = {{"name", "handbook"}, {"description", "The staff handbook"}},
            .handle = add_collection};
}

Route remove_collection_route() {
    return {.method = "DELETE",
            .path = "/api/v1/collections/{collection}",
            .id = "remove_collection",
            .summary = "Remove a collection. One that has documents is removed only with sources=true.",
            .tag = "documents",
            .parameters = {path_parameter("collection", "Its name", "handbook"),
                           {.name = "sources",
                            .description = "Remove its documents too",
                            .schema = {{"type", "boolean"}, {"default", false}}}},
            .responses = {{.status = 200, .description = "What was removed", .document = "quarry.collections.rm/1"}},
            .scope = "admin",
            .work = Work::write,
            .handle = remove_collection};
}

}  // namespace

std::vector<Route> base_routes() {
    const Json object = {{"type", "object"}};
    std::vector<Route> routes = {add_collection_route(), remove_collection_route()};
    routes.push_back(get("/api/v1/documents/{document}/chunks", "read_chunks",
                         "The passages of a document, as they are searched.", "documents", "read",
                         {.status = 200, .description = "The passages", .document = "quarry.docs.show/1"}, chunks));
    routes.back().parameters = {
        path_parameter("document", "The document's path, address, name or id", "notes/today.md")};
    routes.push_back(get("/api/v1/stats", "get_stats", "How much is in the collections that the caller may read.",
                         "documents", "read", {.status = 200, .description = "Counts and bytes", .schema = object},
                         stats));
    routes.push_back(get("/api/v1/models", "get_models", "The models of this machine, of the settings and of the base.",
                         "server", "admin", {.status = 200, .description = "The models", .schema = object}, models));
    routes.push_back(
        get("/api/v1/settings", "get_settings", "The settings, without passwords.", "server", "admin",
            {.status = 200,
             .description = "The settings",
             .schema = {{"type", "object"}, {"properties", {{"settings", object}}}, {"required", {"settings"}}}},
            settings));
    return routes;
}

}  // namespace quarry::serve
