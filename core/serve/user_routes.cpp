// Users, keys, grants and the audit log, for administrators.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "core/app/user_service.h"
#include "core/serve/agent_runs.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"
#include "core/wire/user_json.h"

namespace quarry::serve {
namespace {

constexpr std::size_t longest_name = 254;  ///< Of an e-mail (RFC 5321).

/// Calls `work` with the service for the request's administrator. Who was looked up is forgotten then.
template <typename Answer>
net::Response administrate(const Call& call, int status, Answer&& work) {
    const CallScope scope(call);
    app::Services services = call.service.workspace().services(*scope);
    app::Administrator administrator{.address = call.exchange->request().peer};
    if (call.caller.identity) administrator.identity = *call.caller.identity;
    app::UserService users(services, std::move(administrator));
    const Json document = work(users);
    if (call.exchange->request().method != "GET") call.service.access().forget();
    return json_response(document, status);
}

template <typename T>
std::optional<T> value_in(const Call& call, const char* name) {
    const auto found = call.values.find(name);
    if (found == call.values.end() || found->is_null()) return std::nullopt;
    return found->get<T>();
}

/// What a member is to be changed to: nothing where it is not there, nothing inside where it is null.
template <typename T>
std::optional<std::optional<T>> change_in(const Call& call, const char* name) {
    if (!call.values.contains(name)) return std::nullopt;
    return value_in<T>(call, name);
}

store::SpendingLimit limit_in(const Call& call) {
    return {value_in<std::int64_t>(call, "max_tokens"), value_in<double>(call, "max_cost")};
}

Json user_of(const app::UserListing& one) { return wire::user_json(one.user, one.collections, one.spent); }

net::Response list_users(const Call& call) {
    return administrate(call, 200, [](const app::UserService& users) {
        Json all = Json::array();
        for (const app::UserListing& one : users.users()) all.push_back(user_of(one));
        return Json{{"schema", "quarry.users.ls/1"}, {"users", std::move(all)}};
    });
}

net::Response add_user(const Call& call) {
    app::NewUser wanted{.email = call.values.at("email"),
                        .name = call.values.value("name", ""),
                        .password = call.values.value("password", ""),
                        .limit = limit_in(call)};
    if (auto scopes = value_in<std::vector<std::string>>(call, "scopes")) wanted.scopes = std::move(*scopes);
    return administrate(call, 201, [&](app::UserService& users) {
        return Json{{"schema", "quarry.users.add/1"}, {"user", user_of(users.add_user(wanted))}};
    });
}

net::Response change_user(const Call& call) {
    const app::UserChange change{.email = value_in<std::string>(call, "email"),
                                 .name = value_in<std::string>(call, "name"),
                                 .scopes = value_in<std::vector<std::string>>(call, "scopes"),
                                 .disabled = value_in<bool>(call, "disabled"),
                                 .max_tokens = change_in<std::int64_t>(call, "max_tokens"),
                                 .max_cost = change_in<double>(call, "max_cost")};
    return administrate(call, 200, [&](app::UserService& users) {
        return Json{{"schema", "quarry.users.add/1"},
                    {"user", user_of(users.change_user(call.values.at("user"), change))}};
    });
}

net::Response remove_user(const Call& call) {
    return administrate(call, 200, [&](app::UserService& users) {
        const std::string who = call.values.at("user");
        for (const app::UserListing& one : users.users()) {
            if (one.user.id != who && one.user.email != who) continue;
            call.service.runs().cancel_all("user:" + one.user.id);
            call.service.agents().cancel_all("user:" + one.user.id);
        }
        return Json{{"schema", "quarry.users.rm/1"}, {"user", users.remove_user(who)}};
    });
}

net::Response list_keys(const Call& call) {
    return administrate(call, 200, [](const app::UserService& users) {
        Json all = Json::array();
        for (const app::KeyListing& one : users.keys()) {
            all.push_back(wire::key_json(one.key, one.user, one.collections, one.spent));
        }
        return Json{{"schema", "quarry.keys.ls/1"}, {"keys", std::move(all)}};
    });
}

net::Response add_key(const Call& call) {
    app::NewKey wanted{.name = call.values.at("name"),
                       .scopes = call.values.at("scopes"),
                       .collections = value_in<std::vector<std::string>>(call, "collections"),
                       .user = call.values.value("user", ""),
                       .expires_in = value_in<std::int64_t>(call, "expires_in"),
                       .limit = limit_in(call)};
    return administrate(call, 201, [&](app::UserService& users) {
        const app::AddedKey added = users.add_key(wanted);
        return Json{{"schema", "quarry.keys.add/1"},
                    {"key", wire::key_json(added.key, wanted.user, added.collections, {})},
                    {"secret", added.secret}};
    });
}

net::Response revoke_key(const Call& call) {
    return administrate(call, 200, [&](app::UserService& users) {
        return Json{{"schema", "quarry.keys.revoke/1"}, {"key", users.revoke_key(call.values.at("key"))}};
    });
}

net::Response put_grant(const Call& call) {
    const std::string collection = call.values.at("collection"), access = call.values.at("access");
    return administrate(call, 200, [&](app::UserService& users) {
        const std::string principal = users.grant(collection, call.values.at("principal"), app::access_by_name(access));
        return Json{{"schema", "quarry.collections.grant/1"},
                    {"collection", collection},
                    {"principal", principal},
                    {"access", access}};
    });
}

net::Response read_audit(const Call& call) {
    const auto limit = call.values.value("limit", std::size_t{100});
    return administrate(call, 200, [&](const app::UserService& users) {
        const auto entries = users.audit(call.values.value("before", std::int64_t{0}), limit);
        Json all = Json::array();
        for (const store::AuditEntry& entry : entries) all.push_back(wire::audit_json(entry));
        return Json{{"entries", std::move(all)}, {"next", entries.size() < limit ? Json() : Json(entries.back().id)}};
    });
}

Json text_schema(const char* description, std::size_t longest = 254) {
    return {{"type", "string"}, {"maxLength", longest}, {"description", description}};
}

Json email_schema() {
    Json schema = text_schema("Unique");
    schema["pattern"] = "^[^@\\s]+@[^@\\s]+$";
    return schema;
}

Json password_schema() {
    Json schema = text_schema("Without a password the user signs in with serve.issuer", 1024);
    schema["minLength"] = 8;
    return schema;
}

Json names_schema(const char* description) {
    return {{"type", "array"}, {"items", {{"type", "string"}}}, {"maxItems", 1000}, {"description", description}};
}

Json scopes_schema() {
    Json schema = names_schema("What may be done");
    schema["items"]["enum"] = scope_names();
    return schema;
}

void add_limits(Json& properties) {
    properties["max_tokens"] = {{"type", {"integer", "null"}},
                                {"minimum", 0},
                                {"description", "Tokens of models in a calendar month; null: no limit"}};
    properties["max_cost"] = {
        {"type", {"number", "null"}},
        {"minimum", 0},
        {"description", "Money for models in a calendar month, in the currency of the prices; null: no limit"}};
}

Json new_user_schema() {
    Json properties = {{"email", email_schema()},
                       {"name", text_schema("For people", 200)},
                       {"password", password_schema()},
                       {"scopes", scopes_schema()}};
    add_limits(properties);
    return closed_object(std::move(properties), {"email"});
}

Json user_change_schema() {
    Json properties = {
        {"email", email_schema()},
        {"name", text_schema("For people", 200)},
        {"scopes", scopes_schema()},
        {"disabled", {{"type", "boolean"}, {"description", "The user may not sign in, and all sessions end"}}}};
    add_limits(properties);
    return closed_object(std::move(properties));
}

Json new_key_schema() {
    Json properties = {
        {"name", text_schema("Unique", 64)},
        {"scopes", scopes_schema()},
        {"collections",
         names_schema("Those that it may read, and with the scope write also write. Default: those of its "
                      "user at this time")},
        {"user", text_schema("E-mail or id of the user it belongs to. Default: the caller")},
        {"expires_in", {{"type", "integer"}, {"minimum", 60}, {"maximum", 3'155'760'000}, {"description", "Seconds"}}}};
    add_limits(properties);
    return closed_object(std::move(properties), {"name", "scopes"});
}

using Handle = net::Response (*)(const Call&);

/// A route for administrators.
Route admin_route(const char* method, const char* path, const char* id, const char* summary, const char* document,
                  Handle handle) {
    const bool adds = std::string_view(method) == "POST";
    return {.method = method,
            .path = path,
            .id = id,
            .summary = summary,
            .tag = "users",
            .responses = {{.status = adds ? 201 : 200, .description = "The result", .document = document}},
            .scope = "admin",
            .work = std::string_view(method) == "GET" ? Work::read : Work::write,
            .handle = handle};
}

std::vector<Route> routes_of_users() {
    Route list =
        admin_route("GET", "/api/v1/users", "list_users", "The users, by e-mail.", "quarry.users.ls/1", list_users);
    Route add = admin_route("POST", "/api/v1/users", "add_user",
                            "Add a user. You cannot give scopes that you do not have.", "quarry.users.add/1", add_user);
    add.body = new_user_schema();
    add.example = {{"email", "ada@example.org"}, {"password", "correct horse"}, {"scopes", {"search", "ask"}}};
    add.work = Work::sign_in;  // it hashes a password
    Route change = admin_route("PATCH", "/api/v1/users/{user}", "change_user",
                               "Change the given fields of a user. Passwords are set by the owner of the base.",
                               "quarry.users.add/1", change_user);
    change.parameters = {path_parameter("user", "Id or e-mail", "ada@example.org", longest_name)};
    change.body = user_change_schema();
    change.example = {{"disabled", true}};
    Route remove =
        admin_route("DELETE", "/api/v1/users/{user}", "remove_user",
                    "Remove a user with all that belongs to it: keys, sign-ins, grants, conversations, runs, "
                    "jobs, spending.",
                    "quarry.users.rm/1", remove_user);
    remove.parameters = {path_parameter("user", "Id or e-mail", "ada@example.org", longest_name)};
    return {list, add, change, remove};
}

std::vector<Route> routes_of_keys() {
    Route list = admin_route("GET", "/api/v1/keys", "list_keys", "The keys, by name, without their secrets.",
                             "quarry.keys.ls/1", list_keys);
    Route add = admin_route("POST", "/api/v1/keys", "add_key",
                            "Add a key. Its secret is in this response only. You cannot give what you do not have.",
                            "quarry.keys.add/1", add_key);
    add.body = new_key_schema();
    add.example = {{"name", "wiki"}, {"scopes", {"search", "ask"}}, {"collections", {"main"}}};
    Route revoke =
        admin_route("DELETE", "/api/v1/keys/{key}", "revoke_key", "Revoke a key.", "quarry.keys.revoke/1", revoke_key);
    revoke.parameters = {path_parameter("key", "Name or id", "wiki", longest_name)};
    return {list, add, revoke};
}

Route grant_route() {
    Route route = admin_route("PUT", "/api/v1/collections/{collection}/grants", "put_grant",
                              "Say what a user or a key may do in a collection. You must be its administrator.",
                              "quarry.collections.grant/1", put_grant);
    route.parameters = {path_parameter("collection", "Its name", "main", longest_name)};
    route.body = closed_object({{"principal", text_schema("An e-mail, a key's name, user:ID or key:ID")},
                                {"access", {{"enum", {"none", "read", "write", "admin"}}}}},
                               {"principal", "access"});
    route.example = {{"principal", "ada@example.org"}, {"access", "read"}};
    return route;
}

Route audit_route() {
    Route route = admin_route("GET", "/api/v1/audit", "read_audit",
                              "Sign-ins and administrative acts, the newest first.", "", read_audit);
    route.parameters = {{.name = "limit",
                         .description = "How many",
                         .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}}},
                        {.name = "before",
                         .description = "Entries before this id: `next` of the last response",
                         .schema = {{"type", "integer"}, {"minimum", 1}}}};
    Json entry;
    for (const char* name : {"at", "principal", "action", "subject", "address", "outcome"}) {
        entry[name] = {{"type", "string"}};
    }
    entry["id"] = {{"type", "integer"}};
    route.responses.front().schema = {
        {"type", "object"},
        {"properties",
         {{"entries", {{"type", "array"}, {"items", {{"type", "object"}, {"properties", std::move(entry)}}}}},
          {"next", {{"type", {"integer", "null"}}}}}},
        {"required", {"entries", "next"}}};
    return route;
}

}  // namespace

std::vector<Route> user_routes() {
    std::vector<Route> routes = routes_of_users();
    for (Route& route : routes_of_keys()) routes.push_back(std::move(route));
    routes.push_back(grant_route());
    routes.push_back(audit_route());
    return routes;
}

}  // namespace quarry::serve
