// quarry migrate history: list every up and down that was run.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/line/number_checks.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateHistoryCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate history",
                .summary = "list every up and down that was run",
                .description = fmt::format(
                    "Prints what was done to the database's migrations, the oldest first: when (UTC), what (up, down; "
                    "repeat: a file R_NAME.sql was run; stamp and unstamp: written down as applied or not, without "
                    "being run; repair: an edited file was accepted), which one, how long it took, by which quarry, "
                    "and the first digits of its checksum. --show N prints the text of line N as it was run; for a "
                    "down, the file whose down section ran.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate history --dir migrations --url sqlite:app.db", "list it"},
                             {"quarry migrate history --limit 5", "the newest five"},
                             {"quarry migrate history --show 3", "the SQL that line 3 ran"},
                             {"quarry migrate history --json", "for programs, with whole checksums"}},
                .exit_codes = {{9, "a newer quarry wrote the list of applied migrations"},
                               {10, "--show names a line that does not exist, or whose text is not stored"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        declare_migration_target(options, target_);
        options.add("-n,--limit", limit_, "Only the newest N lines").value("N").check(whole_number(1));
        options.add("--show", show_, "Print the text of one line, as it was run").value("N").check(whole_number(1));
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_);
        const app::MigrationSubject subject = service.subject();
        const std::vector<migrate::HistoryEntry> history = service.history(subject);
        if (show_ > 0) return show(context, history);
        const std::size_t skipped = limit_ > 0 && history.size() > limit_ ? history.size() - limit_ : 0;
        if (context.json) {
            context.out.result() << config::dump_json(wire::migration_history_json(subject.name(), history, skipped));
            return 0;
        }
        for (std::size_t i = skipped; i < history.size(); ++i) print_line(context, i + 1, history[i]);
        context.out.result() << std::flush;
        if (history.empty()) context.out.note(fmt::format("nothing has been migrated in {} yet", subject.label()));
        return 0;
    }

private:
    static std::string title_of(const migrate::LedgerEntry& entry) {
        const std::string version = entry.version == 0 ? "R" : migrate::format_version(entry.version);
        return strip_terminal_controls(version + "_" + entry.name);
    }

    static void print_line(Context& context, std::size_t number, const migrate::HistoryEntry& line) {
        context.out.result() << fmt::format("{:>4}  {}  {:<7}  {}  {} ms  quarry {}  {}\n", number,
                                            strip_terminal_controls(line.entry.applied_at),
                                            strip_terminal_controls(line.action), title_of(line.entry),
                                            line.entry.duration_ms, strip_terminal_controls(line.entry.quarry_version),
                                            strip_terminal_controls(line.entry.checksum).substr(0, 12));
    }

    int show(Context& context, const std::vector<migrate::HistoryEntry>& history) const {
        const std::string* text = show_ <= history.size() ? migrate::text_of(history, show_ - 1) : nullptr;
        if (text == nullptr) {
            throw Error(ErrorCode::nothing_found,
                        show_ > history.size() ? fmt::format("the history has no line {}", show_)
                                               : fmt::format("the text of line {} is not stored", show_),
                        "texts up to 1 MB are kept, of what quarry ran itself");
        }
        if (context.json) {
            context.out.result() << config::dump_json(wire::migration_text_json(show_, history[show_ - 1], *text));
        } else {
            context.out.result() << *text << std::flush;
        }
        return 0;
    }

    std::size_t limit_ = 0;
    std::size_t show_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_migrate_history_command() { return std::make_unique<MigrateHistoryCommand>(); }

}  // namespace quarry::cli
