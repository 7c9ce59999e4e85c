#include "core/migrate/foreign_keys.h"

#include <fmt/format.h>

#include <string_view>

#include "core/base/error.h"

namespace quarry::migrate {
namespace {

constexpr const char* count_sql = R"(SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2)";
constexpr const char* example_sql =
    R"(SELECT rowid FROM pragma_foreign_key_check WHERE "table" = ? AND parent = ? LIMIT 3)";

std::string example_rows(SQLite::Database& database, const std::string& table, const std::string& parent) {
    SQLite::Statement query(database, example_sql);
    query.bind(1, table);
    query.bind(2, parent);
    std::string rows;
    while (query.executeStep()) {
        if (query.getColumn(0).isNull()) continue;  // A table WITHOUT ROWID.
        rows += fmt::format("{}{}", rows.empty() ? " (rowid " : ", ", query.getColumn(0).getInt64());
    }
    return rows.empty() ? rows : rows + ")";
}

}  // namespace

ForeignKeyViolations ForeignKeyViolations::count(SQLite::Database& database) {
    ForeignKeyViolations violations;
    try {
        SQLite::Statement query(database, count_sql);
        while (query.executeStep()) {
            violations.counts[{query.getColumn(0).getString(), query.getColumn(1).getString()}] =
                query.getColumn(2).getInt64();
        }
    } catch (const SQLite::Exception& exception) {
        if (std::string_view(exception.what()).find("foreign key mismatch") == std::string_view::npos) throw;
        violations.counts.clear();
        violations.mismatch = exception.what();
    }
    return violations;
}

void require_no_new_violations(SQLite::Database& database, const ForeignKeyViolations& before,
                               const ForeignKeyViolations& after, std::string_view migration) {
    const std::string message =
        fmt::format("{}: foreign keys would be broken; nothing of this migration was kept", migration);
    if (!after.mismatch.empty() && after.mismatch != before.mismatch) {
        throw Error(ErrorCode::failed, message,
                    "give the columns that the foreign key points to a PRIMARY KEY or a UNIQUE index")
            .because(after.mismatch);
    }
    Error error(ErrorCode::failed, message,
                "while a migration runs, foreign keys are not enforced, so that tables can be rebuilt, and ON DELETE "
                "does nothing: delete or update these rows in the migration itself");
    bool any = false;
    for (const auto& [tables, count] : after.counts) {
        const auto known = before.counts.find(tables);
        const std::int64_t more = count - (known == before.counts.end() ? 0 : known->second);
        if (more <= 0) continue;
        any = true;
        error = std::move(error).because(
            fmt::format("{} row{} of {} point{} to no row of {}{}", more, more == 1 ? "" : "s", tables.first,
                        more == 1 ? "s" : "", tables.second, example_rows(database, tables.first, tables.second)));
    }
    if (any) throw error;
}

}  // namespace quarry::migrate
