#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry::store {

struct SqlLimits {
    std::chrono::milliseconds max_time{2'000};
    std::size_t max_rows = 100;
    std::size_t max_bytes = 20'000;      ///< Of all values together, as text.
    std::size_t max_cell_bytes = 2'000;  ///< Longer values are cut.
};

struct SqlResult {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  ///< NULL is "NULL", a BLOB its size in brackets. Valid UTF-8.
    bool cut = false;                            ///< There was more than the limits let through.
};

/// A table that statements may read, with what its columns mean: for whoever writes the statement.
[[nodiscard]] std::string_view readable_tables();

/// Runs one SELECT of a stranger on a base, through a connection of its own that can only read and sees nothing but
/// the columns in `readable_tables`: no other table, no PRAGMA, no ATTACH, no virtual table, no extension. Time,
/// memory, length of values and complexity are limited. Throws Error(failed) with SQLite's words for what is refused
/// or wrong, Error(interrupted), and what `open_store` throws.
[[nodiscard]] SqlResult run_read_only_sql(const std::filesystem::path& base, const std::string& sql,
                                          const SqlLimits& limits, const Cancellation& cancellation);

}  // namespace quarry::store
