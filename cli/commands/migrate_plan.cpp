// quarry migrate plan: the exact SQL of what would run, with its hazards and locks.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/text/migrate_plan_report.h"
#include "cli/ui/output.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigratePlanCommand final : public MigrationCommand {
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
                         {"quarry migrate plan base --from head --sql --dialect postgresql", "undo everything"}},
            .exit_codes = {{5, "an applied migration was edited or is missing"},
                           {6, "migrations are out of order"},
                           {7, "another process used the database for longer than --lock-wait"},
                           {9, "the database was migrated by a newer quarry"}},
            .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("place", request_.place, "A version, such as 0003; head; base; or steps, such as +2 or -1")
            .value("VERSION|head|base|+N|-N")
            .fallback("head");
        declare_migration_target(options, target_);
        options
            .add("--from", request_.from, "The version that the database is at, in place of asking it; base: at none")
            .value("VERSION|head|base");
        options.add("--dialect", request_.dialect, "SQL dialect, with --from and without --url")
            .choices({"sqlite", "postgresql"});
        options.flag("--sql", sql_, "Print a script for the database's own shell");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_);
        if (sql_) {
            const std::string script = service.script(request_);
            if (context.json) {
                context.out.result() << config::dump_json(wire::migration_script_json(script));
            } else {
                context.out.result() << script << std::flush;
            }
            return 0;
        }
        const app::PlanReport plan = service.report(request_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::migration_plan_json(plan.dialect, plan.migrations));
        } else {
            context.out.result() << plan_text(plan) << std::flush;
            if (plan.migrations.empty()) context.out.note("nothing would run");
        }
        return 0;
    }

private:
    app::PlanRequest request_;
    bool sql_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_plan_command() { return std::make_unique<MigratePlanCommand>(); }

}  // namespace quarry::cli
