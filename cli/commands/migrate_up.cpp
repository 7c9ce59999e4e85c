// quarry migrate up: applies pending migrations.
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/migrate_run.h"

namespace quarry::cli {
namespace {

class MigrateUpCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate up",
            .summary = "apply the migrations that a database does not have yet",
            .description = fmt::format(
                "Applies pending migrations in order of their versions, each in a transaction of its own: when a "
                "statement fails, nothing of that migration is kept, those before it stay, and those after it "
                "wait. Before anything is touched, all files to be run are read, and applied ones are "
                "compared with their checksums. A SQLite database that does not exist is made.\n\n"
                "While a migration runs, foreign keys are not enforced, so that tables can be rebuilt; before it is "
                "committed, they are checked. BEGIN, COMMIT, VACUUM and ATTACH are refused in a migration.\n\n{}",
                migrate_help_note()),
            .examples = {{"quarry migrate up --dir migrations --url sqlite:app.db", "apply all that is pending"},
                         {"quarry migrate up 1 --dry-run", "show the next one, change nothing"},
                         {"quarry migrate up 0003", "apply all up to version 0003"},
                         {"quarry migrate up", "bring the knowledge base to this quarry's version"}},
            .exit_codes = {{5, "an applied migration was edited or is missing"},
                           {6, "migrations are out of order, or two have one version"},
                           {7, "another process used the database for longer than --lock-wait"},
                           {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(CLI::App& app) override {
        app.add_option("goal", goal_,
                       "How many to apply, such as 2; or the last version to apply, as in its file's name, such as "
                       "0003; or head for all")
            ->type_name("N|VERSION|head")
            ->default_str("head");
        options_.add_to(app);
        app.add_flag("--dry-run", dry_run_, "Show what would be applied, and change nothing");
    }

    [[nodiscard]] int run(Context& context) override {
        const auto goal = migrate::Goal::parse(goal_, migrate::Direction::up);
        return run_migrations(context, options_, options_.subject(context), migrate::Direction::up, goal, dry_run_);
    }

private:
    MigrateOptions options_;
    std::string goal_ = "head";
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_up_command() { return std::make_unique<MigrateUpCommand>(); }

}  // namespace quarry::cli
