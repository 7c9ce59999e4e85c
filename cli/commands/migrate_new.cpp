// quarry migrate new: the next migration's file.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/config_json.h"
#include "cli/migrate_options.h"
#include "cli/output.h"
#include "core/base/text.h"
#include "core/migrate/new_migration.h"
#include "core/migrate/scaffold.h"

namespace quarry::cli {
namespace {

class MigrateNewCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate new",
                .summary = "write the file of the next migration",
                .description =
                    "Makes VERSION_NAME.sql in the folder of migrations, which is made when it is missing (without "
                    "--dir and the setting migrate.dir: the folder migrations). VERSION is the next number, 0001, "
                    "0002 and so on, or the time now where the folder's files have times. A file that is there is "
                    "never overwritten.\n\n"
                    "From some names the SQL is guessed, to be completed by hand: create_users_table, "
                    "drop_users_table, add_status_to_orders, remove_status_from_orders, "
                    "rename_mail_to_email_in_users, add_index_on_email_to_users. For other names the two sections are "
                    "left empty, and the file is refused until they are filled.",
                .examples = {{"quarry migrate new create_users_table", "write migrations/0001_create_users_table.sql"},
                             {"quarry migrate new add_status_to_orders --dir db/migrations", "in another folder"},
                             {"quarry migrate new create_users_table --timestamp",
                              "begin a folder whose versions are times, for teams that work in parallel"}},
                .exit_codes = {{6, "the folder has two migrations of one version, or mixes numbers and times"}}};
    }

    void setup(CLI::App& app) override {
        app.add_option("name", name_, "What the migration does, such as create_users_table")
            ->required()
            ->type_name("NAME");
        options_.add_to(app);
        app.add_flag("--timestamp", timestamp_, "The version is the time now (UTC), for the first file of a folder");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::string name = migrate::migration_name(name_);
        std::filesystem::path folder = options_.folder(context);
        if (folder.empty()) folder = "migrations";
        const auto style = timestamp_ ? std::optional(migrate::VersionStyle::timestamp) : std::nullopt;
        const std::filesystem::path path =
            migrate::create_migration(folder, name, style, std::chrono::system_clock::now());
        if (context.json) {
            context.out.result() << dump_json({{"schema", "quarry.migrate.new/1"}, {"file", path.string()}});
            return 0;
        }
        context.out.result() << strip_terminal_controls(path.string()) << '\n' << std::flush;
        context.out.note(
            fmt::format("look at it and complete it; this applies it: {}", apply_command(context, folder)));
        return 0;
    }

private:
    /// `quarry migrate up` with what the settings leave out.
    [[nodiscard]] std::string apply_command(const Context& context, const std::filesystem::path& folder) const {
        std::string line = options_.command("up");
        if (options_.folder(context).empty()) line += " --dir " + strip_terminal_controls(folder.string());
        if (!options_.database(context)) line += " --url sqlite:app.db";
        return line;
    }

    MigrateOptions options_;
    std::string name_;
    bool timestamp_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_new_command() { return std::make_unique<MigrateNewCommand>(); }

}  // namespace quarry::cli
