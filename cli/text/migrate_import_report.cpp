// What quarry migrate import says of what it took over.
#include "cli/text/migrate_import_report.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/line/hints.h"
#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

std::string state_words(const migrate::TakenOver& taken, std::size_t index) {
    if (!taken.ledger) return {};
    return taken.is_applied(index) ? " (applied)" : " (pending)";
}

void print_ledger(Context& context, const migrate::ImportReport& report) {
    const migrate::TakenOver& taken = report.taken;
    if (!taken.ledger) {
        context.out.note(fmt::format("{} has no other tool's table: nothing is marked as applied", *report.database));
        return;
    }
    const std::string table = strip_terminal_controls(taken.ledger->table);
    const std::string_view tool = migrate::foreign_tool_name(taken.ledger->tool);
    context.out.note(fmt::format("{} {} as applied in {}, as {} says", app::count_migrations(taken.count()),
                                 report.dry_run ? "would be marked" : "marked", *report.database, table));
    if (!taken.applied.without_file.empty()) {
        context.out.warn(fmt::format("{} of {} without a file: skipped",
                                     app::count_migrations(taken.applied.without_file.size()), tool));
    }
    if (const std::size_t gaps = taken.applied.gaps(); gaps > 0) {
        context.out.warn(fmt::format("{} below the newest applied one {} not applied: {}", app::count_migrations(gaps),
                                     gaps == 1 ? "is" : "are",
                                     complete_hint("quarry migrate up --out-of-order", context.hint_options)));
    }
    const bool in_own_schema = table == "sqitch.changes";
    context.out.note(fmt::format("the table {} stays as it is; when {} is no longer used: DROP {};", table, tool,
                                 in_own_schema ? "SCHEMA sqitch CASCADE" : "TABLE " + table));
}

void print_converted(Context& context, const migrate::ImportReport& report) {
    const migrate::ImportedFolder& converted = *report.converted;
    for (std::size_t i = 0; i < converted.migrations.size(); ++i) {
        const migrate::ImportedMigration& one = converted.migrations[i];
        const std::string was =
            one.renumbered ? fmt::format(", was {}", strip_terminal_controls(one.foreign.id)) : std::string();
        context.out.result() << fmt::format("{} {}{}{}\n", report.dry_run ? "would write" : "wrote",
                                            strip_terminal_controls(one.file_name), was, state_words(report.taken, i));
    }
    context.out.result() << std::flush;
    for (const migrate::ImportedMigration& one : converted.migrations) {
        for (const std::string& change : one.changes) {
            context.out.note(fmt::format("{}: {}", strip_terminal_controls(one.file_name), change));
        }
    }
    for (const std::string& name : converted.left_out) {
        const bool planned = converted.tool == migrate::ForeignTool::sqitch;
        context.out.warn(fmt::format("{} was not imported: {}", strip_terminal_controls(name),
                                     planned ? "no change in the plan uses it" : "its name has no version"));
    }
    const std::string_view are = converted.migrations.size() == 1 ? "is in" : "are in";
    context.out.note(fmt::format("{} of {} {} {}", app::count_migrations(converted.migrations.size()),
                                 migrate::foreign_tool_name(converted.tool), report.dry_run ? "would be in" : are,
                                 strip_terminal_controls(report.folder.string())));
}

std::string obstacle_text(const migrate::ImportObstacle& one) {
    const std::string place = one.file.empty() ? std::string() : one.place() + ": ";
    const std::string_view kind = one.applied ? "done" : one.safe ? "remedy (safe)" : "remedy";
    return strip_terminal_controls(place + one_line(one.what, 400)) + "\n  " +
           strip_terminal_controls(fmt::format("{}: {}", kind, one.remedy));
}

/// All of what stands in the way.
void print_stopped(Context& context, const std::vector<migrate::ImportObstacle>& obstacles) {
    std::size_t safe = 0;
    for (const migrate::ImportObstacle& one : obstacles) {
        context.out.result() << obstacle_text(one) << '\n';
        if (one.safe && !one.applied) ++safe;
    }
    context.out.result() << std::flush;
    const std::size_t open = migrate::count_open(obstacles);
    std::string hint = "replace a file with another one: --replace NAME=FILE, or leave it out: --leave-out NAME";
    if (safe > 0) {
        hint = fmt::format("--yes applies the remedies that are safe: {} of {}{}", safe, open,
                           safe == open ? "" : "; for the others: " + hint);
    }
    context.out.error(Error(
        migrate::exit_code_of(obstacles),
        fmt::format("{} {} the import; nothing was written", open, open == 1 ? "obstacle stops" : "obstacles stop"),
        hint));
}

}  // namespace

void print_import(Context& context, const migrate::ImportReport& report) {
    if (report.stopped()) return print_stopped(context, report.converted->obstacles);
    if (report.converted) {
        for (const migrate::ImportObstacle& one : report.converted->obstacles) context.out.note(obstacle_text(one));
    }
    if (report.converted) {
        print_converted(context, report);
    } else {
        for (std::size_t i = 0; i < report.migrations.size(); ++i) {
            if (!report.taken.applied.applied[i]) continue;
            context.out.result() << fmt::format("{} {} as applied\n", report.dry_run ? "would mark" : "marked",
                                                strip_terminal_controls(report.migrations[i].title()));
        }
        context.out.result() << std::flush;
    }
    if (report.database) print_ledger(context, report);
}

}  // namespace quarry::cli
