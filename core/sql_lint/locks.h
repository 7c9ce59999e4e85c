#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sql_lint/statement.h"

namespace quarry::sql_lint {

/// A lock that PostgreSQL takes on a table while a statement runs, and holds until its transaction ends.
struct TableLock {
    std::string table;      ///< "users", "audit.log".
    std::string_view mode;  ///< "ACCESS EXCLUSIVE", as in PostgreSQL's documentation, "Explicit Locking".
};

/// The strongest lock on each table that a statement names; none for what only makes new objects.
[[nodiscard]] std::vector<TableLock> locks_of(const Statement& statement);

/// What others cannot do with a table meanwhile: "blocks reads and writes", "blocks writes", "blocks neither reads nor
/// writes".
[[nodiscard]] std::string_view lock_effect(std::string_view mode) noexcept;

}  // namespace quarry::sql_lint
