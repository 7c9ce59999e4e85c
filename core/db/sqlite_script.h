#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::db {

/// Why SQLite refused a statement.
struct SqliteFailure {
    int code = 0;  ///< Extended result code.
    std::string message;
    std::optional<std::size_t> offset;  ///< Byte of the statement that SQLite points to, when it does.
};

/// Runs one SQL statement to its end, dropping any rows; nothing when it succeeded.
///
/// The text must be exactly one statement without parameters: anything that would silently not run, or run with NULL
/// in a parameter's place, is a failure.
[[nodiscard]] std::optional<SqliteFailure> run_sqlite_statement(SQLite::Database& database, std::string_view sql);

}  // namespace quarry::db
