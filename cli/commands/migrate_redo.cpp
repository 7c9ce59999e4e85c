// quarry migrate redo: undo the newest migrations and apply them again.
#include <fmt/format.h>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/migrate_run.h"

namespace quarry::cli {
namespace {

class MigrateRedoCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate redo",
                .summary = "undo the newest migrations and apply them again",
                .description = fmt::format(
                    "For the migration that you are writing: runs its down section, then its up section, so that both "
                    "are tested. It is one transaction: when either fails, the database stays as it was. (Not for a "
                    "migration with \"-- quarry:no-transaction\".)\n\nThe file must be the one that was applied. To "
                    "try a change, undo first (quarry migrate down), edit, and apply again.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate redo --dir migrations --url sqlite:app.db", "redo the newest one"},
                             {"quarry migrate redo 3 --dry-run", "show what redoing three of them would run"}},
                .exit_codes = {{5, "a migration to be run was edited or is missing"},
                               {6, "migrations are out of order, or another process changed the database meanwhile"},
                               {7, "another process used the database for longer than --lock-wait"},
                               {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("goal", goal_, "How many to redo, such as 2; or the version to go back to in between")
            .value("N|VERSION|base")
            .fallback("1");
        declare_migration_target(options, target_);
        options.flag("--dry-run", dry_run_, "Show what would be run, and change nothing");
        options.flag("--yes", yes_, "Undo migrations of the knowledge base, with the documents that they hold");
    }

    [[nodiscard]] int run(Context& context) override {
        app::MigrationRequest request{app::MigrationCourse::redo(goal_)};
        request.may_undo_base = yes_;
        return run_migrations(context, "redo", target_, request, dry_run_);
    }

private:
    std::string goal_ = "1";
    bool dry_run_ = false;
    bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_redo_command() { return std::make_unique<MigrateRedoCommand>(); }

}  // namespace quarry::cli
