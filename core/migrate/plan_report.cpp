// What each statement of a plan does: its hazards and its locks.
#include "core/migrate/plan_report.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/text.h"
#include "core/migrate/database.h"
#include "core/migrate/lint_migrations.h"
#include "core/migrate/migrator.h"
#include "core/sql_lint/statement.h"

namespace quarry::migrate {
namespace {

/// The findings of each file that count, in the order of their places.
using Hazards = std::map<std::string, std::vector<sql_lint::Finding>, std::less<>>;

Hazards hazards_of(const PlanInput& input) {
    sql_lint::LintOptions options;
    options.dialect = input.dialect;
    options.cancel = input.cancel;
    std::set<std::string, std::less<>> planned;
    for (const Step& step : input.steps) planned.insert(step.migration.path);
    Hazards hazards;
    for (sql_lint::Finding& one : lint_migrations(
             input.migrations, options, [&](const Migration& migration) { return planned.contains(migration.path); })) {
        if (!one.suppressed.empty() || one.severity == sql_lint::Severity::note) continue;
        hazards[one.path].push_back(std::move(one));
    }
    for (auto& [path, findings] : hazards) {
        std::ranges::stable_sort(findings, {}, [](const sql_lint::Finding& one) { return one.start.line; });
    }
    return hazards;
}

/// What the statements of one script are held against.
struct ScriptPlan {
    const Script& script;
    LineIndex lines;
    const std::vector<sql_lint::Finding>* hazards;  ///< Null for none.
};

PlannedStatement planned_statement(sql::Dialect dialect, const ScriptPlan& plan, sql::Section section,
                                   Database* database, const Environment& environment) {
    const std::size_t first = plan.lines.line_of(section.start), last = plan.lines.line_of(section.end);
    PlannedStatement planned{first, replace_variables(plan.script, section, environment), {}, {}};
    if (plan.hazards != nullptr) {
        const auto line = [](const sql_lint::Finding& one) { return one.start.line; };
        for (auto one = std::ranges::lower_bound(*plan.hazards, first, {}, line);
             one != plan.hazards->end() && one->start.line <= last; ++one) {
            planned.hazards.push_back(*one);
        }
    }
    if (dialect != sql::Dialect::postgresql) return planned;
    for (sql_lint::TableLock& lock :
         sql_lint::locks_of(sql_lint::read_statement(dialect, plan.script.source(), section))) {
        const auto rows = database != nullptr ? database->row_count(lock.table) : std::nullopt;
        planned.locks.push_back({std::move(lock), rows});
    }
    return planned;
}

}  // namespace

std::vector<PlannedMigration> plan_report(const PlanInput& input, Database* database, const Environment& environment) {
    if (input.steps.empty()) return {};
    const Hazards hazards = hazards_of(input);
    std::vector<PlannedMigration> plan;
    for (const Step& step : input.steps) {
        const Script script =
            script_of(input.migrations.load(step.migration, input.dialect), step.migration, step.direction);
        PlannedMigration& planned = plan.emplace_back(PlannedMigration{step, script.path, script.transactional, {}});
        const auto found = hazards.find(script.path);
        const ScriptPlan lines{script, LineIndex(*script.text), found == hazards.end() ? nullptr : &found->second};
        for (const sql::Section& one : script.statements) {
            if (input.cancel != nullptr) input.cancel->check();
            planned.statements.push_back(planned_statement(input.dialect, lines, one, database, environment));
        }
    }
    return plan;
}

}  // namespace quarry::migrate
