#include "core/store/base_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/redact_url.h"
#include "core/base/text.h"
#include "core/db/database_url.h"
#include "core/store/postgresql/server_schema.h"

namespace quarry::store {

namespace {

/// "postgresql" of "postgresql://…", in lower case; empty for a path.
std::string scheme_of(std::string_view text) {
    const std::string_view scheme = text.substr(0, std::min(text.find("://"), text.size()));
    const bool is_scheme =
        scheme.size() < text.size() && !scheme.empty() && is_ascii_letter(scheme.front()) &&
        std::ranges::all_of(scheme, [](char c) {
            return is_ascii_letter(c) || is_ascii_digit(c) || std::string_view("+-.").find(c) != std::string_view::npos;
        });
    return is_scheme ? ascii_lower(scheme) : std::string();
}

Error cannot_use(std::string_view url, std::string cause, std::string hint) {
    return Error(ErrorCode::usage, fmt::format("cannot use the knowledge base {}", redact_url(url)), std::move(hint))
        .because(std::move(cause));
}

}  // namespace

bool names_server_base(std::string_view text) {
    const std::string scheme = scheme_of(text);
    return scheme == "postgresql" || scheme == "postgres";
}

bool is_server_base(const std::filesystem::path& base) { return names_server_base(base.native()); }

void check_base_scheme(std::string_view text) {
    const std::string scheme = scheme_of(text);
    if (scheme.empty() || names_server_base(text)) return;
    throw cannot_use(text, fmt::format("a base cannot be at an address with {}://", scheme),
                     "name a file, or write postgresql://USER@HOST/DATABASE");
}

void check_server_base(std::string_view url) {
    const auto settings = db::url_settings(url);
    if (settings.contains("password") || settings.contains("sslpassword")) {
        throw cannot_use(url,
                         "its address has a password in it, which would be seen in lists of processes and in messages",
                         "leave it out of the address; give it in the variable PGPASSWORD or in ~/.pgpass");
    }
    if (!settings.contains("dbname")) {
        throw cannot_use(url, "its address names no database", "write postgresql://USER@HOST/DATABASE");
    }
}

bool base_exists(const std::filesystem::path& base) {
    if (is_server_base(base)) return postgresql::has_base(base.native());
    std::error_code unknown;
    return std::filesystem::exists(base, unknown);
}

void limit_connections(const std::filesystem::path& base, std::size_t most) {
    if (is_server_base(base)) postgresql::ServerPool::set_most(base.native(), most);
}

void require_file_base(const std::filesystem::path& base, std::string_view what) {
    if (!is_server_base(base)) return;
    throw Error(ErrorCode::usage, fmt::format("{} in a base in a file only, not yet in one on PostgreSQL", what),
                "name the file of a base: --base PATH");
}

}  // namespace quarry::store
