#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/migrate/table_catalogue.h"

namespace quarry::migrate {

/// The rows of one table at one moment, each value as an SQL literal.
struct TableRows {
    std::vector<std::string> columns;
    Database::Rows rows;     ///< As the database gives them; none when there are more than RowSnapshot::most_rows.
    std::int64_t count = 0;  ///< Exact, also when the rows were not read.
};

/// The rows of all tables at one moment.
struct RowSnapshot {
    /// Above this only a table's number of rows is compared.
    static constexpr std::int64_t most_rows = 10'000;
    std::map<std::string, TableRows> tables;  ///< By Table::name.

    [[nodiscard]] const TableRows* find(const std::string& table) const;
};

/// Reads every table but the virtual ones. Throws Error(failed).
[[nodiscard]] RowSnapshot read_rows(Database& database, const std::vector<Table>& tables);

/// Which rows and columns are compared: those of a table's column.
using RowFilter = std::function<bool(const std::string& table, const std::string& column)>;

/// What of `before` is not in `after`, or the reverse, in the columns that the filter lets through and that both
/// have: lines for people, "users: 2 rows are gone, 1 is new" with some of them below. Empty when they are the same. A
/// table that is not in both is passed over.
[[nodiscard]] std::vector<std::string> row_differences(const RowSnapshot& before, const RowSnapshot& after,
                                                       const RowFilter& filter);

/// Whether a column of one snapshot has just the values of another column of another.
[[nodiscard]] bool same_values(const RowSnapshot& before, const std::string& table, const std::string& column,
                               const RowSnapshot& after, const std::string& other_table,
                               const std::string& other_column);

}  // namespace quarry::migrate
