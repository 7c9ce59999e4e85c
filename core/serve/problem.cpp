#include "core/serve/problem.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/store/base_address.h"

namespace quarry::serve {
namespace {

using Json = nlohmann::ordered_json;

Json problem_json(int status, std::string_view detail) {
    return {{"type", "about:blank"}, {"title", net::reason_of(status)}, {"status", status}, {"detail", detail}};
}

net::Response response_of(int status, const Json& document) {
    return {.status = status,
            .headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
            .body = config::dump_json(document)};
}

/// What fails because the base does not have what a request asks for: nothing is wrong with the server.
constexpr std::array<std::string_view, 2> lacking = {"cannot search by vector", "the knowledge base has no embedder"};

/// How it is said that a caller lacks a right.
constexpr std::string_view forbidden = "you may not ";

/// Whether the error is about the request, so that its sender may read all of it.
bool is_of_request(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::usage:
        case ErrorCode::nothing_found:
        case ErrorCode::rate_limited:
        case ErrorCode::budget_exceeded:
        case ErrorCode::approval_pending:
        case ErrorCode::citation_unsupported: return true;
        default: return false;
    }
}

/// What is said of an error that is about the server.
std::string_view what_failed(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::locked: return "another process is writing to the knowledge base; try again";
        case ErrorCode::base_away: return "the server of the knowledge base is away; try again";
        case ErrorCode::provider_failed: return "a model's server failed";
        case ErrorCode::interrupted: return "the request was cancelled";
        case ErrorCode::schema_newer:
        case ErrorCode::migrations_pending: return "the knowledge base has a different schema version than this server";
        default: return "the server failed; its log says why";
    }
}

/// For programs, what kind of problem a schema's message tells of.
std::string type_of_message(std::string_view message) {
    const auto says = [&](std::string_view part) { return message.find(part) != std::string_view::npos; };
    if (says("must be of type")) return "type";
    if (says("is missing") || says("is required")) return "missing";
    if (says("not allowed") || says("unknown")) return "unknown";
    if (says("must be one of")) return "choice";
    if (says("must be at") || says("must have at") || says("must be more") || says("must be less")) return "range";
    if (says("must be a ")) return "format";
    return "invalid";
}

}  // namespace

int status_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::usage: return 400;
        case ErrorCode::nothing_found: return 404;
        case ErrorCode::approval_pending:
        case ErrorCode::migration_order:
        case ErrorCode::migration_edited:
        case ErrorCode::schema_drift: return 409;
        case ErrorCode::rate_limited: return 429;
        case ErrorCode::budget_exceeded: return 402;
        case ErrorCode::provider_failed: return 502;
        case ErrorCode::locked:
        case ErrorCode::base_away:
        case ErrorCode::schema_newer:
        case ErrorCode::migrations_pending:
        case ErrorCode::interrupted: return 503;
        default: return 500;
    }
}

net::Response problem(int status, std::string_view detail, const std::vector<ValueProblem>& errors) {
    Json document = problem_json(status, detail);
    for (const ValueProblem& one : errors) {
        document["errors"].push_back({{"loc", one.place}, {"msg", one.message}, {"type", one.type}});
    }
    return response_of(status, document);
}

Error public_error(const Error& error, const std::vector<std::string>& hidden) {
    if (error.code() == ErrorCode::failed && std::ranges::find(lacking, error.message()) != lacking.end()) {
        return {ErrorCode::usage, error.message()};
    }
    if (error.message() == too_many_agents || error.message() == store::no_connection_free) {
        return {error.code(), error.message()};
    }
    if (!is_of_request(error.code())) return {error.code(), std::string(what_failed(error.code()))};
    const auto shown = [&](std::string text) {
        for (const std::string& folder : hidden) {
            for (std::size_t at = 0; (at = text.find(folder, at)) != std::string::npos;)
                text.replace(at, folder.size(), "…");
        }
        return text;
    };
    return {error.code(), shown(error.what()), shown(error.hint())};
}

net::Response problem_of(const Error& error) {
    const bool is_forbidden = error.code() == ErrorCode::usage && error.message().starts_with(forbidden);
    const int status = is_forbidden ? 403 : status_of(error.code());
    Json document = problem_json(status, error.what());
    document["code"] = error_code_name(error.code());
    if (!error.hint().empty()) document["hint"] = error.hint();
    net::Response response = response_of(status, document);
    if (response.status == 503) response.set("Retry-After", "1");
    if (response.status == 429) response.set("Retry-After", "30");
    return response;
}

ValueProblem problem_in(std::vector<std::string> place, std::string_view problem) {
    if (problem.starts_with('/')) {
        const std::size_t end = std::min(problem.find(": "), problem.size());
        for (std::string_view part : split(problem.substr(1, end - 1), '/')) {
            std::string name(part);
            for (std::size_t at = 0; (at = name.find('~', at)) != std::string::npos; ++at) {
                name.replace(at, 2, name.compare(at, 2, "~1") == 0 ? "/" : "~");
            }
            place.push_back(std::move(name));
        }
        problem.remove_prefix(std::min(problem.size(), end + 2));
    }
    return {std::move(place), std::string(problem), type_of_message(problem)};
}

}  // namespace quarry::serve
