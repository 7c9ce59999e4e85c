#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace quarry::migrate {

/// Rows of a SQLite database whose foreign keys point nowhere.
struct ForeignKeyViolations {
    /// Their number by (table, parent table).
    std::map<std::pair<std::string, std::string>, std::int64_t> counts;
    /// Why SQLite cannot tell: a foreign key whose parent columns are not unique.
    std::string mismatch;

    /// Reads every table that has foreign keys. Throws SQLite::Exception for anything but a mismatch.
    [[nodiscard]] static ForeignKeyViolations count(SQLite::Database& database);
};

/// Throws Error(failed) that names the rows when there are violations after a migration that were not there before.
void require_no_new_violations(SQLite::Database& database, const ForeignKeyViolations& before,
                               const ForeignKeyViolations& after, std::string_view migration);

}  // namespace quarry::migrate
