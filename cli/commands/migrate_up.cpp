// quarry migrate up: applies pending migrations.
#include <fmt/format.h>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/migrate_run.h"

namespace quarry::cli {
namespace {

class MigrateUpCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate up",
                .summary = "apply the migrations that a database does not have yet",
                .description = fmt::format(
                    "Applies pending migrations in order of their versions, each in a transaction of its own: when a "
                    "statement fails, nothing of that migration is kept, those before it stay, and those after it "
                    "wait. Before anything is touched, all files to be run are read, and applied ones are "
                    "compared with their checksums. A SQLite database that does not exist is created.\n\n"
                    "A migration with \"-- quarry:no-transaction\" is run statement by statement; when it fails or is "
                    "stopped, the next up continues with the statement that did not run. Files R_NAME.sql have no "
                    "version: they run last, and again after each change of their text.\n\n"
                    "While a migration runs on SQLite, foreign keys are not enforced, so that tables can be rebuilt; "
                    "before it is committed, they are checked. BEGIN and COMMIT are refused in a migration.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate up --dir migrations --url sqlite:app.db", "apply all that is pending"},
                             {"quarry migrate up 1 --dry-run", "show the next one, change nothing"},
                             {"quarry migrate up 0003", "apply all up to version 0003"},
                             {"quarry migrate up --single-transaction", "all of them or none"},
                             {"quarry migrate up --database base",
                              "bring quarry's own knowledge base to this version of quarry"}},
                .exit_codes = {{5, "an applied migration was edited or is missing"},
                               {6, "migrations are out of order, or two have one version"},
                               {7, "another process used the database for longer than --lock-wait"},
                               {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options
            .add("goal", goal_,
                 "How many to apply, such as 2; or the last version to apply, as in its file's name, such as "
                 "0003; or head for all")
            .value("N|VERSION|head")
            .fallback("head");
        declare_migration_target(options, target_);
        options.flag("--dry-run", dry_run_, "Show what would be applied, and change nothing");
        options.flag("--single-transaction", single_transaction_,
                     "One transaction for all: either every migration is applied, or none");
        options.flag("--out-of-order", out_of_order_,
                     "Apply migrations whose version is below one that is applied, as after merging branches");
    }

    [[nodiscard]] int run(Context& context) override {
        app::MigrationRequest request{app::MigrationCourse::up(goal_)};
        request.single_transaction = single_transaction_;
        request.out_of_order = out_of_order_;
        return run_migrations(context, "up", target_, request, dry_run_);
    }

private:
    std::string goal_ = "head";
    bool dry_run_ = false;
    bool single_transaction_ = false;
    bool out_of_order_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_up_command() { return std::make_unique<MigrateUpCommand>(); }

}  // namespace quarry::cli
