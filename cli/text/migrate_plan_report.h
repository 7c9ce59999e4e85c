#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/migrate_options.h"
#include "core/migrate/offline.h"
#include "core/sql_lint/lint.h"
#include "core/sql_lint/locks.h"

namespace quarry::cli {

/// What is planned, and on which database; that is null when nobody asks it.
struct PlanInput {
    migrate::MigrationList migrations;
    std::vector<migrate::Step> steps;
    sql::Dialect dialect = sql::Dialect::sqlite;
    std::unique_ptr<migrate::Database> database;
};

struct PlannedLock {
    sql_lint::TableLock lock;
    std::optional<std::int64_t> rows;
};

struct PlannedStatement {
    std::size_t line = 0;
    std::string sql;  ///< Variables replaced.
    std::vector<sql_lint::Finding> hazards;
    std::vector<PlannedLock> locks;  ///< PostgreSQL only: SQLite locks the whole database.
};

struct PlannedMigration {
    migrate::Step step;
    std::string path;
    bool transactional = true;
    std::vector<PlannedStatement> statements;
};

/// Reads, lints and sizes what would run.
[[nodiscard]] std::vector<PlannedMigration> plan_report(const PlanInput& input,
                                                        const migrate::Environment& environment);
[[nodiscard]] std::string plan_text(const PlanInput& input, const std::vector<PlannedMigration>& plan);
[[nodiscard]] nlohmann::ordered_json plan_json(const PlanInput& input, const std::vector<PlannedMigration>& plan);

}  // namespace quarry::cli
