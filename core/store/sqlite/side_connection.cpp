#include "core/store/sqlite/side_connection.h"

#include <fmt/format.h>
#include <unistd.h>

#include "core/db/sqlite.h"
#include "core/store/base_address.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/knowledge_base_error.h"

namespace quarry::store {

SQLite::Database open_side_connection(const std::filesystem::path& base, SideAccess access, int busy_timeout_ms) {
    require_file_base(base, "this is kept");
    std::error_code unreadable;
    if (!std::filesystem::exists(base, unreadable)) {
        throw Error(ErrorCode::failed, fmt::format("there is no knowledge base {}", base.string()),
                    "make one from your documents: quarry ingest PATH");
    }
    const bool writes =
        access == SideAccess::write || (access == SideAccess::write_if_possible && ::access(base.c_str(), W_OK) == 0 &&
                                        ::access(std::filesystem::absolute(base).parent_path().c_str(), W_OK) == 0);
    SQLite::Database database = db::open_sqlite_without_links(
        base, writes ? db::SqliteMode::read_write : db::SqliteMode::read_only, busy_timeout_ms);
    try {
        distrust_schema(database);
        check_is_knowledge_base(database, base);
        check_schema(database, base);
        // As the store's own: a killed process loses nothing that was committed.
        database.exec("PRAGMA synchronous = NORMAL");
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot open the knowledge base {}", base.string()));
    }
    return database;
}

}  // namespace quarry::store
