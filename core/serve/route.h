#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/identity.h"
#include "core/app/operation.h"
#include "core/base/json_schema.h"
#include "core/net/server.h"
#include "core/serve/problem.h"
#include "core/serve/rate_limiter.h"

namespace quarry::serve {

using Json = nlohmann::ordered_json;

/// Who asks, and what they may do.
struct Caller {
    app::Principal principal{};
    app::CollectionAccess access{};
    std::set<std::string> scopes{};                   ///< Names of scope_names(); all of them for the owner.
    std::shared_ptr<const app::Identity> identity{};  ///< Null for the owner. Shared with who is remembered.
};

using app::scope_names;

/// A value of a request beside its body.
struct Parameter {
    enum class Place : std::uint8_t { path, query, header, cookie };
    std::string name{};
    Place place = Place::query;
    std::string description{};
    Json schema{};  ///< Of what the text is parsed to: an integer, a boolean, a text, or a list of texts.
    bool required = false;
    Json example{};                               ///< A value; there is one where it is required.
    std::shared_ptr<const JsonSchema> checked{};  ///< `schema`, parsed. Filled by all_routes().
};

/// A response that a route may give.
struct RouteResponse {
    int status = 200;
    std::string description{};
    std::string document{};  ///< The name of its schema (core/wire/document_schema.h); empty for `schema`.
    Json schema{};           ///< Where it is no such document; null for a response without JSON.
    std::string type = "application/json";
    std::shared_ptr<const JsonSchema> checked{};  ///< That schema, parsed, in debug builds. Filled by all_routes().
};

class Service;

/// A request that fits its route, and what answers it.
struct Call {
    std::shared_ptr<net::Exchange> exchange;
    nlohmann::json values;  ///< Parameters and the fields of the body together, checked.
    const Caller& caller;
    Service& service;
};

/// Where a request is worked on.
enum class Work : std::uint8_t {
    none,      ///< On the server's thread: nothing that takes time.
    read,      ///< The pool that reads.
    write,     ///< The one thread that writes.
    generate,  ///< The pool that waits for models.
    sign_in,   ///< Two threads that hash passwords.
};

/// A route as data: requests are checked, and OpenAPI and tests are made from it.
struct Route {
    std::string method{}, path{};  ///< "GET", "/api/v1/runs/{run}/events"
    std::string id{};              ///< OpenAPI's operationId: "read_document".
    std::string summary{}, description{}, tag{};
    std::vector<Parameter> parameters{};
    Json body{};                             ///< JSON Schema of the body, an object; null without one.
    bool form = false;                       ///< The body is a form (application/x-www-form-urlencoded), all texts.
    std::vector<RouteResponse> responses{};  ///< Those of a request that is good.
    std::string scope{};                     ///< What the caller must be allowed; empty: to be signed in.
    bool takes_file = false;                 ///< The body is any bytes, of any length, which are put into a file.
    bool open = false;                       ///< For everybody, signed in or not.
    bool is_listed = true;                   ///< OpenAPI describes it. Not where another protocol does.
    Work work = Work::read;
    RateClass rate = RateClass::none;  ///< Where it is none, all_routes() fills in what the scope says.
    Json example{};                    ///< A body, or null.
    /// Answers with what it gives; nothing: the exchange has been answered, or will be.
    std::function<std::optional<net::Response>(const Call&)> handle{};

    std::shared_ptr<const JsonSchema> checked_body{};  ///< `body`, parsed. Filled by all_routes().
};

/// Every route. Made once, on the first call; constant from then on.
[[nodiscard]] const std::vector<Route>& all_routes();

// Parts of all_routes().
[[nodiscard]] std::vector<Route> operation_routes();     ///< Those of core/app's operations.
[[nodiscard]] std::vector<Route> run_routes();           ///< Answers as streams, and the log of runs.
[[nodiscard]] std::vector<Route> conversation_routes();  ///< Conversations and what is asked in them.
[[nodiscard]] std::vector<Route> feedback_routes();      ///< What people say of answers.
[[nodiscard]] std::vector<Route> base_routes();          ///< What the base holds, models, settings.
[[nodiscard]] std::vector<Route> job_routes();           ///< Work in the background.
[[nodiscard]] std::vector<Route> agent_routes();         ///< Agents, their runs and threads.
[[nodiscard]] std::vector<Route> upload_routes();        ///< Files as they are, in and out.
[[nodiscard]] std::vector<Route> socket_routes();        ///< Answers over a WebSocket.
[[nodiscard]] std::vector<Route> openai_routes();        ///< For OpenAI's clients, under /v1.
[[nodiscard]] std::vector<Route> mcp_routes();           ///< The Model Context Protocol.
[[nodiscard]] std::vector<Route> page_view_routes();     ///< Pages of documents as they look.
[[nodiscard]] std::vector<Route> page_routes();          ///< The page at /.
[[nodiscard]] std::vector<Route> docs_routes();          ///< The page that shows the routes.
[[nodiscard]] std::vector<Route> server_routes();        ///< About the server itself.
[[nodiscard]] std::vector<Route> sign_in_routes();       ///< Coming in and going.
[[nodiscard]] std::vector<Route> user_routes();          ///< Users, keys, grants and the audit log.

/// What is wrong with a response that a route gave to a good request: that it is not declared, or that its JSON does not
/// fit its schema. Empty where nothing is, and outside of debug builds.
[[nodiscard]] std::string response_fault(const Route& route, const net::Response& response);

/// The schema of an object with these fields and no others.
[[nodiscard]] Json closed_object(Json properties, const std::vector<std::string>& required = {});

/// A text in a route's path.
[[nodiscard]] Parameter path_parameter(std::string name, std::string description, std::string example,
                                       std::size_t longest = 10'000);

/// A document as a response.
[[nodiscard]] net::Response json_response(const Json& document, int status = 200);

}  // namespace quarry::serve
