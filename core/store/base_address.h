#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace quarry::store {

/// A base is named by a path, whether it is in a file or on a server: "postgresql://USER@HOST/DATABASE" is kept as it
/// is written. It holds no password, so that it can be shown; libpq finds one in PGPASSWORD or ~/.pgpass.
[[nodiscard]] bool is_server_base(const std::filesystem::path& base);

/// The same of a text that names a base.
[[nodiscard]] bool names_server_base(std::string_view text);

/// Throws Error(usage) for a text that is an address, as of a server, of a kind that a base cannot be at:
/// "mysql://HOST".
void check_base_scheme(std::string_view text);

/// Throws Error(usage) for the address of a server that a base cannot be at: one with a password in it, or without the
/// name of a database.
void check_server_base(std::string_view url);

/// Whether there is a base: a file, or on a server the tables of one. Throws Error as connecting does.
[[nodiscard]] bool base_exists(const std::filesystem::path& base);

/// Throws Error(usage) that `what` needs a base in a file, for one on a server: "conversations are kept".
void require_file_base(const std::filesystem::path& base, std::string_view what);

/// Has this process take no more than so many connections to a base on a server; before it is opened. At least 4.
void limit_connections(const std::filesystem::path& base, std::size_t most);

/// What Error(locked) says where that was too few for all that goes on at once.
inline constexpr std::string_view no_connection_free = "all connections to the knowledge base are in use";

}  // namespace quarry::store
