#include "core/db/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/base/cancel.h"

namespace quarry::db {
namespace {

std::string hint_for(int primary_code) {
    switch (primary_code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return "another process is using it: wait until it is done, then run the command again";
        case SQLITE_FULL:
            return "the disk is full: free some space, then run the command again; what was stored before is kept";
        case SQLITE_READONLY: return "check that you may write to the file and to its folder";
        case SQLITE_NOTADB: return "check the path: the file exists but is no SQLite database";
        case SQLITE_CORRUPT: return "restore it from a backup, or save what can be read with: sqlite3 FILE .recover";
        // Even to read, SQLite writes small files beside the database.
        case SQLITE_IOERR: return "check that the disk has space left: free some if it is full; else it may be failing";
        case SQLITE_CANTOPEN: return "check that the folder exists and that you may write to it";
        default: return {};
    }
}

constexpr int operations_between_looks = 100'000;

/// Not 0 once the process was asked to stop: SQLite ends the statement with SQLITE_INTERRUPT.
int asked_to_stop(void*) {
    const Cancellation* const cancellation = process_cancellation();
    return cancellation != nullptr && cancellation->cancelled() ? 1 : 0;
}

}  // namespace

void prepare_sqlite(SQLite::Database& database, SqliteMode mode) {
    // What writes comes to an end, and looks at its own cancellation between steps.
    if (mode == SqliteMode::read_only) {
        sqlite3_progress_handler(database.getHandle(), operations_between_looks, asked_to_stop, nullptr);
    }
    // Hostile schemas: no function that a trigger or view could misuse (sqlite.org/security.html).
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    database.exec("PRAGMA foreign_keys = ON");
}

Error sqlite_error(const SQLite::Exception& exception, std::string_view doing) {
    const int primary_code = exception.getErrorCode() & 0xFF;
    if (primary_code == SQLITE_INTERRUPT) return Error(ErrorCode::interrupted, "interrupted");
    const bool busy = primary_code == SQLITE_BUSY || primary_code == SQLITE_LOCKED;
    return Error(busy ? ErrorCode::locked : ErrorCode::failed, std::string(doing), hint_for(primary_code))
        .because(exception.what());
}

SQLite::Database open_sqlite(const std::filesystem::path& path, SqliteMode mode, int busy_timeout_ms) {
    const std::string doing = fmt::format("cannot open the database {}", path.string());
    std::error_code status_error;
    const auto status = std::filesystem::status(path, status_error);
    if (std::filesystem::is_directory(status)) {
        throw Error(ErrorCode::failed, doing, "give the path of a database file").because(std::strerror(EISDIR));
    }
    if (mode != SqliteMode::create && !std::filesystem::exists(status)) {
        throw Error(ErrorCode::failed, doing).because(std::strerror(ENOENT));
    }
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        // A named pipe would wait for a writer, for ever.
        throw Error(ErrorCode::failed, doing, "give the path of a database file").because("it is not a regular file");
    }
    const int access = mode == SqliteMode::read_only    ? SQLite::OPEN_READONLY
                       : mode == SqliteMode::read_write ? SQLite::OPEN_READWRITE
                                                        : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
    // A connection is used by one thread at a time, and needs no lock of its own around each call.
    const int flags = access | SQLite::OPEN_NOMUTEX;
    try {
        SQLite::Database database(path.string(), flags, busy_timeout_ms);
        prepare_sqlite(database, mode);
        // The file is read only now: a wrong or damaged one is found here and not in mid-work.
        database.execAndGet("SELECT count(*) FROM sqlite_schema");
        return database;
    } catch (const SQLite::Exception& exception) {
        throw sqlite_error(exception, doing);
    }
}

SQLite::Database open_sqlite_memory() {
    SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    prepare_sqlite(database, SqliteMode::create);
    return database;
}

std::string sqlite_version() { return sqlite3_libversion(); }

std::string full_text_search_fault() {
    try {
        SQLite::Database database = open_sqlite_memory();
        database.exec("CREATE VIRTUAL TABLE probe USING fts5(text)");
        database.exec("INSERT INTO probe VALUES ('quarry')");
        SQLite::Statement query(database, "SELECT count(*) FROM probe WHERE probe MATCH 'quarry'");
        return query.executeStep() && query.getColumn(0).getInt() == 1 ? "" : "finds nothing";
    } catch (const std::exception& error) {
        return fmt::format("does not work: {}", error.what());
    }
}

std::string quick_check(const std::filesystem::path& path) {
    SQLite::Database database = open_sqlite(path, SqliteMode::read_only);
    try {
        SQLite::Statement query(database, "PRAGMA quick_check(1)");
        return query.executeStep() ? query.getColumn(0).getString() : "no answer";
    } catch (const SQLite::Exception& exception) {
        throw sqlite_error(exception, fmt::format("cannot read {}", path.string()));
    }
}

}  // namespace quarry::db
