#include "core/net/response_head.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace quarry::net {

bool may_have_body(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

namespace {

/// The present time for the field Date, which is the same for a second.
const std::string& date() {
    thread_local std::chrono::sys_seconds second{};
    thread_local std::string text;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now != second) {
        second = now;
        text = http_date(now);
    }
    return text;
}

bool has_line_end(std::string_view text) noexcept {
    return std::ranges::any_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

std::string response_head(const Response& response, const ResponseForm& form) {
    constexpr std::size_t usual = 1024;
    std::string head;
    head.reserve(usual);
    const auto put = std::back_inserter(head);
    fmt::format_to(put, FMT_COMPILE("HTTP/1.1 {} {}\r\nDate: {}\r\n"), response.status, reason_of(response.status),
                   date());
    for (const Header& header : response.headers) {
        if (has_line_end(header.name) || has_line_end(header.value)) continue;
        head += header.name;
        head += ": ";
        head += header.value;
        head += "\r\n";
    }
    if (may_have_body(response.status)) {
        if (!response.source) {
            fmt::format_to(put, FMT_COMPILE("Content-Length: {}\r\n"), response.body.size());
        } else if (response.source_length) {
            fmt::format_to(put, "Content-Length: {}\r\n", *response.source_length);
        } else if (form.can_chunk) {
            head += "Transfer-Encoding: chunked\r\n";
        }
    }
    if (form.upgraded) return head += "Connection: Upgrade\r\n\r\n";
    head += form.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

std::string chunk_of(std::string_view part) {
    return part.empty() ? std::string() : fmt::format("{:x}\r\n{}\r\n", part.size(), part);
}

}  // namespace quarry::net
