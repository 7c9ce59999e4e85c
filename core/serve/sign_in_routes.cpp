// Signing in and out: tokens and cookies for users, and who is signed in.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/serve/route.h"
#include "core/serve/service.h"
#include "core/wire/user_json.h"

namespace quarry::serve {
namespace {

/// An error in the form of OAuth 2 (RFC 6749, 5.2).
net::Response oauth_error(const char* error, const char* description) {
    net::Response response = json_response({{"error", error}, {"error_description", description}}, 400);
    response.set("Cache-Control", "no-store");
    return response;
}

net::Response session_response(const app::Session& session) {
    net::Response response = json_response({{"access_token", session.access_token},
                                            {"token_type", "Bearer"},
                                            {"expires_in", session.expires_in},
                                            {"refresh_token", session.refresh_token},
                                            {"scope", fmt::format("{}", fmt::join(session.identity.scopes, " "))}});
    response.set("Cache-Control", "no-store");
    return response;
}

std::string text_in(const Call& call, const char* name) { return call.values.value(name, std::string()); }

/// The user with the e-mail and the password of a request.
std::optional<app::Identity> user_with_password(const Call& call, const char* email) {
    const std::string& address = call.exchange->request().peer;
    auto user = call.service.access().sign_in(ascii_lower(text_in(call, email)), text_in(call, "password"), address);
    if (user) call.service.access().users().note(user->principal.name, "sign-in", user->name, address, "ok");
    return user;
}

net::Response give_token(const Call& call) {
    app::SignInService& users = call.service.access().users();
    if (text_in(call, "grant_type") == "refresh_token") {
        const auto session = users.refresh(text_in(call, "refresh_token"));
        call.service.access().forget();
        return session ? session_response(*session)
                       : oauth_error("invalid_grant", "this refresh token is not valid: sign in again");
    }
    const auto user = user_with_password(call, "username");
    if (!user) return oauth_error("invalid_grant", "wrong e-mail or password");
    return session_response(users.begin(*user));
}

std::string cookie(const Call& call, const std::string& value, const char* more) {
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", Access::cookie_name, value, more,
                       call.exchange->request().encrypted ? "; Secure" : "");
}

/// Signs the owner's browser in by a cookie, for the run's token.
net::Response give_own_cookie(const Call& call) {
    const auto session = call.service.access().begin_own_session(text_in(call, "token"));
    if (!session) return problem(401, "this is not the token that quarry serve printed");
    net::Response response = json_response({{"name", owner()->principal.name}});
    response.set("Cache-Control", "no-store");
    response.set("Set-Cookie", cookie(call, *session, ""));
    return response;
}

/// Signs a browser in by a cookie.
net::Response give_cookie(const Call& call) {
    if (call.values.contains("token")) return give_own_cookie(call);
    const auto user = user_with_password(call, "email");
    if (!user) return problem(401, "wrong e-mail or password");
    net::Response response = json_response({{"name", user->name}});
    response.set("Cache-Control", "no-store");
    response.set("Set-Cookie", cookie(call, call.service.access().users().begin_browser(*user),
                                      fmt::format("; Max-Age={}", app::SignInService::session_seconds).c_str()));
    return response;
}

net::Response sign_out(const Call& call) {
    Access& access = call.service.access();
    if (const std::string token = text_in(call, "refresh_token"); !token.empty()) {
        static_cast<void>(access.users().sign_out(token));
    }
    if (call.caller.identity) {
        access.users().sign_out(*call.caller.identity);
        access.users().note(call.caller.principal.name, "sign-out", call.caller.identity->name,
                            call.exchange->request().peer, "ok");
    } else if (const std::string own = text_in(call, Access::cookie_name.data()); !own.empty()) {
        access.end_own_session(own);
    }
    access.forget();
    net::Response response = json_response({{"signed_out", true}});
    response.set("Set-Cookie", cookie(call, "", "; Max-Age=0"));
    return response;
}

/// Exchanges the code of the printed address for a session. A browser goes on to the page.
net::Response use_code(const Call& call) {
    const auto session = call.service.access().exchange(text_in(call, "code"));
    const bool is_browser = call.exchange->request().header("Accept").find("text/html") != std::string_view::npos;
    if (is_browser) {
        net::Response onward{.status = 303,
                             .headers = {{"Location", session ? "/" : "/#/sign-in?used"}, {"Cache-Control", "no-store"}}};
        if (session) onward.set("Set-Cookie", cookie(call, *session, ""));
        return onward;
    }
    if (!session)
        return problem(
            401, "the code is wrong or was used already; use the token, or restart quarry serve for another code");
    net::Response response{.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}},
                           .body = "signed in; /docs shows what there is\n"};
    response.set("Set-Cookie", cookie(call, *session, ""));
    return response;
}

net::Response me(const Call& call) {
    Json document;
    document["name"] = call.caller.principal.name;
    document["scopes"] = call.caller.scopes;
    if (const auto& identity = call.caller.identity) {
        document["display_name"] = identity->name;
        document["collections"] = wire::collections_granted_json(identity->collections);
    }
    const std::string_view session = Access::session_cookie(call.exchange->request());
    if (!session.empty()) document["csrf"] = Access::csrf_token(session);
    return json_response(document);
}

Json texts_schema(std::initializer_list<const char*> names, std::size_t longest) {
    Json properties;
    for (const char* name : names) properties[name] = {{"type", "string"}, {"maxLength", longest}};
    return properties;
}

Route token_route() {
    Json properties =
        texts_schema({"username", "password", "refresh_token", "scope", "client_id", "client_secret"}, 1024);
    properties["grant_type"] = {{"enum", {"password", "refresh_token"}}};
    const Json session = {{"type", "object"},
                          {"properties",
                           {{"access_token", {{"type", "string"}}},
                            {"token_type", {{"const", "Bearer"}}},
                            {"expires_in", {{"type", "integer"}}},
                            {"refresh_token", {{"type", "string"}}},
                            {"scope", {{"type", "string"}}}}},
                          {"required", {"access_token", "token_type", "expires_in", "refresh_token", "scope"}}};
    const Json refused = {
        {"type", "object"},
        {"properties", {{"error", {{"type", "string"}}}, {"error_description", {{"type", "string"}}}}}};
    return {.method = "POST",
            .path = "/auth/token",
            .id = "create_token",
            .summary = "Get an access token for an e-mail and password, or for a refresh token.",
            .description =
                "OAuth 2, password flow. An access token is valid for 15 minutes. A refresh token works once; "
                "using it twice ends the whole session.",
            .tag = "sign-in",
            .body = {{"type", "object"},
                     {"properties", std::move(properties)},
                     {"required", {"grant_type"}},
                     {"additionalProperties", false}},
            .form = true,
            .responses = {{.status = 200, .description = "The tokens", .schema = session},
                          {.status = 400, .description = "The credentials are not valid", .schema = refused}},
            .open = true,
            .work = Work::sign_in,
            .example = {{"grant_type", "password"}, {"username", "ada@example.org"}, {"password", "correct horse"}},
            .handle = give_token};
}

Route session_route() {
    return {.method = "POST",
            .path = "/auth/session",
            .id = "create_session",
            .summary = "Sign a browser in with e-mail and password, or the server's token: the response sets a cookie.",
            .tag = "sign-in",
            .body = {{"type", "object"},
                     {"properties", texts_schema({"email", "password", "token"}, 1024)},
                     {"oneOf", {{{"required", {"email", "password"}}}, {{"required", {"token"}}}}},
                     {"additionalProperties", false}},
            .responses = {{.status = 200,
                           .description = "Signed in",
                           .schema = {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}},
            .open = true,
            .work = Work::sign_in,
            .example = {{"email", "ada@example.org"}, {"password", "correct horse"}},
            .handle = give_cookie};
}

Route sign_out_route() {
    return {.method = "POST",
            .path = "/auth/sign-out",
            .id = "sign_out",
            .summary = "End the session that the request belongs to, and that of a refresh token.",
            .tag = "sign-in",
            .parameters = {{.name = std::string(Access::cookie_name),
                            .place = Parameter::Place::cookie,
                            .description = "A browser's session",
                            .schema = {{"type", "string"}, {"maxLength", 1024}}}},
            .body = {{"type", "object"},
                     {"properties", texts_schema({"refresh_token"}, 1024)},
                     {"additionalProperties", false}},
            .responses = {{.status = 200,
                           .description = "Signed out",
                           .schema = {{"type", "object"}, {"properties", {{"signed_out", {{"type", "boolean"}}}}}}}},
            .work = Work::sign_in,
            .example = Json::object(),
            .handle = sign_out};
}

Route code_route() {
    return {.method = "GET",
            .path = "/sign-in",
            .id = "sign_in",
            .summary = "Sign a browser in with the address that quarry serve printed. It works once.",
            .tag = "sign-in",
            .parameters = {{.name = "code",
                            .description = "From the printed address",
                            .schema = {{"type", "string"}, {"maxLength", 100}},
                            .required = true,
                            .example = "d1b0f3a5c7e94a6b8c0d2e4f6a8b0c2d"}},
            .responses = {{.status = 200, .description = "Signed in", .type = "text/plain"},
                          {.status = 303, .description = "A browser goes on to the page", .type = ""},
                          {.status = 401,
                           .description = "The code is wrong or was used already",
                           .type = "application/problem+json"}},
            .open = true,
            .work = Work::none,
            .rate = RateClass::sign_in,
            .handle = use_code};
}

}  // namespace

std::vector<Route> sign_in_routes() {
    const Json names = {{"type", "array"}, {"items", {{"type", "string"}}}};
    std::vector<Route> routes = {token_route(), session_route(), sign_out_route(), code_route()};
    routes.push_back({.method = "GET",
                      .path = "/api/v1/me",
                      .id = "get_me",
                      .summary = "Who is signed in, and what they may do.",
                      .tag = "sign-in",
                      .responses = {{.status = 200,
                                     .description = "The caller",
                                     .schema = {{"type", "object"},
                                                {"properties",
                                                 {{"name", {{"type", "string"}}},
                                                  {"scopes", names},
                                                  {"display_name", {{"type", "string"}}},
                                                  {"collections", {{"type", "object"}}},
                                                  {"csrf",
                                                   {{"type", "string"},
                                                    {"description", "Of a session by a cookie: the value of "
                                                                    "X-CSRF-Token in requests that change "
                                                                    "something"}}}}},
                                                {"required", {"name", "scopes"}}}}},
                      .work = Work::none,
                      .handle = me});
    return routes;
}

}  // namespace quarry::serve
