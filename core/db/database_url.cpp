#include "core/db/database_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/base/redact_url.h"
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
        refuse(url, "\"file:\" is not a kind of database",
               fmt::format("write sqlite:{}", url.substr(scheme.size() + 1)));
    }
    refuse(url, fmt::format("\"{}:\" is not a kind of database that quarry knows", scheme),
           fmt::format("{}; for a file with a \":\" in its name write ./{}", forms, redact_url(url)));
}

/// Whether a text is libpq's "key=value key=value" form, which could be a file's name as well.
bool is_key_value(std::string_view text) {
    constexpr auto keys = std::to_array<std::string_view>({"host", "hostaddr", "port", "dbname", "user", "password",
                                                           "passfile", "service", "sslmode", "sslpassword", "options"});
    const std::string_view key = trim(text.substr(0, text.find('=')));
    return text.find('=') != std::string_view::npos && std::ranges::find(keys, key) != keys.end();
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
        settings["user"] = percent_decoded(rest.substr(0, std::min(colon, end)));
        if (colon != std::string_view::npos)
            settings["password"] = percent_decoded(rest.substr(colon + 1, end - colon - 1));
        rest.remove_prefix(end + 1);
    }
    const std::size_t question = rest.find('?');
    const std::string_view place = rest.substr(0, question);
    if (const std::size_t slash = place.find('/'); slash != std::string_view::npos && slash + 1 < place.size()) {
        settings["dbname"] = percent_decoded(place.substr(slash + 1));
    }
    if (question == std::string_view::npos) return settings;
    for (const std::string_view setting : split(rest.substr(question + 1), '&')) {
        const std::size_t equals = std::min(setting.find('='), setting.size());
        settings[percent_decoded(setting.substr(0, equals))] =
            percent_decoded(setting.substr(std::min(equals + 1, setting.size())));
    }
    return settings;
}

}  // namespace quarry::db
