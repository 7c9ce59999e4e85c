#include "core/serve/openapi.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/serve/event_schema.h"
#include "core/serve/route.h"
#include "core/wire/document_schema.h"

namespace quarry::serve {
namespace {

/// The name of a document's schema among the components: "quarry.ask.1".
std::string component_name(std::string name) {
    for (char& c : name) c = c == '/' ? '.' : c;
    return name;
}

/// A schema that stood alone as a component: references into itself lead to where it is now.
void move_references(Json& schema, const std::string& place) {
    if (schema.is_object()) {
        schema.erase("$schema");
        if (auto reference = schema.find("$ref"); reference != schema.end() && reference->is_string()) {
            const std::string target = *reference;
            if (target.starts_with('#')) *reference = "#/components/schemas/" + place + target.substr(1);
        }
    }
    if (schema.is_structured()) {
        for (Json& part : schema) move_references(part, place);
    }
}

Json problem_schema() {
    return {{"type", "object"},
            {"description", "RFC 9457"},
            {"properties",
             {{"type", {{"type", "string"}}},
              {"title", {{"type", "string"}}},
              {"status", {{"type", "integer"}}},
              {"detail", {{"type", "string"}}},
              {"code", {{"type", "string"}, {"description", "The same names as the command line's errors"}}},
              {"hint", {{"type", "string"}}},
              {"errors",
               {{"type", "array"},
                {"items",
                 {{"type", "object"},
                  {"properties",
                   {{"loc", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                    {"msg", {{"type", "string"}}},
                    {"type", {{"type", "string"}}}}},
                  {"required", {"loc", "msg", "type"}}}}}}}},
            {"required", {"type", "title", "status", "detail"}}};
}

/// How OpenAI's clients want errors (give_openai_form).
Json openai_error_schema() {
    const Json text_or_null = {{"type", {"string", "null"}}};
    return {{"type", "object"},
            {"properties",
             {{"error",
               {{"type", "object"},
                {"properties",
                 {{"message", {{"type", "string"}}},
                  {"type", {{"type", "string"}}},
                  {"param", text_or_null},
                  {"code", text_or_null}}},
                {"required", {"message", "type", "param", "code"}}}}}},
            {"required", {"error"}}};
}

Json response_json(const RouteResponse& response, bool has_own_events) {
    Json described = {{"description", response.description}};
    if (response.type.empty()) return described;
    if (response.type == "application/problem+json") {
        described["content"][response.type]["schema"] = {{"$ref", "#/components/schemas/Problem"}};
    } else if (response.type == "text/event-stream" && has_own_events) {
        described["content"][response.type]["schema"] = {
            {"type", "string"},
            {"description", "Server-sent events (WHATWG HTML, 9.2); the data of each is an Event"},
            {"contentMediaType", "text/event-stream"},
            {"contentSchema", {{"$ref", "#/components/schemas/Event"}}}};
    } else if (response.type != "application/json") {
        described["content"][response.type]["schema"] = {{"type", "string"}};
    } else if (!response.document.empty()) {
        described["content"][response.type]["schema"] = {
            {"$ref", "#/components/schemas/" + component_name(response.document)}};
    } else if (!response.schema.is_null()) {
        described["content"][response.type]["schema"] = response.schema;
    }
    return described;
}

Json parameter_json(const Parameter& parameter) {
    static const char* const places[] = {"path", "query", "header", "cookie"};
    Json described = {{"name", parameter.name},
                      {"in", places[static_cast<int>(parameter.place)]},
                      {"required", parameter.required},
                      {"description", parameter.description},
                      {"schema", parameter.schema}};
    if (!parameter.example.is_null()) described["example"] = parameter.example;
    return described;
}

/// A request as curl sends it, made of the route's examples.
std::string curl_line(const Route& route) {
    std::string path = route.path, query;
    for (const Parameter& one : route.parameters) {
        if (one.example.is_null()) continue;
        const std::string value =
            net::percent_encoded(one.example.is_string() ? one.example.get<std::string>() : one.example.dump());
        if (one.place == Parameter::Place::path) {
            const std::string name = "{" + one.name + "}";
            path.replace(path.find(name), name.size(), value);
        } else if (one.place == Parameter::Place::query) {
            query += (query.empty() ? "?" : "&") + one.name + "=" + value;
        }
    }
    std::string line = "curl";
    if (route.method != "GET" && route.method != "POST") line += " -X " + route.method;
    if (!route.open) line += " -H \"Authorization: Bearer $TOKEN\"";
    if (route.takes_file) {
        line += " -X POST -T handbook.pdf";
        query = "?name=handbook.pdf";
    } else if (route.form) {
        for (const auto& [name, value] : route.example.items()) {
            line += " --data-urlencode '" + name + "=" + value.get<std::string>() + "'";
        }
    } else if (!route.body.is_null()) {
        line += " --json '" + (route.example.is_null() ? "{}" : route.example.dump()) + "'";
    }
    return line + " \"$URL" + path + query + "\"";
}

/// The statuses that a route may answer with besides its own.
std::vector<int> problems_of(const Route& route) {
    std::vector<int> statuses = {400, 408, 421, 422, 429, 431, 500, 503};
    // Pages of strangers are refused on open routes too.
    statuses.push_back(403);
    if (route.method == "GET") statuses.push_back(304);
    if (!route.open) statuses.push_back(401);
    if (!route.body.is_null()) statuses.insert(statuses.end(), {413, 415});
    if (route.work != Work::none || !route.parameters.empty()) statuses.push_back(404);
    if (route.tag == "sign-in") statuses.push_back(401);
    if (route.takes_file) statuses.insert(statuses.end(), {408, 413, 507});
    if (route.id == "download_document") statuses.push_back(416);
    if (route.work == Work::generate) statuses.insert(statuses.end(), {402, 502});
    if (route.tag == "migrations" || route.tag == "agents") statuses.push_back(409);
    return statuses;
}

/// A body that is a file, as it is or in a form.
Json file_body() {
    const Json text = {{"type", "string"}}, file = {{"type", "string"}, {"format", "binary"}};
    return {{"required", true},
            {"content",
             {{"application/octet-stream", {{"schema", file}}},
              {"multipart/form-data",
               {{"schema",
                 {{"type", "object"}, {"properties", {{"file", file}, {"collection", text}, {"type", text}}}}}}}}}};
}

Json operation_json(const Route& route) {
    Json operation = {{"operationId", route.id}, {"summary", route.summary}, {"tags", {route.tag}}};
    operation["description"] = route.description.empty() ? route.summary : route.description;
    for (const Parameter& parameter : route.parameters) operation["parameters"].push_back(parameter_json(parameter));
    operation["x-codeSamples"] = {{{"lang", "Shell"}, {"label", "curl"}, {"source", curl_line(route)}}};
    if (!route.body.is_null()) {
        const char* const type = route.form ? "application/x-www-form-urlencoded" : "application/json";
        operation["requestBody"] = {{"required", route.body.contains("required")},
                                    {"content", {{type, {{"schema", route.body}}}}}};
        if (!route.example.is_null()) operation["requestBody"]["content"][type]["example"] = route.example;
    }
    if (route.takes_file) operation["requestBody"] = file_body();
    const bool is_openai = route.path.starts_with("/v1/");
    Json& responses = operation["responses"];
    for (const RouteResponse& response : route.responses) {
        Json described = response_json(response, route.path.starts_with("/api/v1/"));
        Json& place = responses[std::to_string(response.status)];
        if (place.is_null()) {
            place = std::move(described);
        } else {  // one of several documents
            Json& schema = place["content"][response.type]["schema"];
            if (schema.is_null()) {  // of another type
                schema = described["content"][response.type]["schema"];
                continue;
            }
            if (!schema.contains("anyOf")) schema = {{"anyOf", {schema}}};
            schema["anyOf"].push_back(described["content"][response.type]["schema"]);
        }
    }
    for (const int status : problems_of(route)) {
        const std::string name = std::to_string(status);
        // What cannot be read as a request is refused before its address is looked at.
        const bool is_unread = status == 408 || status == 413 || status == 431;
        const std::string form = is_openai && !is_unread ? "openai_" : "";
        if (!responses.contains(name)) responses[name] = {{"$ref", "#/components/responses/" + form + name}};
    }
    operation["security"] = route.open ? Json::array()
                                       : Json::array({{{"bearer", Json::array()}},
                                                      {{"basic", Json::array()}},
                                                      {{"session", Json::array()}},
                                                      {{"oauth2", Json::array()}}});
    return operation;
}

/// The password flow of OAuth 2 (RFC 6749, 4.3), by which users get tokens.
Json oauth_flow() {
    Json scopes = Json::object();
    for (const std::string& name : scope_names()) scopes[name] = "";
    return {{"tokenUrl", "/auth/token"}, {"refreshUrl", "/auth/token"}, {"scopes", std::move(scopes)}};
}

Json components() {
    Json all;
    std::set<std::string> wanted;
    for (const Route& route : all_routes()) {
        for (const RouteResponse& response : route.responses) {
            if (!response.document.empty()) wanted.insert(response.document);
        }
    }
    for (const std::string& name : wanted) {
        auto schema = parse_bounded_json<Json>(wire::find_document_schema(name)->json);
        move_references(schema, component_name(name));
        all["schemas"][component_name(name)] = std::move(schema);
    }
    all["schemas"].update(event_schemas());
    all["schemas"]["Problem"] = problem_schema();
    all["schemas"]["OpenAIError"] = openai_error_schema();
    for (const int status :
         {400, 401, 402, 403, 404, 408, 409, 413, 415, 416, 421, 422, 429, 431, 500, 502, 503, 507}) {
        const std::string name = std::to_string(status);
        all["responses"][name] = {
            {"description", net::reason_of(status)},
            {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
        if (std::set{408, 409, 413, 416, 431, 507}.contains(status)) continue;  // not there
        all["responses"]["openai_" + name] = {
            {"description", net::reason_of(status)},
            {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/OpenAIError"}}}}}}}};
    }
    for (const char* name : {"304", "openai_304"}) all["responses"][name] = {{"description", net::reason_of(304)}};
    all["securitySchemes"] = {
        {"bearer",
         {{"type", "http"},
          {"scheme", "bearer"},
          {"description",
           "An API key (qk_…), a user's access token, a token of the issuer that the server trusts, or the token that "
           "quarry serve prints"}}},
        {"basic",
         {{"type", "http"},
          {"scheme", "basic"},
          {"description", "E-mail and password of a user; or any name, and a key or token as password"}}},
        {"session",
         {{"type", "apiKey"},
          {"in", "cookie"},
          {"name", "quarry_session"},
          {"description",
           "From /auth/session, or from the address that quarry serve prints. What may change something also needs the "
           "header X-CSRF-Token, with csrf of /api/v1/me"}}},
        {"oauth2", {{"type", "oauth2"}, {"flows", {{"password", oauth_flow()}}}}}};
    return all;
}

const char* tag_description(std::string_view tag) {
    if (tag == "search") return "Passages, answers, and checks of answers";
    if (tag == "agents") return "Agents, their runs and threads";
    if (tag == "jobs") return "Work in the background";
    if (tag == "documents") return "What the knowledge base holds";
    if (tag == "runs") return "Answers and jobs, and their events";
    if (tag == "migrations") return "The state of the project's schema; nothing here changes it";
    if (tag == "conversations") return "The caller's conversations about the documents";
    if (tag == "mcp") return "The Model Context Protocol, at /mcp";
    if (tag == "openai") return "OpenAI's protocol";
    if (tag == "evaluations") return "Quality in numbers";
    if (tag == "sign-in") return "Signing in and out";
    if (tag == "users") return "Users, keys, grants and the audit log";
    return "The server itself";
}

}  // namespace

Json openapi(std::string_view version) {
    Json document = {{"openapi", "3.1.0"},
                     {"info",
                      {{"title", "quarry"},
                       {"version", version},
                       {"description", "Search and cited answers over your documents, and the state of your schema."},
                       {"contact", {{"name", "quarry authors"}}},
                       {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
                     {"servers", {{{"url", "/"}}}},
                     {"tags", Json::array()}};
    std::set<std::string> tags;
    for (const Route& route : all_routes()) {
        if (!route.is_listed) continue;
        std::string method = route.method;
        for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
        document["paths"][route.path][method] = operation_json(route);
        if (tags.insert(route.tag).second)
            document["tags"].push_back({{"name", route.tag}, {"description", tag_description(route.tag)}});
    }
    document["components"] = components();
    return document;
}

}  // namespace quarry::serve
