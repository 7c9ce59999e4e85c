#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <span>
#include <string>

#include "core/schema/sqlite/model.h"

namespace quarry::schema::sqlite {

/// What the catalogue of the main database holds; see read_sqlite_schema for what is left out. Throws quarry::Error.
[[nodiscard]] Model read_model(SQLite::Database& database, std::span<const std::string> ignored_tables);

}  // namespace quarry::schema::sqlite
