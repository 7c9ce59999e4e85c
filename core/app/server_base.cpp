#include "core/app/server_base.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/store/base_address.h"

namespace quarry::app {
namespace {

struct Replacement {
    std::string_view command;
    std::string_view hint;  ///< With the base's address in place of {}.
};

constexpr std::array<Replacement, 2> needs_file = {{
    {"backup", "pg_dump --format=custom --file=FILE {}"},
    {"restore", "into an empty database: pg_restore --no-owner --exit-on-error --dbname={} FILE"},
}};

}  // namespace

void refuse_server_base(std::string_view command, const std::filesystem::path& base) {
    const auto* found = std::ranges::find(needs_file, command, &Replacement::command);
    if (found == needs_file.end() || !store::is_server_base(base)) return;
    throw Error(ErrorCode::usage, fmt::format("quarry {} is for a base in a file: PostgreSQL has its own", command),
                fmt::format(fmt::runtime(found->hint), shell_quoted(base.string())));
}

std::filesystem::path absolute_base(const std::filesystem::path& base) {
    store::check_base_scheme(base.native());
    return store::is_server_base(base) ? base : std::filesystem::absolute(base).lexically_normal();
}

}  // namespace quarry::app
