// What quarry migrate plan says of each statement.
#include "cli/text/migrate_plan_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/migrate/lint_migrations.h"
#include "core/sql_lint/statement.h"

namespace quarry::cli {
namespace {

std::vector<sql_lint::Finding> hazards_of(const PlanInput& input) {
    sql_lint::LintOptions options;
    options.dialect = input.dialect;
    return migrate::lint_migrations(input.migrations, options, [&](const migrate::Migration& migration) {
        return std::any_of(input.steps.begin(), input.steps.end(),
                           [&](const auto& step) { return step.migration.path == migration.path; });
    });
}

PlannedStatement planned_statement(const PlanInput& input, const migrate::Script& script, sql::Section section,
                                   const std::vector<sql_lint::Finding>& hazards,
                                   const migrate::Environment& environment) {
    const sql::SourceText source = script.source();
    const sql::Place start = source.place(section.start), end = source.place(section.end);
    PlannedStatement planned{start.line, migrate::replace_variables(script, section, environment), {}, {}};
    for (const sql_lint::Finding& one : hazards) {
        const bool counts = one.suppressed.empty() && one.severity != sql_lint::Severity::note;
        if (counts && one.path == script.path && one.start.line >= start.line && one.start.line <= end.line) {
            planned.hazards.push_back(one);
        }
    }
    if (input.dialect != sql::Dialect::postgresql) return planned;
    for (sql_lint::TableLock& lock : sql_lint::locks_of(sql_lint::read_statement(input.dialect, source, section))) {
        const auto rows = input.database ? input.database->row_count(lock.table) : std::nullopt;
        planned.locks.push_back({std::move(lock), rows});
    }
    return planned;
}

std::string lock_text(const PlannedLock& one) {
    const std::string rows = one.rows ? fmt::format(", about {} rows", *one.rows) : std::string();
    return fmt::format("locks {}: {}, {}{}", one.lock.table, one.lock.mode, sql_lint::lock_effect(one.lock.mode), rows);
}

}  // namespace

std::vector<PlannedMigration> plan_report(const PlanInput& input, const migrate::Environment& environment) {
    if (input.steps.empty()) return {};
    const std::vector<sql_lint::Finding> hazards = hazards_of(input);
    std::vector<PlannedMigration> plan;
    for (const migrate::Step& step : input.steps) {
        const migrate::Script script =
            migrate::script_of(input.migrations.load(step.migration, input.dialect), step.migration, step.direction);
        PlannedMigration& planned = plan.emplace_back(PlannedMigration{step, script.path, script.transactional, {}});
        for (const sql::Section& one : script.statements) {
            planned.statements.push_back(planned_statement(input, script, one, hazards, environment));
        }
    }
    return plan;
}

std::string plan_text(const PlanInput& input, const std::vector<PlannedMigration>& plan) {
    std::string text;
    for (const PlannedMigration& migration : plan) {
        const char* what = migration.step.direction == migrate::Direction::up ? "apply" : "undo";
        text += fmt::format("{}{} {} ({})\n", text.empty() ? "" : "\n", what,
                            strip_terminal_controls(migration.step.migration.title()),
                            migration.transactional ? "one transaction" : "statement by statement, no transaction");
        for (const PlannedStatement& statement : migration.statements) {
            text += fmt::format("  {}:{}\n", strip_terminal_controls(migration.path), statement.line);
            for (const std::string_view line : split(statement.sql, '\n')) {
                text += fmt::format("    {}\n", strip_terminal_controls(line));
            }
            for (const PlannedLock& one : statement.locks) text += fmt::format("    {}\n", lock_text(one));
            for (const sql_lint::Finding& one : statement.hazards) {
                text += fmt::format("    hazard: {} [{}]\n", one.message, one.rule);
            }
        }
    }
    if (!plan.empty() && input.dialect == sql::Dialect::sqlite) {
        text += "\nSQLite locks the whole database against other writers while each migration runs.\n";
    }
    return text;
}

nlohmann::ordered_json plan_json(const PlanInput& input, const std::vector<PlannedMigration>& plan) {
    nlohmann::ordered_json migrations = nlohmann::ordered_json::array();
    for (const PlannedMigration& migration : plan) {
        nlohmann::ordered_json statements = nlohmann::ordered_json::array();
        for (const PlannedStatement& statement : migration.statements) {
            nlohmann::ordered_json locks = nlohmann::ordered_json::array(), hazards = locks;
            for (const PlannedLock& one : statement.locks) {
                locks.push_back({{"table", one.lock.table},
                                 {"mode", one.lock.mode},
                                 {"effect", sql_lint::lock_effect(one.lock.mode)},
                                 {"rows", one.rows ? nlohmann::ordered_json(*one.rows) : nlohmann::ordered_json()}});
            }
            for (const sql_lint::Finding& one : statement.hazards) {
                hazards.push_back({{"rule", one.rule},
                                   {"severity", sql_lint::severity_name(one.severity)},
                                   {"message", one.message},
                                   {"hint", one.hint}});
            }
            statements.push_back(
                {{"line", statement.line}, {"sql", statement.sql}, {"locks", locks}, {"hazards", hazards}});
        }
        migrations.push_back({{"version", migration.step.migration.version_text},
                              {"name", migration.step.migration.name},
                              {"file", migration.path},
                              {"direction", migration.step.direction == migrate::Direction::up ? "up" : "down"},
                              {"transactional", migration.transactional},
                              {"statements", statements}});
    }
    return {
        {"schema", "quarry.migrate.plan/1"}, {"dialect", sql::dialect_name(input.dialect)}, {"migrations", migrations}};
}

}  // namespace quarry::cli
