#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>

namespace quarry::store {

/// Opens a database to read it, also where none of SQLite's files can be made beside it: in a folder that this user
/// may not write to, and on a disk that is read-only or full. It is read without locks there, which is right while
/// nobody has changes in its write-ahead log. Throws Error as `open_sqlite` does.
[[nodiscard]] SQLite::Database open_for_reading(const std::filesystem::path& path, int busy_timeout_ms = 5000);

}  // namespace quarry::store
