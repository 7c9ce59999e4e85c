#include "core/base/redact_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/text.h"

namespace quarry {
namespace {

/// Where the "@" behind user and password stands; npos when there are none.
std::size_t credentials_end(std::string_view url, std::size_t start) {
    // The last "@" before the path ends the credentials: a password may hold one itself.
    const std::size_t end = std::min(url.find_first_of("/?#", start), url.size());
    const std::size_t at = url.substr(0, end).rfind('@');
    if (at != std::string_view::npos && at >= start) return at;
    // A password may hold a "/" that should have been written %2F; a port before a path with "@" is none.
    const std::size_t late = url.rfind('@');
    const std::size_t colon = url.find(':', start);
    if (late == std::string_view::npos || late < end || colon >= end) return std::string_view::npos;
    const std::string_view port = url.substr(colon + 1, end - colon - 1);
    const bool is_port = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_port && url.find('/', late) == std::string_view::npos ? std::string_view::npos : late;
}

/// Hides the values of password=..., sslpassword=... in a URL's query and in libpq's "key=value" form.
std::string hide_password_settings(std::string_view text) {
    constexpr std::string_view key = "password";
    std::string shown;
    std::size_t from = 0;
    for (std::size_t found = text.find(key); found != std::string_view::npos; found = text.find(key, from)) {
        const std::size_t equals = text.find_first_not_of(' ', found + key.size());
        const std::size_t value =
            equals == std::string_view::npos || text[equals] != '=' ? equals : text.find_first_not_of(' ', equals + 1);
        if (value == std::string_view::npos || value == equals) {
            shown += text.substr(from, found + key.size() - from);
            from = found + key.size();
            continue;
        }
        const bool quoted = text[value] == '\'';
        std::size_t end = text.find_first_of(quoted ? "'" : "& ", value + (quoted ? 1 : 0));
        while (quoted && end != std::string_view::npos && text[end - 1] == '\\') end = text.find('\'', end + 1);
        end = end == std::string_view::npos ? text.size() : end + (quoted ? 1 : 0);
        shown += fmt::format("{}***", text.substr(from, value - from));
        from = end;
    }
    return shown += text.substr(from);
}

/// Hides passwords in a query whose names are written so that the text does not have the word.
std::string hide_in_query(std::string_view url) {
    const std::size_t question = url.find('?');
    if (question == std::string_view::npos || url.find('%', question) == std::string_view::npos)
        return std::string(url);
    std::string shown(url.substr(0, question + 1));
    bool first = true;
    for (const std::string_view setting : split(url.substr(question + 1), '&')) {
        if (!std::exchange(first, false)) shown += '&';
        const std::size_t equals = std::min(setting.find('='), setting.size());
        const bool secret = percent_decoded(setting.substr(0, equals)).find("password") != std::string::npos;
        shown +=
            secret && equals < setting.size() ? fmt::format("{}=***", setting.substr(0, equals)) : std::string(setting);
    }
    return shown;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        const bool escape =
            text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16).ptr == text.data() + i + 3;
        decoded += escape ? static_cast<char>(code) : text[i];
        if (escape) i += 2;
    }
    return decoded;
}

std::string redact_url(std::string_view given) {
    const std::size_t authority = given.find("://");
    if (authority == std::string_view::npos) {
        const std::size_t at = given.rfind('@');
        const std::size_t colon = at == std::string_view::npos ? at : given.substr(0, at).rfind(':');
        const bool in_scheme = colon == std::string_view::npos || given.find(':') == colon;
        if (in_scheme) return hide_password_settings(given);
        return hide_password_settings(fmt::format("{}:***{}", given.substr(0, colon), given.substr(at)));
    }
    const std::size_t start = authority + 3;
    const std::string url = hide_in_query(given);
    const std::size_t at = credentials_end(url, start);
    const std::size_t colon = url.find(':', start);
    if (at == std::string_view::npos || colon > at) return hide_password_settings(url);
    return hide_password_settings(
        fmt::format("{}:***{}", std::string_view(url).substr(0, colon), std::string_view(url).substr(at)));
}

}  // namespace quarry
