#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace quarry {

/// A database as people write it: "sqlite:app.db", "sqlite:///srv/app.db", or a bare path. Reads nothing.
///
/// Throws Error(usage), with the URL's password left out, for another engine than SQLite, an unknown scheme, a database
/// in memory (it would be gone at once), options after "?", and nothing at all.
[[nodiscard]] std::filesystem::path parse_sqlite_url(std::string_view url);

/// The URL with its password as "***", for messages.
[[nodiscard]] std::string redact_url(std::string_view url);

}  // namespace quarry
