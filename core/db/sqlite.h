#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace quarry::db {

/// How a SQLite database is opened.
enum class SqliteMode {
    read_only,   ///< Must exist.
    read_write,  ///< Must exist.
    create,      ///< Made when missing.
};

/// Opens a SQLite database file; to read it, also where none of SQLite's files can be made beside it (in a folder that
/// this user may not write to, on a disk that is read-only or full): it is then read without locks, which is right
/// while nobody writes to it. What a killed process left half written is undone first, also to read, where this user
/// may write. Foreign keys on, `busy_timeout_ms` to wait for a lock, untrusted schema. Throws quarry::Error that tells
/// apart: missing, no permission, not a database, damaged, locked.
[[nodiscard]] SQLite::Database open_sqlite(const std::filesystem::path& path, SqliteMode mode,
                                           int busy_timeout_ms = 5000);

/// The same of a file to which no symbolic link leads, though a folder on the way, or the file, be replaced by one at
/// this very moment: neither it nor what SQLite puts beside it is ever read or written elsewhere. Throws Error(failed)
/// where there is one.
[[nodiscard]] SQLite::Database open_sqlite_without_links(const std::filesystem::path& path, SqliteMode mode,
                                                         int busy_timeout_ms = 5000);

/// What `open_sqlite` sets for a connection that was opened otherwise.
void prepare_sqlite(SQLite::Database& database, SqliteMode mode);

/// A private in-memory database with the same settings.
[[nodiscard]] SQLite::Database open_sqlite_memory();

/// SQLite's version as linked.
[[nodiscard]] std::string sqlite_version();
/// Whether full-text search (FTS5) works, which a build of SQLite may lack: "", else "finds nothing" or "does not
/// work: …".
[[nodiscard]] std::string full_text_search_fault();
/// What SQLite's quick_check says of a file, "ok" or the first fault. Throws Error as `open_sqlite_without_links` does.
[[nodiscard]] std::string quick_check(const std::filesystem::path& path);

/// Turns what SQLite reported into quarry's error: busy and locked -> ErrorCode::locked, full disk, read-only,
/// damaged file and "not a database" each with their hint; anything else -> ErrorCode::failed.
/// `doing` says what was attempted, such as "cannot write to the knowledge base /p/.quarry/base.db".
[[nodiscard]] Error sqlite_error(const SQLite::Exception& exception, std::string_view doing);

}  // namespace quarry::db
