// quarry migrate plan: the exact SQL of what would run, with its hazards and locks.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/version.h"
#include "cli/text/migrate_plan_report.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class MigratePlanCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate plan",
            .summary = "show the exact SQL that would run, with its hazards and locks",
            .description = fmt::format(
                "For the migrations that lead to a place (as quarry migrate to takes it; default: head), prints each "
                "statement as it would be sent, where it is written, what the linter says against it, the tables it "
                "locks and what that blocks (PostgreSQL), and how many rows those have. Changes nothing.\n\n"
                "With --sql it prints one script for the database's own shell, sqlite3 or psql, which also keeps "
                "quarry's list of applied migrations: for a database that quarry cannot reach. --from says which "
                "version such a database is at, since it cannot be asked; with --from the database is not "
                "opened.\n\n{}",
                migrate_help_note()),
            .examples = {{"quarry migrate plan --dir migrations --url sqlite:app.db", "what is pending"},
                         {"quarry migrate plan --sql --from 0003 > release.sql", "a script from 0003 to the newest"},
                         {"quarry migrate plan base --from head --sql --dialect postgresql", "the way all back"}},
            .exit_codes = {{5, "an applied migration was edited or is missing"},
                           {6, "migrations are out of order"},
                           {7, "another process used the database for longer than --lock-wait"},
                           {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("place", place_, "A version, such as 0003; head; base; or steps, such as +2 or -1")
            .value("VERSION|head|base|+N|-N")
            .fallback("head");
        options_.add_to(options);
        options.add("--from", from_, "The version that the database is at, in place of asking it; base: at none")
            .value("VERSION|head|base");
        options.add("--dialect", dialect_, "Whose SQL it is, with --from and without --url")
            .choices({"sqlite", "postgresql"});
        options.flag("--sql", sql_, "Print a script for the database's own shell");
    }

    [[nodiscard]] int run(Context& context) override {
        PlanInput input = from_.empty() ? asked(context) : assumed(context);
        if (sql_) {
            context.out.result() << migrate::offline_script(input.migrations, input.steps, input.dialect,
                                                            context.environment, QUARRY_VERSION)
                                 << std::flush;
            return 0;
        }
        const std::vector<PlannedMigration> plan = plan_report(input, context.environment);
        if (context.json) {
            context.out.result() << config::dump_json(plan_json(input, plan));
        } else {
            context.out.result() << plan_text(input, plan) << std::flush;
            if (plan.empty()) context.out.note("nothing would run");
        }
        return 0;
    }

private:
    /// By the database's own ledger.
    [[nodiscard]] PlanInput asked(const Context& context) const {
        const MigrateSubject subject = options_.subject(context);
        auto database = options_.open_or_empty(context, subject);
        migrate::Migrator migrator(database->session(), subject.migrations, options_.migrator_options(context));
        PlanInput input{subject.migrations, migrator.plan_to(place_), database->dialect(), nullptr};
        if (subject.exists) input.database = std::move(database);
        return input;
    }

    /// By what the user says.
    [[nodiscard]] PlanInput assumed(const Context& context) const {
        const std::filesystem::path folder = options_.folder(context);
        if (folder.empty()) {
            throw Error(ErrorCode::usage, "which migrations? Their folder is not given",
                        "give --dir FOLDER, or set migrate.dir");
        }
        sql::Dialect dialect = sql::Dialect::sqlite;
        if (const auto url = options_.database(context)) dialect = url->dialect;
        if (!dialect_.empty()) dialect = dialect_ == "sqlite" ? sql::Dialect::sqlite : sql::Dialect::postgresql;
        migrate::MigrationList migrations = migrate::MigrationList::from_folder(folder);
        const migrate::Ledger ledger = migrate::assumed_ledger(migrations, from_);
        std::vector<migrate::Step> steps = migrate::plan_offline(migrations, ledger, place_, dialect);
        return {std::move(migrations), std::move(steps), dialect, nullptr};
    }

    MigrateOptions options_;
    std::string place_ = "head";
    std::string from_;
    std::string dialect_;
    bool sql_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_plan_command() { return std::make_unique<MigratePlanCommand>(); }

}  // namespace quarry::cli
