#include "core/net/request_head.h"

#include <algorithm>
#include <cstddef>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/net/message.h"

namespace quarry::net {
namespace {

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_ascii_letter(c) || is_ascii_digit(c) ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool is_printable(char c) noexcept { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; }

bool is_value(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return is_printable(c) || c == ' ' || c == '\t'; });
}

std::string_view request_line_problem(std::string_view line) noexcept {
    const std::size_t first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return "the request line is not METHOD TARGET VERSION";
    const std::string_view method = line.substr(0, first), target = line.substr(first + 1, last - first - 1),
                           version = line.substr(last + 1);
    if (!is_token(method)) return "the method is not a token";
    if (target.empty() || !std::ranges::all_of(target, is_printable))
        return "the target has spaces or control characters";
    if (target.front() != '/' && target != "*") return "the target is not a path";
    if (target.find('#') != std::string_view::npos) return "the target has a fragment";
    return version == "HTTP/1.1" || version == "HTTP/1.0" ? "" : "the version is not HTTP/1.1 or HTTP/1.0";
}

/// Fields of which there must be no more than one, or none of the others.
struct SeenFields {
    int hosts = 0, lengths = 0, codings = 0;
};

std::string_view field_problem(std::string_view line, SeenFields& seen) noexcept {
    if (line.front() == ' ' || line.front() == '\t') return "a header field is folded";
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return "a header field has no proper name";
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_value(value)) return "a header field has control characters";

    const auto is = [name = line.substr(0, colon)](std::string_view wanted) { return is_same_name(name, wanted); };
    if (is("host")) ++seen.hosts;
    if (is("content-length")) {
        ++seen.lengths;
        if (value.empty() || value.size() > 18 || !std::ranges::all_of(value, is_ascii_digit)) {
            return "Content-Length is not a number";
        }
    }
    if (is("transfer-encoding")) {
        ++seen.codings;
        if (value != "chunked") return "the transfer coding is not chunked";
    }
    if (seen.hosts > 1) return "there is more than one Host";
    if (seen.lengths > 1) return "there is more than one Content-Length";
    if (seen.codings > 1) return "there is more than one Transfer-Encoding";
    return seen.lengths > 0 && seen.codings > 0 ? "Content-Length and Transfer-Encoding exclude each other" : "";
}

}  // namespace

std::string_view head_problem(std::string_view head) noexcept {
    SeenFields seen;
    bool first = true, has_version_1_0 = false;
    while (!head.empty()) {
        const std::size_t end = head.find('\n');
        if (end == std::string_view::npos || end == 0 || head[end - 1] != '\r') return "a line does not end in CRLF";
        const std::string_view line = head.substr(0, end - 1);
        head.remove_prefix(end + 1);
        if (line.empty()) {
            if (first) return "the request line is empty";
            if (!head.empty()) return "the head continues after its end";
            if (seen.hosts == 0 && !has_version_1_0) return "there is no Host";
            return "";
        }
        const std::string_view problem = first ? request_line_problem(line) : field_problem(line, seen);
        if (!problem.empty()) return problem;
        if (first) has_version_1_0 = line.ends_with("HTTP/1.0");
        if (has_version_1_0 && seen.codings > 0) return "HTTP/1.0 has no Transfer-Encoding";
        first = false;
    }
    return "the head has no end";
}

}  // namespace quarry::net
