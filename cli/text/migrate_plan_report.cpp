// What quarry migrate plan says of each statement.
#include "cli/text/migrate_plan_report.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace quarry::cli {
namespace {

std::string lock_text(const migrate::PlannedLock& one) {
    const std::string rows = one.rows ? fmt::format(", about {} rows", *one.rows) : std::string();
    return fmt::format("locks {}: {}, {}{}", one.lock.table, one.lock.mode, sql_lint::lock_effect(one.lock.mode), rows);
}

}  // namespace

std::string plan_text(const app::PlanReport& plan) {
    std::string text;
    for (const migrate::PlannedMigration& migration : plan.migrations) {
        const char* what = migration.step.direction == migrate::Direction::up ? "apply" : "undo";
        text += fmt::format("{}{} {} ({})\n", text.empty() ? "" : "\n", what,
                            strip_terminal_controls(migration.step.migration.title()),
                            migration.transactional ? "one transaction" : "statement by statement, no transaction");
        for (const migrate::PlannedStatement& statement : migration.statements) {
            text += fmt::format("  {}:{}\n", strip_terminal_controls(migration.path), statement.line);
            for (const std::string_view line : split(statement.sql, '\n')) {
                text += fmt::format("    {}\n", strip_terminal_controls(line));
            }
            for (const migrate::PlannedLock& one : statement.locks) text += fmt::format("    {}\n", lock_text(one));
            for (const sql_lint::Finding& one : statement.hazards) {
                text += fmt::format("    hazard: {} [{}]\n", one.message, one.rule);
            }
        }
    }
    if (!plan.migrations.empty() && plan.dialect == sql::Dialect::sqlite) {
        text += "\nSQLite locks the whole database against other writers while each migration runs.\n";
    }
    return text;
}

}  // namespace quarry::cli
