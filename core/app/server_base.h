#pragma once

#include <filesystem>
#include <string_view>

namespace quarry::app {

/// Throws Error(usage) for a command ("chat", "users add") that keeps something in a base beside documents, when the
/// base is on a PostgreSQL server, which has no place for it yet.
void refuse_server_base(std::string_view command, const std::filesystem::path& base);

/// The same base from whichever folder it is opened: a path from the root, or the address of a server.
[[nodiscard]] std::filesystem::path absolute_base(const std::filesystem::path& base);

}  // namespace quarry::app
