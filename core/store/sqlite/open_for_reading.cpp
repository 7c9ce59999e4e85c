#include "core/store/sqlite/open_for_reading.h"

#include <fmt/format.h>

#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "core/db/sqlite.h"

namespace quarry::store {
namespace {

/// A file that nobody can write to (a read-only disk) needs no locks; SQLite cannot open it with them, since it would
/// have to make the files of its write-ahead log.
std::optional<SQLite::Database> open_unwritable(const std::filesystem::path& path) {
    std::error_code missing;
    const std::uintmax_t log_bytes = std::filesystem::file_size(path.string() + "-wal", missing);
    if (!missing && log_bytes > 0) return std::nullopt;
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        if (c == '%' || c == '?' || c == '#') {
            uri += fmt::format("%{:02X}", static_cast<unsigned>(c));
        } else {
            uri += c;
        }
    }
    try {
        SQLite::Database database(uri + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
        db::prepare_sqlite(database, db::SqliteMode::read_only);
        database.execAndGet("SELECT count(*) FROM sqlite_schema");
        return database;
    } catch (const SQLite::Exception&) {
        return std::nullopt;  // the first error says more
    }
}

}  // namespace

SQLite::Database open_for_reading(const std::filesystem::path& path, int busy_timeout_ms) {
    try {
        return db::open_sqlite(path, db::SqliteMode::read_only, busy_timeout_ms);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        std::error_code unreadable;
        if (std::filesystem::is_regular_file(path, unreadable)) {
            if (std::optional<SQLite::Database> database = open_unwritable(path)) return std::move(*database);
        }
        throw;
    }
}

}  // namespace quarry::store
