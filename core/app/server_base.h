#pragma once

#include <filesystem>
#include <string_view>

namespace quarry::app {

/// Throws Error(usage) for a command that needs a base in a file, when the base is on a PostgreSQL server; it names the
/// server's own command.
void refuse_server_base(std::string_view command, const std::filesystem::path& base);

/// The same base from whichever folder it is opened: a path from the root, or the address of a server. Throws
/// Error(usage) for the address of another kind of server.
[[nodiscard]] std::filesystem::path absolute_base(const std::filesystem::path& base);

}  // namespace quarry::app
