#include "core/serve/idempotency.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/base64.h"
#include "core/base/bounded_json.h"
#include "core/base/hash.h"
#include "core/serve/problem.h"

namespace quarry::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view key_header = "Idempotency-Key";
constexpr std::size_t longest_key = 255, largest_kept = 1024 * 1024;

bool is_key(std::string_view key) {
    return key.size() <= longest_key && std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~'; });
}

/// A response as it is kept; empty for one that is not.
std::string kept_response(const net::Response& response) {
    if (response.source || response.status >= 500 || response.status == 429) return {};
    if (response.body.size() > largest_kept) return {};
    Json kept = {{"status", response.status}, {"headers", Json::array()}, {"body", to_base64(response.body)}};
    for (const char* name : {"Content-Type", "Location", "ETag"}) {
        if (const auto value = response.header(name); !value.empty()) kept["headers"].push_back({name, value});
    }
    return kept.dump(-1, ' ', false, Json::error_handler_t::replace);
}

net::Response repeated_response(const std::string& kept) {
    const auto read = parse_bounded_json<Json>(kept);
    net::Response response{.status = read.at("status"),
                           .body = from_base64(read.at("body").get<std::string>()).value()};
    for (const Json& header : read.at("headers")) response.set(header.at(0).get<std::string>(), header.at(1));
    response.set("Idempotency-Replayed", "true");
    return response;
}

}  // namespace

bool has_key(const net::Request& request) noexcept {
    return request.method != "GET" && request.method != "HEAD" && !request.header(key_header).empty();
}

KeyedCall begin_keyed(const app::Services& services, const std::string& principal, const net::Request& request) {
    const std::string_view key = request.header(key_header);
    if (!is_key(key)) return {.response = problem(400, "Idempotency-Key must be at most 255 printable characters")};
    const std::string what = sha256(request.method + '\n' + request.target + '\n' + request.body);
    auto begun = app::KeyedRequest::begin(services, {principal, std::string(key), what});
    if (begun.request) return {.request = std::move(begun.request)};
    if (begun.known.request != what)
        return {.response = problem(422, "this Idempotency-Key was used for a different request")};
    if (begun.known.response.empty())
        return {.response = problem(409, "the first request with this key is still in progress")};
    return {.response = repeated_response(begun.known.response)};
}

void finish_keyed(app::KeyedRequest& request, const net::Response& response) noexcept {
    try {
        if (const std::string kept = kept_response(response); !kept.empty()) request.finish(kept);
    } catch (const std::exception&) {
        // The client repeats a request that is not known any more: it is carried out again.
    }
}

}  // namespace quarry::serve
