#include "core/db/database_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::db {
namespace {

constexpr std::string_view forms = "write sqlite:PATH, such as sqlite:app.db, or postgresql://USER@HOST/DATABASE";

/// "sqlite" of "sqlite:app.db", in lower case; empty when there is none (RFC 3986, 3.1).
std::string scheme_of(std::string_view url) {
    const std::size_t colon = url.find(':');
    if (colon == std::string_view::npos || colon == 0) return {};
    std::string scheme = ascii_lower(url.substr(0, colon));
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const bool valid = is_letter(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), [&](char c) {
                           return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
                       });
    return valid ? scheme : std::string();
}

[[noreturn]] void refuse(std::string_view url, std::string_view cause, std::string hint) {
    throw Error(ErrorCode::usage, fmt::format("cannot use the database \"{}\"", redact_url(url)), std::move(hint))
        .because(std::string(cause));
}

[[noreturn]] void refuse_scheme(std::string_view url, const std::string& scheme) {
    if (scheme == "file") {
        refuse(url, "\"file:\" is no kind of database", fmt::format("write sqlite:{}", url.substr(scheme.size() + 1)));
    }
    refuse(url, fmt::format("\"{}:\" is no kind of database that quarry knows", scheme),
           fmt::format("{}; for a file with a \":\" in its name write ./{}", forms, redact_url(url)));
}

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

/// Whether a text is libpq's "key=value key=value" form, which could be a file's name as well.
bool is_key_value(std::string_view text) {
    constexpr auto keys = std::to_array<std::string_view>({"host", "hostaddr", "port", "dbname", "user", "password",
                                                           "passfile", "service", "sslmode", "sslpassword", "options"});
    const std::string_view key = trim(text.substr(0, text.find('=')));
    return text.find('=') != std::string_view::npos && std::ranges::find(keys, key) != keys.end();
}

/// A query's name as libpq reads it: with %70 for "p".
std::string decoded(std::string_view name) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        unsigned code = 0;
        const bool escape =
            name[i] == '%' && i + 2 < name.size() &&
            std::from_chars(name.data() + i + 1, name.data() + i + 3, code, 16).ptr == name.data() + i + 3;
        text += escape ? static_cast<char>(code) : name[i];
        if (escape) i += 2;
    }
    return text;
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
        const bool secret = decoded(setting.substr(0, equals)).find("password") != std::string::npos;
        shown +=
            secret && equals < setting.size() ? fmt::format("{}=***", setting.substr(0, equals)) : std::string(setting);
    }
    return shown;
}

}  // namespace

DatabaseUrl parse_database_url(std::string_view url) {
    if (trim(url).empty()) refuse(url, "it is empty", std::string(forms));
    if (url.front() == '"' || url.front() == '\'' || trim(url).size() != url.size()) {
        refuse(url, "it begins or ends with a quote or a space", "leave out what is around the address");
    }
    const std::string scheme = scheme_of(url);
    if (scheme.empty() && is_key_value(url)) {
        refuse(url, "libpq's form key=value is not read",
               "write postgresql://USER@HOST/DATABASE; the password may be in the environment as PGPASSWORD");
    }
    if (scheme.empty()) return {sql::Dialect::sqlite, std::filesystem::path(url), {}};
    if (scheme == "postgres" || scheme == "postgresql") return {sql::Dialect::postgresql, {}, std::string(url)};
    if (scheme != "sqlite" && scheme != "sqlite3") refuse_scheme(url, scheme);
    std::string_view path = url.substr(scheme.size() + 1);
    if (path.starts_with("//")) path.remove_prefix(2);
    if (path.empty()) refuse(url, "it names no file", std::string(forms));
    if (path == ":memory:") refuse(url, "a database in memory would be gone at once", std::string(forms));
    if (const std::size_t options = path.find('?'); options != std::string_view::npos) {
        refuse(url, fmt::format("options such as \"{}\" are not read", one_line(path.substr(options), 40)),
               fmt::format("write sqlite:{}", path.substr(0, options)));
    }
    return {sql::Dialect::sqlite, std::filesystem::path(path), {}};
}

std::map<std::string, std::string> url_settings(std::string_view url) {
    // As libpq reads it (fe-connect.c, conninfo_uri_parse_options): user and password up to the first "@", if that is
    // before the first "/".
    std::map<std::string, std::string> settings;
    const std::size_t scheme = url.find("://");
    std::string_view rest = scheme == std::string_view::npos ? std::string_view() : url.substr(scheme + 3);
    if (const std::size_t end = rest.find_first_of("@/"); end != std::string_view::npos && rest[end] == '@') {
        const std::size_t colon = rest.substr(0, end).find(':');
        settings["user"] = decoded(rest.substr(0, std::min(colon, end)));
        if (colon != std::string_view::npos) settings["password"] = decoded(rest.substr(colon + 1, end - colon - 1));
        rest.remove_prefix(end + 1);
    }
    const std::size_t question = rest.find('?');
    const std::string_view place = rest.substr(0, question);
    if (const std::size_t slash = place.find('/'); slash != std::string_view::npos && slash + 1 < place.size()) {
        settings["dbname"] = decoded(place.substr(slash + 1));
    }
    if (question == std::string_view::npos) return settings;
    for (const std::string_view setting : split(rest.substr(question + 1), '&')) {
        const std::size_t equals = std::min(setting.find('='), setting.size());
        settings[decoded(setting.substr(0, equals))] = decoded(setting.substr(std::min(equals + 1, setting.size())));
    }
    return settings;
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

}  // namespace quarry::db
