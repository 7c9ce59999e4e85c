#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/migrate/row_snapshot.h"

namespace quarry::migrate {

/// The rows of a database as SQL.
struct RowDump {
    /// INSERTs, parents before children, and what gives counters (AUTOINCREMENT, sequences) their place.
    std::string sql;
    std::vector<std::pair<std::string, std::size_t>> tables;  ///< Those with rows, and how many.
};

/// Writes the rows that migrations left in a database. They are reference data: throws Error(failed) that names the
/// table for more than 10,000 rows in one, for a value of more than 1 MB, for text that is not UTF-8, and for a virtual
/// table with rows.
[[nodiscard]] RowDump dump_rows(Database& database, const std::vector<Table>& tables);

/// Where counters stand that the database keeps: "users_id_seq = 5", "AUTOINCREMENT of users = 5"; in order.
[[nodiscard]] std::vector<std::string> read_counters(Database& database);

/// A schema's SQL with rows put in before what must not see them come: triggers, rules, foreign keys and materialized
/// views.
[[nodiscard]] std::string with_rows(sql::Dialect dialect, const std::string& schema_sql, const std::string& rows_sql);

}  // namespace quarry::migrate
