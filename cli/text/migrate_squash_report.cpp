// What quarry migrate squash says of what it folded.
#include "cli/text/migrate_squash_report.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {

void print_squash(Context& context, const app::SquashReport& report, bool dry_run) {
    const migrate::Squash& squash = report.squash;
    const char* would = dry_run ? "would be " : "";
    std::size_t rows = 0;
    for (const auto& [table, count] : squash.rows) rows += count;
    for (const migrate::Migration& one : squash.folded) {
        context.out.result() << fmt::format("{}folded {}\n", would, strip_terminal_controls(one.title()));
    }
    context.out.result() << fmt::format("{}written {}{}\n", would, strip_terminal_controls(squash.path.string()),
                                        rows == 0 ? "" : fmt::format(" (with {} {})", rows, rows == 1 ? "row" : "rows"))
                         << std::flush;
    if (report.ledger) {
        context.out.note(fmt::format("the database's list of applied migrations {} along",
                                     dry_run ? "would be brought" : "was brought"));
    }
    if (dry_run) return;
    context.out.note(fmt::format("the old files are in {}: delete it once the change is committed",
                                 strip_terminal_controls(squash.archive.string())));
    context.out.note(fmt::format("then update every other database, each with its --url: quarry migrate squash "
                                 "--ledger-only --dir {}",
                                 shell_quoted(squash.path.parent_path().string())));
}

void print_ledger_squash(Context& context, const app::MigrationSubject& subject, const migrate::LedgerSquash& squash,
                         bool dry_run) {
    if (squash.folded.empty()) {
        context.out.note(fmt::format("nothing to write: {} has no folded migrations", subject.label()));
        return;
    }
    for (const migrate::LedgerEntry& one : squash.folded) {
        context.out.result() << fmt::format("{} {}_{}\n", dry_run ? "would unstamp" : "unstamped",
                                            migrate::format_version(one.version), strip_terminal_controls(one.name));
    }
    context.out.result() << fmt::format("{} {}\n", dry_run ? "would stamp" : "stamped",
                                        strip_terminal_controls(squash.baseline.title()))
                         << std::flush;
}

}  // namespace quarry::cli
