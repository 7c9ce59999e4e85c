#pragma once

#include "core/db/sqlite_api.h"

namespace quarry::lexical {

/// What FTS5 lets its tables be extended with on this connection; null where SQLite has no FTS5.
[[nodiscard]] fts5_api* find_fts5_api(SQLite::Database& database);

}  // namespace quarry::lexical
