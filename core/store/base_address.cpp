#include "core/store/base_address.h"

#include <fmt/format.h>

#include <system_error>

#include "core/base/error.h"
#include "core/base/redact_url.h"
#include "core/base/text.h"
#include "core/db/database_url.h"
#include "core/store/postgresql/server_schema.h"

namespace quarry::store {

bool names_server_base(std::string_view text) {
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos) return false;
    const std::string scheme = ascii_lower(text.substr(0, end));
    return scheme == "postgresql" || scheme == "postgres";
}

bool is_server_base(const std::filesystem::path& base) { return names_server_base(base.native()); }

void check_server_base(std::string_view url) {
    const auto settings = db::url_settings(url);
    const auto refuse = [&](std::string cause, std::string hint) {
        throw Error(ErrorCode::usage, fmt::format("cannot use the knowledge base {}", redact_url(url)), std::move(hint))
            .because(std::move(cause));
    };
    if (settings.contains("password") || settings.contains("sslpassword")) {
        refuse("its address has a password in it, which would be seen in lists of processes and in messages",
               "leave it out of the address; give it in the variable PGPASSWORD or in ~/.pgpass");
    }
    if (!settings.contains("dbname")) {
        refuse("its address names no database", "write postgresql://USER@HOST/DATABASE");
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
