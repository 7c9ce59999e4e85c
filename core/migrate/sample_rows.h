#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/migrate/table_catalogue.h"

namespace quarry::migrate {

/// What was put into empty tables.
struct SampleRows {
    std::size_t rows = 0;
    /// Tables that stayed empty, each with what the database said: "orders: CHECK constraint failed: ...".
    std::vector<std::pair<std::string, std::string>> unfilled;
};

/// Puts two or three made-up rows into each of the tables that has none, parents before those that refer to them:
/// all columns first; where the database refuses, only those that need a value. Never throws for a row that the
/// database refuses.
SampleRows fill_empty_tables(Database& database, const std::vector<Table>& tables);

}  // namespace quarry::migrate
