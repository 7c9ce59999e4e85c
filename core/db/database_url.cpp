#include "core/db/database_url.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry {
namespace {

constexpr std::string_view forms = "write sqlite:PATH, such as sqlite:app.db, or the path alone";

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
    if (scheme == "postgres" || scheme == "postgresql") {
        refuse(url, "this version of quarry migrates SQLite databases only", std::string(forms));
    }
    if (scheme == "file") {
        refuse(url, "\"file:\" is no kind of database", fmt::format("write sqlite:{}", url.substr(scheme.size() + 1)));
    }
    refuse(url, fmt::format("\"{}:\" is no kind of database that quarry knows", scheme),
           fmt::format("{}; for a file with a \":\" in its name write ./{}", forms, redact_url(url)));
}

}  // namespace

std::filesystem::path parse_sqlite_url(std::string_view url) {
    if (trim(url).empty()) refuse(url, "it is empty", std::string(forms));
    const std::string scheme = scheme_of(url);
    if (scheme.empty()) return std::filesystem::path(url);
    if (scheme != "sqlite" && scheme != "sqlite3") refuse_scheme(url, scheme);
    std::string_view path = url.substr(scheme.size() + 1);
    if (path.starts_with("//")) path.remove_prefix(2);
    if (path.empty()) refuse(url, "it names no file", std::string(forms));
    if (path == ":memory:") refuse(url, "a database in memory would be gone at once", std::string(forms));
    if (const std::size_t options = path.find('?'); options != std::string_view::npos) {
        refuse(url, fmt::format("options such as \"{}\" are not read", one_line(path.substr(options), 40)),
               fmt::format("write sqlite:{}", path.substr(0, options)));
    }
    return std::filesystem::path(path);
}

std::string redact_url(std::string_view url) {
    const std::size_t authority = url.find("://");
    if (authority == std::string_view::npos) return std::string(url);
    const std::size_t start = authority + 3;
    // The last "@" before the path ends the credentials: a password may hold one itself.
    const std::size_t end = std::min(url.find_first_of("/?#", start), url.size());
    const std::size_t at = url.substr(0, end).rfind('@');
    if (at == std::string_view::npos || at < start) return std::string(url);
    const std::size_t colon = url.find(':', start);
    if (colon == std::string_view::npos || colon > at) return std::string(url);
    return fmt::format("{}:***{}", url.substr(0, colon), url.substr(at));
}

}  // namespace quarry
