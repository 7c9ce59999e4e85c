// quarry migrate down: undoes applied migrations.
#include <fmt/format.h>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/migrate_run.h"

namespace quarry::cli {
namespace {

class MigrateDownCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate down",
                .summary = "undo applied migrations, the newest first",
                .description = fmt::format(
                    "Runs the down section (\"-- quarry:down\") of the newest applied migration, or of as many as "
                    "given, each in a transaction of its own. The contents of dropped tables and columns are lost: "
                    "only a backup brings them back.\n\n"
                    "A migration without a down section, with \"-- quarry:irreversible: reason\", or whose file was "
                    "edited after it was applied, is refused before anything is changed.\n\n"
                    "On the knowledge base the command needs --yes, since it deletes what the dropped tables "
                    "hold.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate down --dir migrations --url sqlite:app.db", "undo the newest one"},
                             {"quarry migrate down 0002 --dry-run", "show what would be undone to go back to 0002"},
                             {"quarry migrate down base", "undo all of them"}},
                .exit_codes = {{5, "a migration to be undone was edited or is missing"},
                               {6, "another process applied migrations in the meantime"},
                               {7, "another process used the database for longer than --lock-wait"},
                               {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options
            .add("goal", goal_,
                 "How many to undo, such as 2; or the version to go back to, which stays applied, as in its "
                 "file's name, such as 0003; or base for all")
            .value("N|VERSION|base")
            .fallback("1");
        declare_migration_target(options, target_);
        options.flag("--dry-run", dry_run_, "Show what would be undone, and change nothing");
        options.flag("--yes", yes_, "Undo migrations of the knowledge base, with the documents that they hold");
    }

    [[nodiscard]] int run(Context& context) override {
        app::MigrationRequest request{app::MigrationCourse::down(goal_)};
        request.may_undo_base = yes_;
        return run_migrations(context, "down", target_, request, dry_run_);
    }

private:
    std::string goal_ = "1";
    bool dry_run_ = false;
    bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_down_command() { return std::make_unique<MigrateDownCommand>(); }

}  // namespace quarry::cli
