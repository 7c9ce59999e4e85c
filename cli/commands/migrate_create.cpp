// quarry migrate create: makes the database that migrations are for.
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

class MigrateCreateCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate create",
                .summary = "create the database that migrations are for",
                .description = fmt::format(
                    "Creates an empty database: on a PostgreSQL server through its database postgres, as the user of "
                    "the URL, who needs the right to create databases; for SQLite the file. An existing database is "
                    "not changed, and that is not an error. quarry migrate up then creates the tables.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate create --url postgresql://postgres@localhost/app", "make it"},
                             {"quarry migrate create && quarry migrate up", "from nothing to the newest migration"}}};
    }

    void setup(OptionTable& options) override { declare_migration_target(options, target_); }

    [[nodiscard]] int run(Context& context) override {
        const app::DatabaseReport report = app::MigrationService(context, target_).make_database();
        if (context.json) {
            context.out.result() << config::dump_json(
                wire::database_change_json("create", report.database, "created", !report.exists));
            return 0;
        }
        const std::string name = strip_terminal_controls(report.database);
        context.out.note(report.exists ? fmt::format("{} exists already", name)
                                       : fmt::format("created the database {}", name));
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_migrate_create_command() { return std::make_unique<MigrateCreateCommand>(); }

}  // namespace quarry::cli
