// What each statement of a plan does: its hazards and its locks.
#include "core/migrate/plan_report.h"

#include <algorithm>

#include "core/migrate/database.h"
#include "core/migrate/lint_migrations.h"
#include "core/migrate/migrator.h"
#include "core/sql_lint/statement.h"

namespace quarry::migrate {
namespace {

std::vector<sql_lint::Finding> hazards_of(const PlanInput& input) {
    sql_lint::LintOptions options;
    options.dialect = input.dialect;
    return lint_migrations(input.migrations, options, [&](const Migration& migration) {
        return std::any_of(input.steps.begin(), input.steps.end(),
                           [&](const Step& step) { return step.migration.path == migration.path; });
    });
}

PlannedStatement planned_statement(sql::Dialect dialect, const Script& script, sql::Section section,
                                   const std::vector<sql_lint::Finding>& hazards, Database* database,
                                   const Environment& environment) {
    const sql::SourceText source = script.source();
    const sql::Place start = source.place(section.start), end = source.place(section.end);
    PlannedStatement planned{start.line, replace_variables(script, section, environment), {}, {}};
    for (const sql_lint::Finding& one : hazards) {
        const bool counts = one.suppressed.empty() && one.severity != sql_lint::Severity::note;
        if (counts && one.path == script.path && one.start.line >= start.line && one.start.line <= end.line) {
            planned.hazards.push_back(one);
        }
    }
    if (dialect != sql::Dialect::postgresql) return planned;
    for (sql_lint::TableLock& lock : sql_lint::locks_of(sql_lint::read_statement(dialect, source, section))) {
        const auto rows = database != nullptr ? database->row_count(lock.table) : std::nullopt;
        planned.locks.push_back({std::move(lock), rows});
    }
    return planned;
}

}  // namespace

std::vector<PlannedMigration> plan_report(const PlanInput& input, Database* database, const Environment& environment) {
    if (input.steps.empty()) return {};
    const std::vector<sql_lint::Finding> hazards = hazards_of(input);
    std::vector<PlannedMigration> plan;
    for (const Step& step : input.steps) {
        const Script script =
            script_of(input.migrations.load(step.migration, input.dialect), step.migration, step.direction);
        PlannedMigration& planned = plan.emplace_back(PlannedMigration{step, script.path, script.transactional, {}});
        for (const sql::Section& one : script.statements) {
            planned.statements.push_back(planned_statement(input.dialect, script, one, hazards, database, environment));
        }
    }
    return plan;
}

}  // namespace quarry::migrate
