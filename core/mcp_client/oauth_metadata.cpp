#include "core/mcp_client/oauth_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/url.h"

namespace quarry::mcp_client {
namespace {

using MetaJson = nlohmann::json;

constexpr std::size_t largest_document = 1'000'000;
constexpr int deepest_document = 16;
constexpr std::size_t most_names = 200;
constexpr std::chrono::seconds document_time{20};

std::string origin_of(const http::HttpUrl& url) {
    const bool six = url.host.find(':') != std::string::npos;
    const std::string host = six ? fmt::format("[{}]", url.host) : url.host;
    return fmt::format("{}://{}{}", url.scheme, host, url.port.empty() ? "" : ":" + url.port);
}

std::string path_without_slash(const http::HttpUrl& url) {
    std::string path = url.path;
    while (path.ends_with('/')) path.pop_back();
    return path;
}

std::string said(const MetaJson& document, const char* key) {
    const auto value = document.find(key);
    return value != document.end() && value->is_string() ? value->get<std::string>() : std::string();
}

std::vector<std::string> said_names(const MetaJson& document, const char* key) {
    std::vector<std::string> names;
    const auto value = document.find(key);
    if (value == document.end() || !value->is_array()) return names;
    for (const MetaJson& name : *value) {
        if (name.is_string() && names.size() < most_names) names.push_back(name.get<std::string>());
    }
    return names;
}

std::string shown_url(const std::string& url) {
    return one_line(strip_terminal_controls(replace_invalid_utf8(http::url_without_credentials(url))), 200);
}

/// Whether a name that a server gives itself is of the address that it was asked at: the same, or above it.
bool is_of_server(const std::string& resource, const std::string& server_url) {
    try {
        const http::HttpUrl own = http::parse_http_url(resource), asked = http::parse_http_url(server_url);
        if (origin_of(own) != origin_of(asked)) return false;
        const std::string path = path_without_slash(own);
        return path.empty() || asked.path == own.path || path_without_slash(asked) == path ||
               asked.path.starts_with(path + "/");
    } catch (const Error&) {
        return false;
    }
}

/// The value of a parameter: a token, or a text in quotes with escapes. Moves `at` behind it.
std::string parameter_value(std::string_view header, std::size_t& at) {
    std::string value;
    if (at < header.size() && header[at] == '"') {
        for (++at; at < header.size() && header[at] != '"'; ++at) {
            if (header[at] == '\\' && at + 1 < header.size()) ++at;
            value += header[at];
        }
        at = std::min(at + 1, header.size());
        return value;
    }
    const std::size_t end = std::min(header.find_first_of(", \t", at), header.size());
    value = header.substr(at, end - at);
    at = end;
    return value;
}

}  // namespace

BearerChallenge read_challenge(std::string_view header) {
    BearerChallenge challenge;
    const std::string lower = ascii_lower(header);
    std::size_t at = lower.find("bearer");
    if (at == std::string::npos) return challenge;
    at += std::string_view("bearer").size();
    while (at < header.size()) {
        at = header.find_first_not_of(", \t", at);
        if (at == std::string_view::npos) break;
        const std::size_t equals = header.find('=', at);
        if (equals == std::string_view::npos) break;
        const std::string name(trim(std::string_view(lower).substr(at, equals - at)));
        if (name.find_first_of(", \t") != std::string::npos) break;  // another scheme begins
        at = equals + 1;
        std::string value = parameter_value(header, at);
        if (name == "resource_metadata")
            challenge.resource_metadata = std::move(value);
        else if (name == "scope")
            challenge.scope = std::move(value);
        else if (name == "error")
            challenge.error = std::move(value);
    }
    return challenge;
}

void require_safe_endpoint(const std::string& url) {
    const http::HttpUrl parts = http::parse_http_url(url);
    if (parts.scheme == "https" || parts.is_loopback()) return;
    throw Error(ErrorCode::failed, fmt::format("{} is not asked for a login", shown_url(url)))
        .because("what is sent there would not be encrypted");
}

std::optional<std::string> MetadataReader::get(const std::string& url) {
    require_safe_endpoint(url);
    http::HttpRequest request{.url = url, .timeout = document_time, .max_body_bytes = largest_document};
    request.headers = {{"Accept", "application/json"}, {"MCP-Protocol-Version", "2026-07-28"}};
    request.public_only = public_only_;
    http::HttpResponse response = client_.send(request, cancel_);
    if (response.status != 200) return std::nullopt;
    if (!parse_bounded_json(response.body, deepest_document).is_object()) return std::nullopt;
    return std::move(response.body);
}

http::HttpResponse MetadataReader::post(const std::string& url, std::string body, const std::string& media_type,
                                        const std::string& authorization) {
    require_safe_endpoint(url);
    http::HttpRequest request{
        .method = "POST", .url = url, .timeout = document_time, .max_body_bytes = largest_document};
    request.headers = {{"Accept", "application/json"}, {"Content-Type", media_type}};
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    request.body = std::move(body);
    request.public_only = public_only_;
    return client_.send(request, cancel_);
}

ResourceMetadata MetadataReader::of_resource(const std::string& server_url, const BearerChallenge& challenge) {
    const http::HttpUrl server = http::parse_http_url(server_url);
    const std::string origin = origin_of(server), path = path_without_slash(server);
    std::vector<std::string> places;
    if (!challenge.resource_metadata.empty()) {
        places.push_back(challenge.resource_metadata);
    } else {
        if (!path.empty()) places.push_back(fmt::format("{}/.well-known/oauth-protected-resource{}", origin, path));
        places.push_back(origin + "/.well-known/oauth-protected-resource");
    }
    for (const std::string& place : places) {
        const std::optional<std::string> text = get(place);
        if (!text) continue;
        const MetaJson document = parse_bounded_json(*text, deepest_document);
        ResourceMetadata found{.resource = said(document, "resource"),
                               .scopes = said_names(document, "scopes_supported")};
        const std::vector<std::string> issuers = said_names(document, "authorization_servers");
        if (!is_of_server(found.resource, server_url)) {
            throw Error(ErrorCode::failed, fmt::format("{} does not say who protects it", shown_url(server_url)))
                .because(fmt::format("its metadata is of another server, {}", shown_url(found.resource)));
        }
        found.issuer = issuers.empty() ? origin : issuers.front();
        return found;
    }
    return {.resource = server_url, .issuer = origin};
}

AuthorizationServer MetadataReader::of_issuer(const std::string& issuer) {
    const http::HttpUrl url = http::parse_http_url(issuer);
    const std::string origin = origin_of(url), path = path_without_slash(url);
    std::vector<std::string> places = {fmt::format("{}/.well-known/oauth-authorization-server{}", origin, path),
                                       fmt::format("{}/.well-known/openid-configuration{}", origin, path)};
    if (!path.empty()) places.push_back(fmt::format("{}{}/.well-known/openid-configuration", origin, path));
    for (const std::string& place : places) {
        const std::optional<std::string> text = get(place);
        if (!text) continue;
        const MetaJson document = parse_bounded_json(*text, deepest_document);
        const Error unusable(ErrorCode::failed,
                             fmt::format("the authorization server {} cannot be used", shown_url(issuer)));
        if (said(document, "issuer") != issuer) {
            throw Error(unusable).because(
                fmt::format("its metadata is of another issuer, {}", shown_url(said(document, "issuer"))));
        }
        const std::vector<std::string> challenges = said_names(document, "code_challenge_methods_supported");
        if (std::ranges::find(challenges, "S256") == challenges.end()) {
            throw Error(unusable).because("it does not do PKCE with S256");
        }
        AuthorizationServer server{.issuer = issuer,
                                   .authorization_endpoint = said(document, "authorization_endpoint"),
                                   .token_endpoint = said(document, "token_endpoint"),
                                   .registration_endpoint = said(document, "registration_endpoint"),
                                   .scopes = said_names(document, "scopes_supported"),
                                   .token_auth_methods = said_names(document, "token_endpoint_auth_methods_supported")};
        server.takes_client_metadata = document.value("client_id_metadata_document_supported", MetaJson()) == true;
        server.sends_issuer = document.value("authorization_response_iss_parameter_supported", MetaJson()) == true;
        require_safe_endpoint(server.authorization_endpoint);
        require_safe_endpoint(server.token_endpoint);
        return server;
    }
    throw Error(ErrorCode::failed, fmt::format("the authorization server {} has no metadata", shown_url(issuer)));
}

}  // namespace quarry::mcp_client
