// A base copied page by page (sqlite.org/backup.html).
#include "core/store/base_copy.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "core/db/sqlite.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/knowledge_base_error.h"

namespace quarry::store {
namespace {

constexpr int pages_at_once = 1024;
constexpr int most_waits = 100;  ///< Of 50 ms, for a lock on what is written to.

void copy_pages(SQLite::Database& from, SQLite::Database& to, const CopyProgress& progress) {
    // One state of the base: in a transaction the pages stay as they are, and the copying need not begin again when
    // somebody writes.
    SQLite::Transaction snapshot(from);
    static_cast<void>(from.execAndGet("SELECT count(*) FROM sqlite_schema"));
    SQLite::Backup backup(to, from);
    // The last step commits: it is asked before each whether there is to be one.
    if (progress) progress(0, 1);
    for (int waits = 0;;) {
        const int result = backup.executeStep(pages_at_once);
        if (result == SQLITE_DONE) return;
        const int total = backup.getTotalPageCount();
        if (progress && total > 0) {
            progress(static_cast<std::uint64_t>(total - backup.getRemainingPageCount()),
                     static_cast<std::uint64_t>(total));
        }
        if (result == SQLITE_OK) continue;
        if (++waits > most_waits) {
            throw Error(ErrorCode::locked, "another process is writing", "wait until it is done, then run it again");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

template <typename Work>
void guarded_copy(const std::filesystem::path& base, std::string_view doing, Work&& work) {
    try {
        work();
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot {} the knowledge base {}", doing, base.string()));
    }
}

SQLite::Database open_source(const std::filesystem::path& path) {
    SQLite::Database database = db::open_sqlite_without_links(path, db::SqliteMode::read_only);
    distrust_schema(database);
    check_is_knowledge_base(database, path);
    return database;
}

}  // namespace

void copy_base(const std::filesystem::path& base, const std::filesystem::path& file, CopyKind kind,
               const CopyProgress& progress) {
    guarded_copy(base, "copy", [&] {
        SQLite::Database from = open_source(base);
        SQLite::Database to = db::open_sqlite(file, db::SqliteMode::create);
        to.exec("PRAGMA synchronous = OFF");  // whoever asked for it brings it to the disk as a whole
        copy_pages(from, to, progress);
        to.exec(kind == CopyKind::backup ? "PRAGMA journal_mode = DELETE" : "PRAGMA journal_mode = WAL");
    });
}

void replace_base(const std::filesystem::path& base, const std::filesystem::path& file, const CopyProgress& progress) {
    guarded_copy(base, "replace", [&] {
        SQLite::Database from = open_source(file);
        SQLite::Database to = db::open_sqlite_without_links(base, db::SqliteMode::read_write);
        check_is_knowledge_base(to, base);
        copy_pages(from, to, progress);
    });
}

}  // namespace quarry::store
