#include "core/store/sqlite/knowledge_base_error.h"

#include <sqlite3.h>

#include "core/db/sqlite.h"

namespace quarry::store {

Error knowledge_base_error(const SQLite::Exception& exception, std::string_view doing) {
    const std::string_view words = exception.what();
    // What SQLite itself finds damaged has an extended code; this was found by reading what it gave.
    const bool is_own = exception.getErrorCode() == SQLITE_CORRUPT && exception.getExtendedErrorCode() == -1;
    if (is_own || (exception.getErrorCode() == SQLITE_ERROR && words.starts_with("no such "))) {
        return Error(ErrorCode::failed, std::string(doing), std::string(damaged_base_hint)).because(exception.what());
    }
    return db::sqlite_error(exception, doing);
}

}  // namespace quarry::store
