#include "core/db/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "core/base/cancel.h"
#include "core/base/pinned_folder.h"
#include "core/base/text.h"

namespace quarry::db {
namespace {

std::string hint_for(int primary_code) {
    switch (primary_code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return "another process is using it: wait until it is done, then run the command again";
        case SQLITE_FULL:
            return "the disk is full: free some space, then run the command again; what was stored before is kept";
        case SQLITE_READONLY: return "check that you may write to the file and to its folder";
        case SQLITE_NOTADB: return "check the path: the file exists but is not a SQLite database";
        case SQLITE_CORRUPT: return "restore it from a backup, or save what can be read with: sqlite3 FILE .recover";
        // Even to read, SQLite writes small files beside the database.
        case SQLITE_IOERR: return "check that the disk has space left: free some if it is full; else it may be failing";
        case SQLITE_CANTOPEN: return "check the rights to the file and its folder: SQLite makes files beside it";
        default: return {};
    }
}

/// Files below a pinned folder are opened by the names that they are given. SQLite's own way ("unix") is to follow all
/// links of a name by itself first, also the one of the system for the folder.
void add_pinned_files(const char* like, const char* name, sqlite3_vfs& files) {
    files = *sqlite3_vfs_find(like);
    files.pNext = nullptr;
    files.zName = name;
    files.xFullPathname = [](sqlite3_vfs*, const char* path, int size, char* whole) {
        sqlite3_snprintf(size, whole, "%s", path);
        return SQLITE_OK;
    };
    sqlite3_vfs_register(&files, 0);
}

/// The file of a database, and how SQLite opens it.
struct Place {
    std::filesystem::path path;
    bool is_pinned = false;

    [[nodiscard]] const char* files() const { return is_pinned ? "quarry-pinned" : "unix"; }
    [[nodiscard]] const char* files_without_locks() const { return is_pinned ? "quarry-pinned-none" : "unix-none"; }
    [[nodiscard]] std::string shown() const { return shown_path(path).string(); }
};

/// A file that nobody can write to (a read-only disk) needs no locks; SQLite cannot open it with them, since it would
/// have to make the files of its write-ahead log. A log that a writer left behind is read too.
std::optional<SQLite::Database> open_without_locks(const Place& place) {
    const std::filesystem::path& path = place.path;
    std::error_code missing;
    const std::uintmax_t log_bytes = std::filesystem::file_size(path.string() + "-wal", missing);
    const bool has_log = !missing && log_bytes > 0;
    const std::uintmax_t journal_bytes = std::filesystem::file_size(path.string() + "-journal", missing);
    // Half a transaction is in the file, which only a writer can roll back.
    if (!missing && journal_bytes > 0) return std::nullopt;
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        if (c == '%' || c == '?' || c == '#') {
            uri += fmt::format("%{:02X}", static_cast<unsigned>(c));
        } else {
            uri += c;
        }
    }
    try {
        SQLite::Database database(uri + (has_log ? "" : "?immutable=1"),
                                  SQLite::OPEN_READONLY | SQLite::OPEN_URI | SQLite::OPEN_NOMUTEX, 0,
                                  has_log ? place.files_without_locks() : place.files());
        // Its index of the log is in memory then, not in a file.
        if (has_log) database.exec("PRAGMA locking_mode = EXCLUSIVE");
        prepare_sqlite(database, SqliteMode::read_only);
        database.execAndGet("SELECT count(*) FROM sqlite_schema");
        return database;
    } catch (const SQLite::Exception&) {
        return std::nullopt;  // the first error says more
    }
}

/// Whether a rollback journal names another one, of a transaction over several files (sqlite.org/fileformat2.html,
/// "The Rollback Journal"): undoing it may delete that file, and the database may be a stranger's.
bool names_another_journal(const std::filesystem::path& journal) {
    constexpr std::string_view magic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
    std::ifstream file(journal, std::ios::binary);
    std::string end(magic.size(), '\0');
    file.seekg(-static_cast<std::streamoff>(magic.size()), std::ios::end);
    return !file.read(end.data(), static_cast<std::streamsize>(end.size())) || end == magic;
}

/// Undoes what a killed process left half written, as the next writer would. False where this user may not.
bool undo_unfinished_write(const Place& place, int busy_timeout_ms) {
    std::error_code unknown;
    const std::filesystem::path real = place.is_pinned ? place.path : std::filesystem::canonical(place.path, unknown);
    const bool may_write =
        !unknown && ::access(real.c_str(), W_OK) == 0 && ::access(real.parent_path().c_str(), W_OK | X_OK) == 0;
    if (!may_write || names_another_journal(real.string() + "-journal")) return false;
    try {
        SQLite::Database database(real.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, busy_timeout_ms,
                                  place.files());
        prepare_sqlite(database, SqliteMode::read_write);
        database.execAndGet("SELECT count(*) FROM sqlite_schema");
        return true;
    } catch (const SQLite::Exception&) {
        return false;  // the first error says more
    }
}

/// Which right this user lacks, where SQLite only says "unable to open database file"; nullopt for any other cause.
std::optional<Error> missing_right(const std::filesystem::path& path, SqliteMode mode, const std::string& doing) {
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    std::error_code unknown;
    if (!std::filesystem::exists(folder, unknown)) {
        return Error(ErrorCode::failed, doing, "make its folder first").because(std::strerror(ENOENT));
    }
    const auto refused = [&](const std::filesystem::path& what, int right, const char* verb) -> std::optional<Error> {
        if (::access(what.c_str(), right) == 0) return std::nullopt;
        const char* const reason = std::strerror(errno);
        return Error(ErrorCode::failed, doing, fmt::format("check that you may {} {}", verb, shown_path(what).string()))
            .because(reason);
    };
    if (std::filesystem::exists(path, unknown)) {
        for (const char* const ending : {"", "-wal", "-shm"}) {
            const std::filesystem::path file = path.string() + ending;
            if (!std::filesystem::exists(file, unknown)) continue;
            if (auto error = refused(file, R_OK, "read")) return error;
        }
        if (mode != SqliteMode::read_only) {
            if (auto error = refused(path, W_OK, "write to")) return error;
        }
    }
    return refused(folder, W_OK | X_OK, "make files in");
}

constexpr int operations_between_looks = 100'000;

/// Not 0 once the process was asked to stop: SQLite ends the statement with SQLITE_INTERRUPT.
int asked_to_stop(void*) {
    const Cancellation* const cancellation = process_cancellation().load();
    return cancellation != nullptr && cancellation->cancelled() ? 1 : 0;
}

/// Keeps a folder for as long as a connection lives: what SQLite has to destroy goes after the connection's files.
void keep_while_open(SQLite::Database& database, std::shared_ptr<const PinnedFolder> folder) {
    using Kept = std::shared_ptr<const PinnedFolder>;
    auto kept = std::make_unique<Kept>(std::move(folder));
    const auto no_value = [](sqlite3_context*, int, sqlite3_value**) {};
    const int status = sqlite3_create_function_v2(database.getHandle(), "quarry_pinned_folder", 0,
                                                  SQLITE_UTF8 | SQLITE_DIRECTONLY, kept.release(), no_value, nullptr,
                                                  nullptr, [](void* one) { delete static_cast<Kept*>(one); });
    if (status != SQLITE_OK) throw SQLite::Exception(database.getHandle(), status);
}

SQLite::Database open_at(const Place& place, SqliteMode mode, int busy_timeout_ms) {
    const std::filesystem::path& path = place.path;
    const std::string doing = fmt::format("cannot open the database {}", place.shown());
    std::error_code status_error;
    const auto status = std::filesystem::status(path, status_error);
    if (std::filesystem::is_directory(status)) {
        throw Error(ErrorCode::failed, doing, "give the path of a database file").because(std::strerror(EISDIR));
    }
    if (status.type() == std::filesystem::file_type::none) {
        throw Error(ErrorCode::failed, doing, "check that you may read the folders above it")
            .because(status_error.message());
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
        SQLite::Database database(path.string(), flags, busy_timeout_ms, place.files());
        prepare_sqlite(database, mode);
        // The file is read only now: a wrong or damaged one is found here and not in mid-work.
        database.execAndGet("SELECT count(*) FROM sqlite_schema");
        return database;
    } catch (const SQLite::Exception& exception) {
        const int code = exception.getErrorCode() & 0xFF;
        const bool is_beside = code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_IOERR;
        const bool unfinished = exception.getExtendedErrorCode() == SQLITE_READONLY_ROLLBACK;
        if (unfinished && undo_unfinished_write(place, busy_timeout_ms)) {
            return open_at(place, SqliteMode::read_only, busy_timeout_ms);
        }
        if (unfinished) {
            throw sqlite_error(exception, doing)
                .with_hint(fmt::format("as a user who may write to it and to its folder run: sqlite3 {} .tables; that "
                                       "undoes the unfinished write",
                                       shell_quoted(place.shown())));
        }
        if (mode == SqliteMode::read_only && is_beside) {
            if (std::optional<SQLite::Database> database = open_without_locks(place)) return std::move(*database);
        }
        if (code == SQLITE_CANTOPEN) {
            if (std::optional<Error> error = missing_right(path, mode, doing)) throw std::move(*error);
        }
        throw sqlite_error(exception, doing);
    }
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
    if (exception.getExtendedErrorCode() == SQLITE_READONLY_ROLLBACK) {
        return Error(ErrorCode::failed, std::string(doing),
                     "run a command that writes to it, or sqlite3 FILE .tables: that undoes the unfinished write")
            .because("a process was stopped while it wrote to it");
    }
    const bool busy = primary_code == SQLITE_BUSY || primary_code == SQLITE_LOCKED;
    return Error(busy ? ErrorCode::locked : ErrorCode::failed, std::string(doing), hint_for(primary_code))
        .because(exception.what());
}

SQLite::Database open_sqlite(const std::filesystem::path& path, SqliteMode mode, int busy_timeout_ms) {
    return open_at({path}, mode, busy_timeout_ms);
}

SQLite::Database open_sqlite_without_links(const std::filesystem::path& path, SqliteMode mode, int busy_timeout_ms) {
    static const bool added = [] {
        static std::array<sqlite3_vfs, 2> files;
        add_pinned_files("unix", Place{{}, true}.files(), files[0]);
        add_pinned_files("unix-none", Place{{}, true}.files_without_locks(), files[1]);
        return true;
    }();
    static_cast<void>(added);
    const std::string doing = fmt::format("cannot open the database {}", path.string());
    std::shared_ptr<const PinnedFolder> folder;
    try {
        folder = PinnedFolder::open(path.parent_path());
    } catch (Error& error) {
        throw std::move(error).while_doing(doing);
    }
    const Place place{folder->path() / path.filename(), true};
    std::error_code missing;
    if (std::filesystem::is_symlink(std::filesystem::symlink_status(place.path, missing))) {
        throw Error(ErrorCode::failed, doing, "name the file that it leads to").because("it is a symbolic link");
    }
    SQLite::Database database = open_at(place, mode, busy_timeout_ms);
    keep_while_open(database, std::move(folder));
    return database;
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
    SQLite::Database database = open_sqlite_without_links(path, SqliteMode::read_only);
    try {
        SQLite::Statement query(database, "PRAGMA quick_check(1)");
        return query.executeStep() ? query.getColumn(0).getString() : "no answer";
    } catch (const SQLite::Exception& exception) {
        throw sqlite_error(exception, fmt::format("cannot read {}", path.string()));
    }
}

}  // namespace quarry::db
