#include "core/http/url.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/client.h"

namespace quarry::http {
namespace {

bool is_host_char(char c) noexcept {
    return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '.' || c == '-' || c == '_';
}

bool is_ipv6_char(char c) noexcept { return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.'; }

Error bad_url(std::string_view url, std::string_view why) {
    return Error(ErrorCode::usage, fmt::format("not a usable web address: {}", url_without_credentials(url)),
                 "write it as http://HOST:PORT/PATH or https://HOST/PATH")
        .because(std::string(why));
}

/// Splits "host:port" or "[v6]:port" into the URL.
void take_host_and_port(std::string_view authority, std::string_view whole, HttpUrl& url) {
    std::string_view port;
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) throw bad_url(whole, "the bracket of its IPv6 address is not closed");
        url.host = ascii_lower(authority.substr(1, close - 1));
        port = authority.substr(close + 1);
        if (!std::all_of(url.host.begin(), url.host.end(), is_ipv6_char)) {
            throw bad_url(whole, "its IPv6 address has an invalid character");
        }
    } else {
        const std::size_t colon = authority.find(':');
        url.host = ascii_lower(authority.substr(0, colon));
        port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
        if (!std::all_of(url.host.begin(), url.host.end(), is_host_char)) {
            throw bad_url(whole, "its host name has an invalid character");
        }
    }
    if (url.host.empty()) throw bad_url(whole, "it has no host");
    if (port.empty()) return;
    url.port = port.substr(1);
    if (port.front() != ':' || url.port.empty() || url.port.size() > 5 ||
        !std::all_of(url.port.begin(), url.port.end(), is_ascii_digit) || std::stoi(url.port) > 65535) {
        throw bad_url(whole, "its port is not a number from 0 to 65535");
    }
}

std::string encode_for_url(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7F || c == '\\' || c == '"' || c == '<' || c == '>') {
            encoded += fmt::format("%{:02X}", byte);
        } else {
            encoded += c;
        }
    }
    return encoded;
}

bool has_scheme(std::string_view url) {
    const std::size_t colon = url.find(':');
    return colon != std::string_view::npos && colon > 0 && colon < url.find_first_of("/?#") &&
           std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
               return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' ||
                      c == '.';
           });
}

/// "https://host:8080", without user information.
std::string root_of(const HttpUrl& url) {
    HttpUrl root = url;
    root.path.clear();
    return root.display();
}

/// An absolute URL with the "." and ".." of its path carried out.
std::string with_plain_path(const std::string& url) {
    const HttpUrl parsed = parse_http_url(url);
    std::vector<std::string_view> kept;
    const std::vector<std::string_view> segments = split(parsed.path, '/');
    for (std::size_t i = 1; i < segments.size(); ++i) {
        const bool dots = segments[i] == "." || segments[i] == "..";
        if (segments[i] == ".." && !kept.empty()) kept.pop_back();
        if (!dots) kept.push_back(segments[i]);
        if (dots && i + 1 == segments.size()) kept.emplace_back();
    }
    return fmt::format("{}/{}{}", root_of(parsed), fmt::join(kept, "/"), parsed.query);
}

/// 127.a.b.c in plain decimal; odd forms (0x7f.1, 2130706433) are not taken as loopback.
bool is_loopback_ipv4(std::string_view host) noexcept {
    const std::vector<std::string_view> parts = split(host, '.');
    if (parts.size() != 4 || parts[0] != "127") return false;
    return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
        return !part.empty() && part.size() <= 3 && (part.size() == 1 || part.front() != '0') &&
               std::all_of(part.begin(), part.end(), is_ascii_digit);
    });
}

}  // namespace

std::string HttpUrl::display() const {
    const bool v6 = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}{}{}{}", scheme, v6 ? "[" : "", host, v6 ? "]" : "", port.empty() ? "" : ":", port,
                       path);
}

bool HttpUrl::is_loopback() const noexcept { return host == "localhost" || host == "::1" || is_loopback_ipv4(host); }

HttpUrl parse_http_url(std::string_view text) {
    const auto unwelcome = [](unsigned char c) { return c <= 0x20 || c == 0x7F || c == '\\' || c == '#'; };
    if (std::any_of(text.begin(), text.end(), unwelcome)) {
        throw bad_url(text, "it has a space, a control character, a backslash or a '#'");
    }
    HttpUrl url;
    const std::size_t scheme_end = text.find("://");
    url.scheme = ascii_lower(text.substr(0, scheme_end));
    if (scheme_end == std::string_view::npos || (url.scheme != "http" && url.scheme != "https")) {
        throw bad_url(text, "it does not begin with http:// or https://");
    }
    const std::string_view rest = text.substr(scheme_end + 3);
    const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
    std::string_view authority = rest.substr(0, authority_end);
    const std::string_view target = rest.substr(authority_end);
    const std::size_t at = authority.find('@');
    if (at != std::string_view::npos) {
        url.user_info = authority.substr(0, at);
        authority.remove_prefix(at + 1);
        if (authority.find('@') != std::string_view::npos) throw bad_url(text, "it has more than one '@'");
    }
    take_host_and_port(authority, text, url);
    const std::size_t query = std::min(target.find('?'), target.size());
    url.path = target.substr(0, query);
    url.query = target.substr(query);
    return url;
}

std::string resolve_url(std::string_view base, std::string_view reference) {
    const HttpUrl from = parse_http_url(base);
    const std::string to = encode_for_url(reference.substr(0, reference.find('#')));
    const std::string root = root_of(from);
    if (has_scheme(to)) return with_plain_path(to);
    if (to.starts_with("//")) return with_plain_path(fmt::format("{}:{}", from.scheme, to));
    if (to.starts_with('/')) return with_plain_path(root + to);
    if (to.empty()) return fmt::format("{}{}{}", root, from.path, from.query);
    if (to.starts_with('?')) return fmt::format("{}{}{}", root, from.path, to);
    return with_plain_path(
        fmt::format("{}{}/{}", root, from.path.substr(0, std::min(from.path.rfind('/'), from.path.size())), to));
}

std::string endpoint_url(std::string_view base_url, std::string_view endpoint) {
    const HttpUrl url = parse_http_url(base_url);
    std::string_view base = base_url.substr(0, base_url.size() - url.query.size());
    while (base.ends_with('/')) base.remove_suffix(1);
    std::string_view path = url.path;
    while (path.ends_with('/')) path.remove_suffix(1);
    // As much of the endpoint as the address has at its end already, in whole segments.
    std::size_t there = 0;
    for (std::size_t end = endpoint.find('/');; end = endpoint.find('/', end + 1)) {
        const std::string_view head = endpoint.substr(0, end);
        const bool is_behind_slash = path.size() > head.size() && path[path.size() - head.size() - 1] == '/';
        if (is_behind_slash && path.ends_with(head)) there = head.size();
        if (end == std::string_view::npos) break;
    }
    return fmt::format("{}{}{}{}", base, there == 0 ? "/" : "", endpoint.substr(there), url.query);
}

void refuse_key_in_the_clear(std::string_view text) {
    const HttpUrl url = parse_http_url(text);
    if (url.scheme == "https" || url.is_loopback()) return;
    throw Error(
        ErrorCode::usage, fmt::format("will not send an API key to {}", url.display()),
        "use https://; for a server that needs no key, set chat.api_key_env or embed.api_key_env to an empty text")
        .because("over plain http anyone on the network can read the key");
}

std::string url_without_credentials(std::string_view url) {
    // Works on anything, also on what is no URL: messages about bad URLs go through here.
    const std::size_t scheme_end = url.find("://");
    const std::size_t start = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
    // Up to the last '@', wherever it is: rather too much hidden than half a password shown.
    const std::size_t at = url.rfind('@');
    std::string shown(url.substr(0, start));
    shown += url.substr(at == std::string_view::npos || at < start ? start : at + 1);
    if (const std::size_t query = shown.find_first_of("?#"); query != std::string::npos) {
        shown.resize(query);
        shown += "?…";
    }
    return one_line(strip_terminal_controls(replace_invalid_utf8(shown)), 300);
}

}  // namespace quarry::http
