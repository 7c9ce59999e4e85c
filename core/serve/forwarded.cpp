#include "core/serve/forwarded.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::serve {
namespace {

using Bytes = std::array<unsigned char, 16>;

constexpr Bytes mapped_ipv4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<Bytes> address_bytes(std::string_view text) noexcept {
    if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    char name[INET6_ADDRSTRLEN] = {};
    std::ranges::copy(text, name);
    Bytes bytes = mapped_ipv4;
    if (inet_pton(AF_INET, name, bytes.data() + 12) == 1) return bytes;
    if (inet_pton(AF_INET6, name, bytes.data()) == 1) return bytes;
    return std::nullopt;
}

bool is_ipv4(const Bytes& bytes) noexcept { return std::equal(bytes.begin(), bytes.begin() + 12, mapped_ipv4.begin()); }

bool is_same(const Bytes& left, const Bytes& right, int bits) noexcept {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (std::memcmp(left.data(), right.data(), whole) != 0) return false;
    const int rest = bits % 8;
    return rest == 0 || ((left[whole] ^ right[whole]) >> (8 - rest)) == 0;
}

/// An address without brackets, quotes and port: of "[::1]:80", "10.0.0.1:80", "\"[::1]\"".
std::string_view bare_address(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    if (text.starts_with('[')) return text.substr(1, std::min(text.find(']'), text.size()) - 1);
    return std::ranges::count(text, ':') == 1 ? text.substr(0, text.find(':')) : text;
}

/// A proxy's account of a client.
struct Hop {
    std::string address{}, scheme{}, host{};
};

/// The values of all fields of a name, which have commas between them.
std::vector<std::string_view> values_of(const net::Request& request, std::string_view name) {
    std::vector<std::string_view> values;
    for (const net::Header& header : request.headers) {
        if (!net::is_same_name(header.name, name)) continue;
        for (const std::string_view value : split(header.value, ',')) values.push_back(trim(value));
    }
    return values;
}

std::string last_of(const net::Request& request, std::string_view name) {
    const auto values = values_of(request, name);
    return values.empty() ? std::string() : std::string(values.back());
}

std::vector<Hop> hops_of(const net::Request& request) {
    std::vector<Hop> hops;
    for (const std::string_view value : values_of(request, "X-Forwarded-For")) {
        hops.push_back({std::string(bare_address(value))});
    }
    if (!hops.empty() || !request.header("X-Forwarded-Proto").empty()) {
        if (hops.empty()) hops.emplace_back();
        for (Hop& hop : hops) {
            hop.scheme = last_of(request, "X-Forwarded-Proto");
            hop.host = last_of(request, "X-Forwarded-Host");
        }
        return hops;
    }
    for (const std::string_view element : values_of(request, "Forwarded")) {
        Hop hop;
        for (const std::string_view pair : split(element, ';')) {
            const std::size_t equals = std::min(pair.find('='), pair.size());
            const std::string name = ascii_lower(trim(pair.substr(0, equals)));
            std::string_view value = trim(pair.substr(std::min(pair.size(), equals + 1)));
            if (name == "for") hop.address = bare_address(value);
            if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
            if (name == "proto") hop.scheme = value;
            if (name == "host") hop.host = value;
        }
        hops.push_back(std::move(hop));
    }
    return hops;
}

}  // namespace

AddressSet::AddressSet(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        if (text == "loopback") {
            networks_.push_back({*address_bytes("127.0.0.0"), 96 + 8});
            networks_.push_back({*address_bytes("::1")});
            continue;
        }
        const std::size_t slash = std::min(text.find('/'), text.size());
        const auto bytes = address_bytes(std::string_view(text).substr(0, slash));
        int bits = bytes && is_ipv4(*bytes) ? 32 : 128;
        const int most = bits;
        bool is_good = bytes.has_value();
        if (slash < text.size()) {
            const char* const end = text.data() + text.size();
            const auto [stopped, error] = std::from_chars(text.data() + slash + 1, end, bits);
            is_good = is_good && error == std::errc() && stopped == end && bits >= 0 && bits <= most;
        }
        if (!is_good) {
            throw Error(ErrorCode::usage, fmt::format("{} is not an IP address or network", text),
                        "give addresses such as 127.0.0.1 and networks such as 10.0.0.0/8, with commas between");
        }
        networks_.push_back({*bytes, bits + 128 - most});
    }
}

bool AddressSet::contains(std::string_view address) const noexcept {
    const auto bytes = address_bytes(address);
    return bytes &&
           std::ranges::any_of(networks_, [&](const Network& one) { return is_same(one.bytes, *bytes, one.bits); });
}

void apply_forwarded(net::Request& request, const AddressSet& proxies) {
    if (!proxies.contains(request.peer)) return;
    const std::vector<Hop> hops = hops_of(request);
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        if (address_bytes(hop->address)) request.peer = hop->address;
        if (hop->scheme == "https" || hop->scheme == "http") request.encrypted = hop->scheme == "https";
        const auto host = std::ranges::find_if(
            request.headers, [](const net::Header& one) { return net::is_same_name(one.name, "Host"); });
        if (!hop->host.empty() && host != request.headers.end()) host->value = hop->host;
        if (!proxies.contains(hop->address)) return;
    }
}

std::string network_of(std::string_view address) {
    const auto bytes = address_bytes(address);
    if (!bytes || is_ipv4(*bytes)) return std::string(address);
    return {reinterpret_cast<const char*>(bytes->data()), 8};
}

}  // namespace quarry::serve
