// quarry migrate diff: the SQL that turns one schema into another.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/output.h"
#include "cli/ui/rename_question.h"
#include "core/app/migration_service.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateDiffCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate diff",
            .summary = "print the SQL that turns one schema into another",
            .description =
                "A schema is what a database is made of: its tables, columns, keys, indexes, views, triggers and so "
                "on. The command compares two of them by their meaning, not by their text, and prints the SQL that "
                "turns the first into the second; with --down the SQL that undoes it. Nothing is changed; quarry "
                "migrate new "
                "--autogenerate writes the same as a migration.\n\n"
                "Each of --from and --to is a database (sqlite:app.db, postgresql://USER@HOST/DATABASE), a folder of "
                "migrations, or a file of SQL or a folder of them. Without them the migrations are compared with the "
                "wanted schema (--schema, or schema.sql). Files are run in a scratch database: in memory for SQLite, "
                "for PostgreSQL on a private server if one is installed here, else a temporary one on the target's "
                "server.\n\n"
                "When something was dropped and something like it added, it may have been renamed: the command then "
                "stops and says which options decide it, or asks on a terminal. A comment -- quarry:renamed from=OLD "
                "in the wanted schema also decides it. Statements that destroy data are marked.",
            .examples = {{"quarry migrate diff --dir migrations --schema schema.sql", "what the migrations lack"},
                         {"quarry migrate diff --from sqlite:app.db --to schema.sql", "what a database lacks"},
                         {"quarry migrate diff --from a.db --to b.db --json", "the differences as data"},
                         {"quarry migrate diff --drift", "what was changed by hand in the database"},
                         {"quarry migrate diff --rename users.name:full_name", "a column was renamed"}},
            .exit_codes = {{4, "the schemas differ"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--from", from_, "The schema to start with (default: the migrations)").value("SCHEMA");
        options.add("--to", to_, "The schema to arrive at (default: the wanted schema)").value("SCHEMA");
        options
            .flag("--drift", drift_,
                  "Compare what the applied migrations give with the database: what was changed by hand")
            .excludes("--from")
            .excludes("--to");
        options.flag("--down", down_, "Print the SQL that undoes it");
        declare_schema_choice(options, choice_, true);
        declare_owners(options, target_);
        declare_migration_target(options, target_);
    }

    [[nodiscard]] int run(Context& context) override {
        choice_.ask_rename = rename_question(context);
        const app::MigrationService service(context, target_, choice_);
        const app::SchemaComparison found = drift_ ? service.drift() : service.diff(from_, to_);
        const schema::Diff& diff = found.diff;
        if (context.json) {
            context.out.result() << config::dump_json(
                wire::schema_diff_json(found.from, found.to, found.dialect, diff, found.left));
        } else {
            context.out.result() << found.script(down_) << std::flush;
            const std::size_t count = diff.changes.size() + found.left.size();
            context.out.note(count == 0 ? "the schemas are equal"
                                        : fmt::format("{} difference{}{}", count, count == 1 ? "" : "s",
                                                      found.destroys_data() ? ", some destroy data" : ""));
        }
        return diff.empty() && found.left.empty() ? 0 : static_cast<int>(ErrorCode::schema_drift);
    }

private:
    app::SchemaChoice choice_;
    std::string from_;
    std::string to_;
    bool drift_ = false;
    bool down_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_diff_command() { return std::make_unique<MigrateDiffCommand>(); }

}  // namespace quarry::cli
