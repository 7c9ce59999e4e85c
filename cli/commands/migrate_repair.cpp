// quarry migrate repair: accept edited migration files, or restore the old ones.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/confirm.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/line_diff.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateRepairCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate repair",
                .summary = "accept edited migration files, or restore the old ones",
                .description = fmt::format(
                    "For migrations whose file differs from what was applied. Shows what differs between the text that "
                    "was applied (the database keeps it) and the file, and with --yes, or after asking on a terminal, "
                    "accepts the file as it is: only the checksum in the database is changed, nothing is run. A "
                    "missing file is accepted in the same way: it no longer counts as applied.\n\n--restore does the "
                    "reverse: it writes the files as they were applied. --forget-progress clears the progress of a "
                    "migration without a transaction, after you have undone by hand what it did.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate repair --dir migrations --url sqlite:app.db", "show what differs"},
                             {"quarry migrate repair 0004 --yes", "accept 0004 as it is now"},
                             {"quarry migrate repair --restore", "restore the applied text of the files"}},
                .exit_codes = {{5, "there is something to repair, and --yes was not given"},
                               {7, "another process used the database for longer than --lock-wait"},
                               {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("version", versions_, "Only these migrations, such as 0004").value("VERSION");
        declare_migration_target(options, target_);
        options.flag("--yes", yes_, "Accept what is shown");
        options.flag("--restore", restore_, "Write the files as they were applied");
        options.flag("--forget-progress", forget_progress_, "Forget a half-applied migration");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_);
        const app::MigrationSubject subject = service.subject();
        if (restore_) app::MigrationService::require_restorable(subject);
        if (forget_progress_) {
            context.out.note(service.forget_progress(subject) ? "forgotten" : "no migration is half applied");
            return 0;
        }
        const std::vector<migrate::Repair> repairs = service.find_repairs(subject, versions_);
        if (!context.json) {
            for (const migrate::Repair& repair : repairs) show(context, repair);
        }
        const bool agreed = !repairs.empty() && (yes_ || restore_ || confirm(context, "Accept this?"));
        if (agreed && restore_) service.restore(subject, repairs);
        if (agreed && !restore_) service.accept(subject, repairs);
        if (context.json) {
            context.out.result() << config::dump_json(wire::migration_repair_json(subject.name(), repairs, agreed));
        }
        return finish(context, repairs.size(), agreed);
    }

private:
    static void show(Context& context, const migrate::Repair& repair) {
        const bool missing = repair.status.state == migrate::MigrationState::missing;
        const std::string title = repair.status.title();
        context.out.result() << fmt::format(
            "{} {}\n", strip_terminal_controls(title),
            missing ? "was applied, and its file is missing" : "was edited after it was applied");
        context.out.result() << (repair.text ? strip_terminal_controls(line_diff(*repair.text, repair.file_text))
                                             : std::string("(the applied text is not stored)\n"))
                             << std::flush;
    }

    int finish(Context& context, std::size_t count, bool agreed) const {
        if (count == 0) {
            context.out.note("nothing to repair: every applied migration matches its file");
            return 0;
        }
        if (agreed) {
            if (!restore_) context.out.note(fmt::format("{} accepted", app::count_migrations(count)));
            return 0;
        }
        context.out.note("nothing was changed: add --yes to accept the files, or --restore to restore the old text");
        return static_cast<int>(ErrorCode::migration_edited);
    }

    std::vector<std::string> versions_;
    bool yes_ = false;
    bool restore_ = false;
    bool forget_progress_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_repair_command() { return std::make_unique<MigrateRepairCommand>(); }

}  // namespace quarry::cli
