// quarry migrate to: apply or undo migrations until a version is the newest.
#include <fmt/format.h>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/migrate_run.h"

namespace quarry::cli {
namespace {

class MigrateToCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate to",
                .summary = "apply or undo migrations until a version is the newest",
                .description = fmt::format("Goes up or down, whichever leads there. The target is a version as in its "
                                           "file's name, which is the newest one applied afterwards; head, the newest "
                                           "file; base, no migration; or a number of steps, +2 or -1.\n\n{}",
                                           migrate_help_note()),
                .examples = {{"quarry migrate to 0003", "be exactly at 0003"},
                             {"quarry migrate to -1", "undo the newest one (the same as quarry migrate down)"},
                             {"quarry migrate to head --dry-run", "show what would run"}},
                .exit_codes = {{5, "a migration to be run was edited or is missing"},
                               {6, "migrations are out of order, or another process changed the database meanwhile"},
                               {7, "another process used the database for longer than --lock-wait"},
                               {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("place", place_, "A version, such as 0003; head; base; or steps, such as +2 or -1")
            .required()
            .value("VERSION|head|base|+N|-N");
        declare_migration_target(options, target_);
        options.flag("--dry-run", dry_run_, "Show what would be run, and change nothing");
        options.flag("--yes", yes_, "Undo migrations of the knowledge base, with the documents that they hold");
    }

    [[nodiscard]] int run(Context& context) override {
        app::MigrationRequest request{app::MigrationCourse::to(place_)};
        request.may_undo_base = yes_;
        return run_migrations(context, "to", target_, request, dry_run_);
    }

private:
    std::string place_;
    bool dry_run_ = false;
    bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_to_command() { return std::make_unique<MigrateToCommand>(); }

}  // namespace quarry::cli
