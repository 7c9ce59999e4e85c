#include "core/http/api_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/http/retry.h"

namespace quarry::http {
namespace {

using nlohmann::json;

constexpr std::size_t shown_width = 300;
constexpr std::size_t shortest_secret = 8;     // of a header's value; "true" is none
constexpr std::size_t parsed_limit = 1 << 20;  // no error message is larger; the rest is not worth parsing

std::string string_member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The object that describes the error: OpenAI, Anthropic and Gemini nest it in "error".
json error_object(std::string_view body) {
    json parsed = parse_bounded_json(body.substr(0, parsed_limit));
    if (parsed.is_array() && !parsed.empty()) parsed = json(parsed.front());  // Gemini, when streaming
    if (!parsed.is_object()) return json::object();
    const auto error = parsed.find("error");
    if (error == parsed.end()) return parsed;
    if (error->is_object()) return json(*error);
    return error->is_string() ? json{{"message", *error}} : parsed;
}

std::string json_words(const json& error) {
    for (const char* name : {"message", "detail", "error_description", "title"}) {
        if (std::string words = string_member(error, name); !words.empty()) return words;
    }
    return {};
}

std::string page_title(std::string_view body) {
    const std::string lower = ascii_lower(body.substr(0, 16'384));
    const std::size_t tag = lower.find("<title");
    const std::size_t start = tag == std::string::npos ? tag : lower.find('>', tag);
    if (start == std::string::npos) return {};
    const std::size_t end = lower.find('<', start);
    return std::string(body.substr(start + 1, end == std::string::npos ? 0 : end - start - 1));
}

std::string for_people(std::string_view text) {
    return one_line(strip_terminal_controls(replace_invalid_utf8(text.substr(0, shown_width * 8))), shown_width);
}

std::string_view reason(int status) noexcept {
    switch (status) {
        case 400: return "bad request";
        case 401: return "not authorised";
        case 402: return "payment required";
        case 403: return "forbidden";
        case 404: return "not found";
        case 408: return "timed out";
        case 413: return "request too large";
        case 422: return "not understood";
        case 429: return "too many requests";
        case 500: return "server error";
        case 502: return "bad gateway";
        case 503: return "unavailable";
        case 504: return "gateway timed out";
        default: return status >= 500 ? "server error" : status >= 400 ? "refused" : "unexpected answer";
    }
}

/// "90 s", "12 min", "5 h"
std::string shown_wait(std::chrono::milliseconds wait) {
    const std::int64_t seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    constexpr std::int64_t minute = 60, hour = 3600;
    if (seconds <= 2 * minute) return fmt::format("{} s", seconds);
    if (seconds <= 2 * hour) return fmt::format("{} min", (seconds + minute - 1) / minute);
    return fmt::format("{} h", (seconds + hour - 1) / hour);
}

/// How long a server that refuses for now asks to be left alone; empty when it does not say.
std::string wait_to_report(const HttpResponse& response) {
    if (response.status != 429 && response.status != 503) return {};
    const auto wait = requested_wait(response, std::chrono::system_clock::now());
    return wait && *wait >= std::chrono::seconds(1) ? shown_wait(*wait) : std::string();
}

std::string hint_for(const HttpResponse& response, std::string_view where) {
    const std::string wait = wait_to_report(response);
    if (!wait.empty() && !is_quota_used_up(response)) return fmt::format("run the command again in {}", wait);
    switch (response.status) {
        case 401:
        case 403: return "check the API key, and that it may use this model";
        case 404: return std::string(where);
        case 413: return "send less at once: fewer or smaller sources";
        case 429:
            return is_quota_used_up(response) ? "the account's quota is used up: check its plan and billing"
                                              : "wait a while, then run the command again";
        default:
            if (response.status >= 300 && response.status < 400) {
                return "quarry follows no redirects: use the address that it redirects to";
            }
            return response.status >= 500 ? "the server has a problem: try again later" : "";
    }
}

/// The list in which Google's servers put what programs should know of an error; empty where there is none.
json google_details(const HttpResponse& response) {
    const json error = error_object(response.body);
    const auto details = error.find("details");
    return details != error.end() && details->is_array() ? json(*details) : json::array();
}

/// A quota of a day, by the name of the quota.
bool names_daily_quota(const json& details) {
    for (const json& detail : details) {
        if (!detail.is_object() || !detail.contains("violations") || !detail["violations"].is_array()) continue;
        for (const json& violation : detail["violations"]) {
            if (violation.is_object() && string_member(violation, "quotaId").find("PerDay") != std::string::npos) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

std::optional<std::chrono::milliseconds> asked_delay(const HttpResponse& response) {
    for (const json& detail : google_details(response)) {
        if (!detail.is_object()) continue;
        const std::string delay = string_member(detail, "retryDelay");  // "37s", "1.5s"
        double seconds = 0;
        const char* const end = delay.data() + delay.size();
        const auto [stop, error] = std::from_chars(delay.data(), end, seconds);
        if (error != std::errc() || stop == end || *stop != 's' || !(seconds >= 0 && seconds < 1e6)) continue;
        return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    }
    return std::nullopt;
}

std::string server_words(std::string_view body) {
    body = trim(body);
    if (body.starts_with('{') || body.starts_with('[')) {
        if (const std::string words = json_words(error_object(body)); !words.empty()) return for_people(words);
    }
    if (body.starts_with('<')) return for_people(page_title(body));
    return for_people(body);
}

bool is_quota_used_up(const HttpResponse& response) {
    if (response.status != 429) return false;
    static constexpr std::string_view codes[] = {"insufficient_quota", "billing_hard_limit_reached", "credit_exhausted",
                                                 "enforced_spend_limit_reached"};
    const json error = error_object(response.body);
    const auto details = error.find("details");
    const std::string deep =
        details != error.end() && details->is_object() ? string_member(*details, "error_code") : std::string();
    for (const std::string& said : {string_member(error, "code"), string_member(error, "type"), deep}) {
        if (std::find(std::begin(codes), std::end(codes), said) != std::end(codes)) return true;
    }
    return names_daily_quota(google_details(response));
}

std::string without_secret(std::string_view text, std::string_view secret) {
    if (secret.empty()) return std::string(text);
    std::string masked;
    std::string_view rest = text;
    for (std::size_t at = rest.find(secret); at != std::string_view::npos; at = rest.find(secret)) {
        masked += rest.substr(0, at);
        masked += "[key]";
        rest.remove_prefix(at + secret.size());
    }
    masked += rest;
    return masked;
}

Error without_secret(const Error& error, std::string_view secret) {
    Error clean(error.code(), without_secret(error.message(), secret), error.hint());
    for (const std::string& cause : error.causes()) clean = std::move(clean).because(without_secret(cause, secret));
    return clean;
}

Error without_secrets(const Error& error, std::string_view key,
                      std::span<const std::pair<std::string, std::string>> headers) {
    Error clean = without_secret(error, key);
    for (const auto& [name, value] : headers) {
        if (value.size() >= shortest_secret) clean = without_secret(clean, value);
    }
    return clean;
}

Error api_error(std::string_view doing, std::string_view url, const HttpResponse& response, std::string_view secret,
                std::string_view where) {
    const ErrorCode code = response.status == 429 ? ErrorCode::rate_limited : ErrorCode::provider_failed;
    Error error(code,
                fmt::format("{}: {} answered {} ({})", doing, url_without_credentials(url), response.status,
                            reason(response.status)),
                hint_for(response, where));
    // The secret goes before the text is cut to length, lest a part of it stays.
    const std::string words =
        server_words(without_secret(std::string_view(response.body).substr(0, parsed_limit), secret));
    if (const std::string wait = wait_to_report(response); !wait.empty()) {
        error = std::move(error).because(fmt::format("the server asks to wait {}", wait));
    }
    if (words.empty()) return error;
    return std::move(error).because(fmt::format("the server reports: {}", without_secret(words, secret)));
}

}  // namespace quarry::http
