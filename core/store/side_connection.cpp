#include "core/store/side_connection.h"

#include <fmt/format.h>
#include <unistd.h>

#include "core/db/sqlite.h"
#include "core/store/schema.h"

namespace quarry {

SQLite::Database open_side_connection(const std::filesystem::path& base, SideAccess access, int busy_timeout_ms) {
    std::error_code unreadable;
    if (!std::filesystem::exists(base, unreadable)) {
        throw Error(ErrorCode::failed, fmt::format("there is no knowledge base {}", base.string()),
                    "make one from your documents: quarry ingest PATH");
    }
    const bool writable = access != SideAccess::read && ::access(base.c_str(), W_OK) == 0;
    const SqliteMode mode = access == SideAccess::write || writable ? SqliteMode::read_write : SqliteMode::read_only;
    SQLite::Database database = open_sqlite(base, mode, busy_timeout_ms);
    try {
        check_is_knowledge_base(database, base);
        check_schema_version(database, base);
        // As the store's own: a killed process loses nothing that was committed.
        database.exec("PRAGMA synchronous = NORMAL");
    } catch (const SQLite::Exception& exception) {
        throw sqlite_error(exception, fmt::format("cannot open the knowledge base {}", base.string()));
    }
    return database;
}

}  // namespace quarry
