#include "core/net/message.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace quarry::net {
namespace {

std::string_view value_of(const std::vector<Header>& headers, std::string_view name) noexcept {
    const auto found = std::ranges::find_if(headers, [&](const Header& one) { return is_same_name(one.name, name); });
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

}  // namespace

bool is_same_name(std::string_view left, std::string_view right) noexcept {
    const auto lower = [](char c) { return is_ascii_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view Request::header(std::string_view name) const noexcept { return value_of(headers, name); }

std::string_view Request::path() const noexcept { return std::string_view(target).substr(0, target.find('?')); }

std::string_view Request::query() const noexcept {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

void Response::set(std::string_view name, std::string value) {
    const auto found = std::ranges::find_if(headers, [&](const Header& one) { return is_same_name(one.name, name); });
    if (found != headers.end()) {
        found->value = std::move(value);
    } else {
        headers.push_back({std::string(name), std::move(value)});
    }
}

std::string_view Response::header(std::string_view name) const noexcept { return value_of(headers, name); }

std::string_view reason_of(int status) noexcept {
    static constexpr auto reasons = std::to_array<std::pair<int, std::string_view>>({
        {101, "Switching Protocols"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {507, "Insufficient Storage"},
    });
    const auto found = std::ranges::find(reasons, status, &std::pair<int, std::string_view>::first);
    return found == reasons.end() ? "Unknown" : found->second;
}

std::optional<std::vector<std::pair<std::string, std::string>>> form_fields(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> fields;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = percent_decoded(pair.substr(std::min(pair.size(), equals + 1)), true);
        if (!name || !value) return std::nullopt;
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

std::string http_date(std::chrono::system_clock::time_point time) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace quarry::net
