// quarry migrate new: the next migration's file.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/hints.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/output.h"
#include "cli/ui/rename_question.h"
#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateNewCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate new",
            .summary = "write the file of the next migration",
            .description =
                "Makes VERSION_NAME.sql in the folder of migrations, which is created if it does not exist (without "
                "--dir and the setting migrate.dir: the folder migrations). VERSION is the next number, 0001, "
                "0002 and so on, or the current time if the folder's files have times. An existing file is never "
                "overwritten.\n\n"
                "For some names the SQL is guessed, for you to complete: create_users_table, "
                "drop_users_table, add_status_to_orders, remove_status_from_orders, "
                "rename_mail_to_email_in_users, add_index_on_email_to_users. For other names the two sections are "
                "left empty, and the file is refused until they are filled.\n\n"
                "With --autogenerate the SQL is made from the wanted schema, a file of CREATE statements "
                "(--schema, or schema.sql): the migrations are run in a scratch database, compared with the wanted "
                "schema, and what is missing is written, up and down, and tried before the file is written. See "
                "quarry migrate diff for what decides renames. Data is never destroyed without "
                "--allow-destructive.",
            .examples = {{"quarry migrate new create_users_table", "write migrations/0001_create_users_table.sql"},
                         {"quarry migrate new add_status_to_orders --dir db/migrations", "in another folder"},
                         {"quarry migrate new add_orders --autogenerate --schema schema.sql",
                          "make the migrations give the schema of that file"},
                         {"quarry migrate new create_users_table --timestamp",
                          "begin a folder whose versions are times, for teams that work in parallel"}},
            .exit_codes = {{6, "the folder has two migrations of one version, or mixes numbers and times"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", request_.name, "What the migration does, such as create_users_table")
            .required()
            .value("NAME");
        declare_migration_target(options, target_);
        options.flag("--autogenerate", request_.autogenerate, "Write what the migrations lack for the wanted schema");
        options.flag("--allow-destructive", request_.allow_destructive,
                     "With --autogenerate: also what loses data, such as a dropped column");
        declare_schema_choice(options, choice_, true);
        declare_owners(options, target_);
        options.flag("--timestamp", request_.timestamp,
                     "The version is the time now (UTC), for the first file of a folder");
    }

    [[nodiscard]] int run(Context& context) override {
        choice_.ask_rename = rename_question(context);
        const app::MigrationService service(context, target_, choice_);
        const app::NewMigrationReport made = service.create(request_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::new_migration_json(made.paths, made.left));
            return 0;
        }
        for (const auto& path : made.paths) {
            context.out.result() << strip_terminal_controls(path.string()) << '\n';
        }
        context.out.result() << std::flush;
        if (made.has_places_to_fill) {
            context.out.note(
                "write a value at the places marked FILL IN: migrate up does not run what has one (or delete the file "
                "and name the value: --backfill TABLE.COLUMN=SQL, --time-zone ZONE)");
        }
        for (const migrate::RepeatableChange& one : made.left) {
            context.out.note(strip_terminal_controls(one.text()));
        }
        if (made.paths.empty()) {
            context.out.note(made.left.empty() ? "nothing to write: the migrations give the wanted schema"
                                               : "nothing else to write");
            return 0;
        }
        const char* them = made.paths.size() == 1 ? "it" : "them";
        context.out.note(fmt::format("review {} and complete {}; this applies {}: {}", them, them, them,
                                     apply_command(context, service, made.folder)));
        return 0;
    }

private:
    /// `quarry migrate up` with what nothing else says.
    std::string apply_command(const Context& context, const app::MigrationService& service,
                              const std::filesystem::path& folder) const {
        std::string options = context.hint_options;
        if (!service.knows_folder()) options += " --dir " + shell_quoted(folder.string());
        const bool server = choice_.dialect == "postgresql";
        if (!service.knows_database()) {
            options += server ? " --url postgresql://USER@HOST/DATABASE" : " --url sqlite:app.db";
        }
        return complete_hint("quarry migrate up", options);
    }

    app::SchemaChoice choice_;
    app::NewMigrationRequest request_;
};

}  // namespace

std::unique_ptr<Command> make_migrate_new_command() { return std::make_unique<MigrateNewCommand>(); }

}  // namespace quarry::cli
