#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/migrate/step.h"
#include "core/migrate/variables.h"
#include "core/sql_lint/lint.h"
#include "core/sql_lint/locks.h"

namespace quarry::migrate {

class Database;

/// A lock that a planned statement takes, and the rows of its table.
struct PlannedLock {
    sql_lint::TableLock lock;
    std::optional<std::int64_t> rows;  ///< An estimate; absent when the database was not asked.
};

struct PlannedStatement {
    std::size_t line = 0;
    std::string sql;  ///< Variables replaced.
    std::vector<sql_lint::Finding> hazards;
    std::vector<PlannedLock> locks;  ///< PostgreSQL only: SQLite locks the whole database.
};

struct PlannedMigration {
    Step step;
    std::string path;
    bool transactional = true;
    std::vector<PlannedStatement> statements;
};

/// What is planned, and for which engine.
struct PlanInput {
    MigrationList migrations;
    std::vector<Step> steps;
    sql::Dialect dialect = sql::Dialect::sqlite;
    const Cancellation* cancel = nullptr;  ///< Borrowed; may be null.
};

/// Reads and lints what would run. `database` is asked for the sizes of tables; null: nothing is asked. Throws what
/// `MigrationList::load` and `replace_variables` throw.
[[nodiscard]] std::vector<PlannedMigration> plan_report(const PlanInput& input, Database* database,
                                                        const Environment& environment);

}  // namespace quarry::migrate
