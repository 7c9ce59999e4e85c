// Sends runs to a collector.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/api_error.h"
#include "core/http/client.h"
#include "core/http/retry.h"
#include "core/http/url.h"
#include "core/trace/otlp.h"

namespace quarry::trace {
namespace {

constexpr int hex_base = 16;
constexpr std::size_t max_collector_words = 300;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
            decoded.push_back(static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, hex_base)));
            i += 2;
        } else {
            decoded.push_back(text[i]);
        }
    }
    return decoded;
}

/// A 64-bit integer of the protocol's JSON: a text, or a number.
std::int64_t protocol_integer(const nlohmann::json& value) {
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_string()) return 0;
    try {
        return std::stoll(value.get<std::string>());
    } catch (const std::exception&) {
        return 0;
    }
}

OtlpResult read_result(std::string_view body) {
    OtlpResult result;
    const nlohmann::json answer = parse_bounded_json(body);
    if (!answer.is_object() || !answer.contains("partialSuccess") || !answer["partialSuccess"].is_object()) {
        return result;
    }
    const nlohmann::json& partial = answer["partialSuccess"];
    if (partial.contains("rejectedSpans")) result.rejected_spans = protocol_integer(partial["rejectedSpans"]);
    if (const auto words = partial.find("errorMessage"); words != partial.end() && words->is_string()) {
        result.message = one_line(strip_terminal_controls(words->get<std::string>()), max_collector_words);
    }
    return result;
}

bool is_key_header(std::string_view name) {
    const std::string lower = ascii_lower(name);
    return lower == "authorization" || lower.find("key") != std::string::npos ||
           lower.find("token") != std::string::npos;
}

}  // namespace

std::string otlp_traces_url(std::string_view url) {
    const http::HttpUrl parts = http::parse_http_url(url);
    return parts.path.empty() || parts.path == "/" ? http::endpoint_url(url, "v1/traces") : std::string(url);
}

std::vector<std::pair<std::string, std::string>> parse_otlp_headers(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> headers;
    if (trim(text).empty()) return headers;
    for (const std::string_view part : split(text, ',')) {
        const std::size_t equals = part.find('=');
        const std::string_view name = trim(part.substr(0, equals));
        if (equals == std::string_view::npos || name.empty()) {
            throw Error(ErrorCode::usage, "the headers for the collector cannot be read",
                        "write OTEL_EXPORTER_OTLP_HEADERS as name=value,name=value");
        }
        headers.emplace_back(name, percent_decoded(trim(part.substr(equals + 1))));
    }
    return headers;
}

OtlpResult send_otlp_traces(const OtlpEndpoint& endpoint, std::string body, const Cancellation& cancellation) {
    http::HttpRequest request;
    request.method = "POST";
    request.url = otlp_traces_url(endpoint.url);
    request.headers = endpoint.headers;
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = std::move(body);
    request.timeout = endpoint.timeout;
    request.proxy = endpoint.proxy;
    request.ca_file = endpoint.ca_file;
    std::string secret;
    for (const auto& [name, value] : endpoint.headers) {
        if (is_key_header(name)) secret = value;
    }
    if (!secret.empty()) http::refuse_key_in_the_clear(request.url);
    http::HttpClient client;
    const http::HttpResponse response = http::send_with_retries(client, request, {}, cancellation);
    if (response.status < 200 || response.status > 299) {
        throw http::api_error("cannot send runs to the collector", request.url, response, secret,
                              "check the collector's address: the one of its OTLP receiver over HTTP, whose port is "
                              "mostly 4318; without a path quarry sends to /v1/traces");
    }
    return read_result(response.body);
}

}  // namespace quarry::trace
