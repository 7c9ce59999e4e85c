#pragma once

#include <optional>
#include <string>

#include "core/migrate/table_catalogue.h"

namespace quarry::migrate {

/// Which values are made up: they differ by row in any case.
enum class SampleStyle {
    distinct,  ///< By column, too, so that a mix-up of two columns is seen.
    small,     ///< 1, 2, 3 and "a", "b", "c": for columns that are checked to be small or short.
};

/// A made-up value of a column as SQL, for the row of that number (from 1). Values that a CHECK constraint of this
/// column alone lists are taken from it. Nothing for a type of which quarry knows no value.
[[nodiscard]] std::optional<std::string> sample_value(sql::Dialect dialect, const Table& table,
                                                      const TableColumn& column, int row, SampleStyle style);

}  // namespace quarry::migrate
