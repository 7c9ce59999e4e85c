// quarry migrate drop: drops the database that migrations are for.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/confirm.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateDropCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate drop",
                .summary = "drop the database that migrations are for, with everything in it",
                .description = fmt::format(
                    "Drops the whole database: on a PostgreSQL server, by way of its database postgres; for SQLite the "
                    "file with those that SQLite keeps beside it. Only a backup brings it back, so the command asks, "
                    "or requires --yes without a terminal. A missing database is not an error. A database in use is "
                    "refused, and so is a knowledge base of quarry.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate drop --url sqlite:app.db", "drop it, after asking"},
                             {"quarry migrate drop --yes && quarry migrate create && quarry migrate up",
                              "start again, in a test"}},
                .exit_codes = {{7, "another process uses the database"}}};
    }

    void setup(OptionTable& options) override {
        declare_migration_target(options, target_);
        options.flag("--yes", yes_, "Drop it without asking");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_);
        app::DatabaseReport report = service.find_droppable();
        const std::string name = strip_terminal_controls(report.database);
        if (report.exists) {
            if (!yes_ && !agrees(context, name)) return static_cast<int>(ErrorCode::failed);
            report = service.drop_database();
        }
        if (context.json) {
            context.out.result() << config::dump_json(
                wire::database_change_json("drop", report.database, "dropped", report.exists));
            return 0;
        }
        context.out.note(report.exists ? fmt::format("dropped the database {}", name)
                                       : fmt::format("there is no database {}: nothing was dropped", name));
        return 0;
    }

private:
    static bool agrees(const Context& context, const std::string& name) {
        if (!can_confirm(context)) {
            throw Error(ErrorCode::usage, fmt::format("dropping {} deletes everything in it", name),
                        "if you mean it, add --yes");
        }
        if (confirm(context, fmt::format("Drop {} with everything in it?", name))) return true;
        context.out.note("nothing was changed");
        return false;
    }

    bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_drop_command() { return std::make_unique<MigrateDropCommand>(); }

}  // namespace quarry::cli
