// quarry migrate new: the next migration's file.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/migrate_schema.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_json.h"
#include "core/migrate/autogenerate.h"
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
                    "left empty, and the file is refused until they are filled.\n\n"
                    "With --autogenerate the SQL is made from the wanted schema, a file of CREATE statements "
                    "(--schema, or schema.sql): the migrations are run in a scratch database, compared with the wanted "
                    "schema, and what is missing is written, both ways, and tried out before the file is written. See "
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
        options.add("name", name_, "What the migration does, such as create_users_table").required().value("NAME");
        options_.add_to(options);
        options.flag("--autogenerate", autogenerate_, "Write what the migrations lack to give the wanted schema");
        options.flag("--allow-destructive", allow_destructive_,
                     "With --autogenerate: also what loses data, such as a dropped column");
        schema_options_.add_to(options, true);
        options.flag("--timestamp", timestamp_, "The version is the time now (UTC), for the first file of a folder");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::string name = migrate::migration_name(name_);
        std::filesystem::path folder = options_.folder(context);
        if (folder.empty()) folder = "migrations";
        const auto style = timestamp_ ? std::optional(migrate::VersionStyle::timestamp) : std::nullopt;
        const auto now = std::chrono::system_clock::now();
        const std::vector<std::filesystem::path> paths =
            autogenerate_ ? autogenerate(context, {folder, name, style, now, allow_destructive_})
                          : std::vector{migrate::create_migration(folder, name, style, now)};
        print(context, paths);
        if (context.json) return 0;
        if (std::any_of(paths.begin(), paths.end(), has_places_to_fill)) {
            context.out.note(
                "a value is wanted at the places marked FILL IN: on tables with rows the migration fails until "
                "then (or name it: --backfill TABLE.COLUMN=SQL)");
        }
        if (paths.empty()) {
            context.out.note("nothing to write: the migrations give the wanted schema");
        } else {
            context.out.note(fmt::format("look at {} and complete {}; this applies {}: {}",
                                         paths.size() == 1 ? "it" : "them", paths.size() == 1 ? "it" : "them",
                                         paths.size() == 1 ? "it" : "them", apply_command(context, folder)));
        }
        return 0;
    }

private:
    static bool has_places_to_fill(const std::filesystem::path& path) {
        return migrate::read_sql_file(path).find("/* FILL IN") != std::string::npos;
    }

    static void print(Context& context, const std::vector<std::filesystem::path>& paths) {
        if (!context.json) {
            for (const auto& path : paths) context.out.result() << strip_terminal_controls(path.string()) << '\n';
            context.out.result() << std::flush;
            return;
        }
        nlohmann::ordered_json files = nlohmann::ordered_json::array();
        for (const auto& path : paths) files.push_back(path.string());
        nlohmann::ordered_json document = {{"schema", "quarry.migrate.new/1"}, {"file", nullptr}, {"files", files}};
        if (!paths.empty()) document["file"] = paths.front().string();
        context.out.result() << config::dump_json(document);
    }

    [[nodiscard]] std::vector<std::filesystem::path> autogenerate(const Context& context,
                                                                  const migrate::AutogenerateOptions& options) const {
        const migrate::SchemaSource wanted = schema_options_.require_wanted(context);
        const migrate::SchemaLoader loader = schema_options_.loader(context, {wanted});
        const sql::Dialect dialect = schema_options_.dialect(context, {wanted});
        std::error_code ignored;
        const migrate::MigrationList migrations = std::filesystem::exists(options.folder, ignored)
                                                      ? migrate::MigrationList::from_folder(options.folder)
                                                      : migrate::MigrationList();
        return migrate::autogenerate(loader, migrations, *loader.load(wanted),
                                     schema_options_.diff_options(context, wanted, dialect), options);
    }

    /// `quarry migrate up` with what the settings leave out.
    [[nodiscard]] std::string apply_command(const Context& context, const std::filesystem::path& folder) const {
        std::string line = options_.command("up");
        if (options_.folder(context).empty()) line += " --dir " + strip_terminal_controls(folder.string());
        if (!options_.database(context)) line += " --url sqlite:app.db";
        return line;
    }

    MigrateOptions options_;
    SchemaOptions schema_options_{options_};
    bool autogenerate_ = false;
    bool allow_destructive_ = false;
    std::string name_;
    bool timestamp_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_new_command() { return std::make_unique<MigrateNewCommand>(); }

}  // namespace quarry::cli
