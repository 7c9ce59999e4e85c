// quarry migrate stamp: write migrations down as applied without running them.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateStampCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate stamp",
                .summary = "mark migrations as applied without running them",
                .description =
                    fmt::format("For a database that has the tables already, for example one that was made by hand or "
                                "by another tool: marks exactly the migrations up to a version as applied, and runs "
                                "none of them. Only the list of applied migrations is changed. quarry migrate check "
                                "reports whether the database really has what the migrations create.\n\n{}",
                                migrate_help_note()),
                .examples = {{"quarry migrate stamp 0012 --dir migrations --url sqlite:app.db",
                              "mark those up to 0012 as applied"},
                             {"quarry migrate stamp head --dry-run", "show what would be written"},
                             {"quarry migrate stamp base", "mark no migration as applied"}},
                .exit_codes = {{7, "another process used the database for longer than --lock-wait"},
                               {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("place", place_, "The newest one that is applied: a version, such as 0012; head; or base for none")
            .required()
            .value("VERSION|head|base");
        declare_migration_target(options, target_);
        options.flag("--dry-run", dry_run_, "Show what would be written, and change nothing");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_);
        const app::MigrationSubject subject = service.subject();
        const std::vector<migrate::LedgerChange> changes = service.stamp(subject, place_, dry_run_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::migration_stamp_json(subject.name(), changes, dry_run_));
        } else {
            print(context, subject, changes);
        }
        return 0;
    }

private:
    void print(Context& context, const app::MigrationSubject& subject,
               const std::vector<migrate::LedgerChange>& changes) const {
        for (const auto& one : changes) {
            const bool added = one.action == migrate::Action::stamp;
            context.out.result() << fmt::format(
                "{}{} {}_{}\n", dry_run_ ? "would " : "",
                added ? (dry_run_ ? "stamp" : "stamped") : (dry_run_ ? "unstamp" : "unstamped"),
                migrate::format_version(one.entry.version), strip_terminal_controls(one.entry.name));
        }
        context.out.result() << std::flush;
        if (changes.empty())
            context.out.note(fmt::format("nothing to write: {} is in that state already", subject.label()));
    }

    std::string place_;
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_stamp_command() { return std::make_unique<MigrateStampCommand>(); }

}  // namespace quarry::cli
