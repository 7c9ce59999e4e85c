#include "core/migrate/lint_migrations.h"

#include <deque>

namespace quarry::migrate {
namespace {

sql_lint::Script as_lint_script(const Script& script) {
    return {script.source(), script.statements, script.refused, script.transactional, script.lock_timeout.has_value()};
}

}  // namespace

std::vector<sql_lint::Finding> lint_migrations(const MigrationList& migrations, const sql_lint::LintOptions& options,
                                               const std::function<bool(const Migration&)>& reported) {
    std::deque<MigrationFile> files;  // What the linter borrows: never moved.
    std::vector<sql_lint::Migration> views;
    for (const auto& list : {migrations.all(), migrations.repeatable()}) {
        for (const Migration& migration : list) {
            const MigrationFile& file = files.emplace_back(migrations.load(migration, options.dialect, Refused::kept));
            sql_lint::Migration view;
            view.name = migration.name;
            view.up = as_lint_script(file.up);
            view.has_down = file.down.has_value();
            if (file.down) view.down = as_lint_script(*file.down);
            view.irreversible =
                migration.part == FilePart::repeatable ? "repeatable" : std::string_view(file.irreversible);
            for (const AllowedRule& one : file.allowed) {
                view.allowed.push_back({one.rule, one.reason, {one.start, one.end}});
            }
            view.reported = reported(migration);
            views.push_back(std::move(view));
        }
    }
    return sql_lint::lint(views, options);
}

}  // namespace quarry::migrate
