#include "core/serve/representation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/net/compression.h"

namespace quarry::serve {
namespace {

constexpr std::size_t least_to_compress = 1024;

bool is_text(std::string_view type) {
    type = trim(type.substr(0, type.find(';')));
    return type.starts_with("text/") || type.ends_with("json") || type.ends_with("javascript") || type.ends_with("xml");
}

/// Whether one of the tags of If-None-Match is that of the response, weakly (RFC 9110, 13.1.2).
bool is_known(std::string_view tags, std::string_view tag) {
    const auto opaque = [](std::string_view one) { return one.starts_with("W/") ? one.substr(2) : one; };
    for (std::string_view one : split(tags, ',')) {
        one = trim(one);
        if (one == "*" || (!one.empty() && opaque(one) == opaque(tag))) return true;
    }
    return false;
}

void add_vary(net::Response& response, std::string_view field) {
    const std::string before(response.header("Vary"));
    if (before.find(field) == std::string::npos) {
        response.set("Vary", before.empty() ? std::string(field) : fmt::format("{}, {}", before, field));
    }
}

}  // namespace

void negotiate(const net::Request& request, net::Response& response) {
    if (response.source || response.web_socket || response.status < 200 || response.status >= 300) return;
    if (response.header("Cache-Control").find("no-store") != std::string_view::npos) return;
    const bool is_read = request.method == "GET" || request.method == "HEAD";
    if (is_read && response.status == 200 && !response.body.empty()) {
        // Weak: the same for all codings of one text.
        if (response.header("ETag").empty())
            response.set("ETag", fmt::format("W/\"{:016x}\"", short_hash(response.body)));
        if (is_known(request.header("If-None-Match"), response.header("ETag"))) {
            response.status = 304;
            response.body.clear();
            std::erase_if(response.headers,
                          [](const net::Header& one) { return net::is_same_name(one.name, "Content-Type"); });
        }
    }
    const bool is_coded = !response.header("Content-Encoding").empty() || !is_text(response.header("Content-Type"));
    if (response.status == 304 || (!is_coded && response.body.size() >= least_to_compress)) {
        add_vary(response, "Accept-Encoding");
    }
    if (is_coded || response.body.size() < least_to_compress) return;
    const net::Coding coding = net::preferred_coding(request.header("Accept-Encoding"));
    auto smaller = net::compressed(response.body, coding);
    if (!smaller || smaller->size() >= response.body.size()) return;
    response.body = std::move(*smaller);
    response.set("Content-Encoding", std::string(net::coding_name(coding)));
}

}  // namespace quarry::serve
