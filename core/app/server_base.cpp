#include "core/app/server_base.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/store/base_address.h"

namespace quarry::app {
namespace {

/// Commands, and groups of them.
constexpr std::array<std::string_view, 2> needs_file = {"backup", "restore"};

}  // namespace

void refuse_server_base(std::string_view command, const std::filesystem::path& base) {
    const bool refused = std::ranges::any_of(needs_file, [&](std::string_view name) {
        return command == name || (command.starts_with(name) && command[name.size()] == ' ');
    });
    if (!refused || !store::is_server_base(base)) return;
    throw Error(ErrorCode::usage, fmt::format("quarry {} does not work on a base in PostgreSQL yet", command),
                "name the file of a base with --base PATH; docs/postgresql-base.md says what works");
}

std::filesystem::path absolute_base(const std::filesystem::path& base) {
    return store::is_server_base(base) ? base : std::filesystem::absolute(base).lexically_normal();
}

}  // namespace quarry::app
