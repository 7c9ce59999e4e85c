// quarry migrate import: takes over another tool's migrations and what it applied.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/migrate_options.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/migrate/import.h"

namespace quarry::cli {
namespace {

using migrate::ForeignTool;

constexpr std::size_t listed_at_most = 10;

std::string shown(std::string_view text) { return strip_terminal_controls(text); }

/// What the other tool's ledger said, if there is one.
struct TakenOver {
    std::optional<migrate::ForeignLedger> ledger;
    migrate::ForeignApplied applied;

    [[nodiscard]] bool is_applied(std::size_t index) const { return ledger && applied.applied[index]; }
    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(std::count(applied.applied.begin(), applied.applied.end(), true));
    }
};

class MigrateImportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate import",
            .summary = "take over another tool's migrations and what it applied",
            .description =
                "Converts the migrations of dbmate, goose, golang-migrate or Alembic into a new folder, and marks as "
                "applied in the database what the other tool had applied. All of it happens, or nothing. The SQL and "
                "its comments stay as they are; the section markers become quarry's. Versions stay too, unless quarry "
                "cannot have them (numbers mixed with times, Alembic's revisions): then all are counted anew, and each "
                "file says in its first line what it was.\n\n"
                "Without a database (--url, or the setting migrate.url) only the files are written. For each further "
                "database, such as the one in production, run it once with --ledger-only. That also takes over a "
                "folder of dbmate, goose or golang-migrate as it stands: quarry runs those without conversion.\n\n"
                "Alembic's migrations are Python. Let it print them as SQL, and give that with --from-sql and "
                "--down-sql; what a migration computes while it runs is not in there. Migrations of goose in Go are "
                "refused. The other tool's table stays, and quarry's diff and check pass over it.",
            .examples = {{"quarry migrate import --from-dir db/migrations --dir migrations --url sqlite:app.db",
                          "convert a folder, and take over what is applied"},
                         {"quarry migrate import --from-dir db/migrations --dry-run",
                          "only show what would be written"},
                         {"quarry migrate import --ledger-only --dir migrations --url postgresql://db.example/app",
                          "what is applied in another database, or with an unconverted folder"},
                         {"quarry migrate import --from-dir alembic/versions --from-sql up.sql --down-sql down.sql "
                          "--dir migrations --url sqlite:app.db",
                          "Alembic, after: alembic upgrade heads --sql > up.sql"}},
            .exit_codes = {{5, "the other tool applied a migration that has no file"},
                           {6, "two files have one version"},
                           {7, "another process used the database for longer than --lock-wait"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--from-dir", source_.from, "Folder with the other tool's migrations").value("DIR");
        options.add("--tool", tool_, "Whose migrations they are; without it quarry looks at the files")
            .choices({"dbmate", "goose", "golang-migrate", "alembic"});
        options.add("--from-sql", source_.up_sql, "Alembic: what `alembic upgrade heads --sql` printed").value("PATH");
        options.add("--down-sql", source_.down_sql, "Alembic: what `alembic downgrade heads:base --sql` printed")
            .value("PATH");
        options.add("--dialect", dialect_, "Whose SQL it is, where no database says so and it makes a difference")
            .choices({"sqlite", "postgresql"});
        options.add("--table", table_, "The other tool's table, when it does not have its usual name").value("NAME");
        options_.add_to(options);
        options.flag("--ledger-only", ledger_only_,
                     "Write no files: mark as applied what the other tool applied of those in --dir");
        options.flag("--skip-missing", skip_missing_,
                     "Pass over migrations that the other tool applied and that have no file any more");
        options.flag("--dry-run", dry_run_, "Show what would be done, and change nothing");
    }

    [[nodiscard]] int run(Context& context) override {
        ledger_only_ ? take_over(context) : convert(context);
        return 0;
    }

private:
    struct Source {
        std::string from, up_sql, down_sql;
    };

    void convert(Context& context) {
        if (source_.from.empty() && source_.up_sql.empty()) {
            throw Error(ErrorCode::usage, "which migrations are to be imported?",
                        "name the other tool's folder: --from-dir DIR; or for Alembic its SQL: --from-sql FILE");
        }
        std::filesystem::path target = options_.folder(context);
        if (target.empty()) target = "migrations";
        const std::optional<db::DatabaseUrl> database = options_.database(context);
        const migrate::ImportedFolder folder = migrate::read_foreign_folder(import_source(database));
        migrate::require_new_folder(target);
        std::vector<migrate::ForeignVersion> versions;
        for (const migrate::ImportedMigration& one : folder.migrations) versions.push_back(one.foreign);
        const TakenOver taken = look_up(context, database, folder.tool, versions);
        if (!dry_run_) {
            migrate::write_imported(target, folder.migrations, [&] {
                stamp(context, database, migrate::MigrationList::from_folder(target), taken);
            });
        }
        context.json ? print_json(context, folder, target, database, taken)
                     : print(context, folder, target, database, taken);
    }

    void take_over(Context& context) {
        const std::optional<db::DatabaseUrl> database = options_.database(context);
        const std::filesystem::path folder = options_.folder(context);
        if (!source_.from.empty() || !source_.up_sql.empty()) {
            throw Error(ErrorCode::usage, "--ledger-only converts no files",
                        "name the folder whose files quarry is to run with --dir, and leave out --from-dir");
        }
        if (folder.empty() || !database) {
            throw Error(ErrorCode::usage, "--ledger-only needs a folder and a database",
                        "give both: --dir FOLDER --url URL");
        }
        const migrate::MigrationList migrations = migrate::MigrationList::from_folder(folder);
        const migrate::ForeignVersions foreign = migrate::foreign_versions(migrations, database->dialect);
        const auto tool = tool_.empty() ? foreign.tool : migrate::find_foreign_tool(tool_);
        const TakenOver taken = look_up(context, database, tool, foreign.versions);
        if (!taken.ledger) {
            throw Error(ErrorCode::failed,
                        fmt::format("{} has no ledger of another migration tool", name_of(*database)),
                        "check --url; --table names the ledger where it has an unusual name");
        }
        if (!dry_run_) stamp(context, database, migrations, taken);
        context.json ? print_json(context, migrations, folder, *database, taken)
                     : print(context, migrations, *database, taken);
    }

    [[nodiscard]] migrate::ImportSource import_source(const std::optional<db::DatabaseUrl>& database) const {
        migrate::ImportSource source{source_.from, source_.up_sql, source_.down_sql, {}, {}, table_};
        if (!tool_.empty()) source.tool = migrate::find_foreign_tool(tool_);
        if (!dialect_.empty()) {
            source.dialect = dialect_ == "sqlite" ? sql::Dialect::sqlite : sql::Dialect::postgresql;
        }
        if (!database) return source;
        if (source.dialect && *source.dialect != database->dialect) {
            throw Error(ErrorCode::usage,
                        fmt::format("--dialect {} does not fit the database {}", dialect_, name_of(*database)),
                        "leave out --dialect: the database says it");
        }
        source.dialect = database->dialect;
        return source;
    }

    static std::string name_of(const db::DatabaseUrl& database) {
        return shown(database.dialect == sql::Dialect::sqlite ? database.path.string() : db::redact_url(database.url));
    }

    /// Reads the other tool's ledger, and proves that it and quarry's can be matched with the files.
    [[nodiscard]] TakenOver look_up(Context& context, const std::optional<db::DatabaseUrl>& database,
                                    std::optional<migrate::ForeignTool> tool,
                                    const std::vector<migrate::ForeignVersion>& versions) const {
        TakenOver taken;
        if (!database) return taken;
        const migrate::DatabaseOptions options = options_.database_options(context);
        const std::string name = name_of(*database);
        const auto ledgers = migrate::read_foreign_ledgers(*database, table_, options);
        taken.ledger = migrate::choose_ledger(ledgers, tool, name);
        if (!taken.ledger) return taken;
        taken.applied = migrate::applied_by(*taken.ledger, versions);
        if (!taken.applied.without_file.empty() && !skip_missing_) throw missing_files(name, taken);
        migrate::DatabaseOptions read_only = options;
        read_only.read_only = true;
        const auto opened = migrate::open_database(*database, read_only);
        migrate::require_unused_ledger(*opened->session());
        return taken;
    }

    static Error missing_files(const std::string& name, const TakenOver& taken) {
        const std::vector<std::string>& missing = taken.applied.without_file;
        Error error(
            ErrorCode::migration_edited,
            fmt::format("{} has {} as applied in {}, without {}", shown(taken.ledger->table),
                        count_migrations(missing.size()), name, missing.size() == 1 ? "its file" : "their files"),
            "bring the files back, as version control has them; or go on without them: --skip-missing");
        for (std::size_t i = 0; i < missing.size() && i < listed_at_most; ++i) {
            error = std::move(error).because(one_line(missing[i], 60));
        }
        if (missing.size() <= listed_at_most) return error;
        return std::move(error).because(fmt::format("and {} more", missing.size() - listed_at_most));
    }

    void stamp(Context& context, const std::optional<db::DatabaseUrl>& database,
               const migrate::MigrationList& migrations, const TakenOver& taken) const {
        if (!taken.ledger) return;
        const auto opened = migrate::open_database(*database, options_.database_options(context));
        (void)migrate::take_over_ledger(opened->session(), migrations, taken.applied.applied,
                                        options_.migrator_options(context));
    }

    void print(Context& context, const migrate::ImportedFolder& folder, const std::filesystem::path& target,
               const std::optional<db::DatabaseUrl>& database, const TakenOver& taken) const {
        for (std::size_t i = 0; i < folder.migrations.size(); ++i) {
            const migrate::ImportedMigration& one = folder.migrations[i];
            const std::string was = one.renumbered ? fmt::format(", was {}", shown(one.foreign.id)) : std::string();
            context.out.result() << fmt::format("{} {}{}{}\n", dry_run_ ? "would write" : "wrote", shown(one.file_name),
                                                was, state_words(taken, i));
        }
        context.out.result() << std::flush;
        for (const migrate::ImportedMigration& one : folder.migrations) {
            for (const std::string& change : one.changes) {
                context.out.note(fmt::format("{}: {}", shown(one.file_name), change));
            }
        }
        for (const std::string& name : folder.left_out) {
            context.out.warn(fmt::format("{} is no migration: its name does not say a version", shown(name)));
        }
        context.out.note(fmt::format("{} of {} {} {}", count_migrations(folder.migrations.size()),
                                     migrate::foreign_tool_name(folder.tool), dry_run_ ? "would be in" : "are in",
                                     shown(target.string())));
        if (database) tell_ledger(context, *database, taken);
    }

    void print(Context& context, const migrate::MigrationList& migrations, const db::DatabaseUrl& database,
               const TakenOver& taken) const {
        for (std::size_t i = 0; i < migrations.all().size(); ++i) {
            if (!taken.applied.applied[i]) continue;
            context.out.result() << fmt::format("{} {} as applied\n", dry_run_ ? "would mark" : "marked",
                                                shown(migrations.all()[i].title()));
        }
        context.out.result() << std::flush;
        tell_ledger(context, database, taken);
    }

    static std::string state_words(const TakenOver& taken, std::size_t index) {
        if (!taken.ledger) return {};
        return taken.is_applied(index) ? " (applied)" : " (pending)";
    }

    void tell_ledger(Context& context, const db::DatabaseUrl& database, const TakenOver& taken) const {
        const std::string name = name_of(database);
        if (!taken.ledger) {
            context.out.note(fmt::format("{} has no ledger of another tool: nothing is marked as applied", name));
            return;
        }
        const std::string table = shown(taken.ledger->table);
        const std::string_view tool = migrate::foreign_tool_name(taken.ledger->tool);
        context.out.note(fmt::format("{} {} as applied in {}, as {} says", count_migrations(taken.count()),
                                     dry_run_ ? "would be marked" : "marked", name, table));
        if (!taken.applied.without_file.empty()) {
            context.out.warn(fmt::format("{} of {} without a file: passed over",
                                         count_migrations(taken.applied.without_file.size()), tool));
        }
        if (const std::size_t gaps = taken.applied.gaps(); gaps > 0) {
            context.out.warn(fmt::format("{} below the newest applied one {} not applied: {} --out-of-order",
                                         count_migrations(gaps), gaps == 1 ? "is" : "are", options_.command("up")));
        }
        context.out.note(
            fmt::format("the table {} stays as it is; when {} is used no more: DROP TABLE {};", table, tool, table));
    }

    [[nodiscard]] nlohmann::ordered_json document(const std::filesystem::path& folder,
                                                  const std::optional<db::DatabaseUrl>& database,
                                                  const TakenOver& taken) const {
        nlohmann::ordered_json document = {{"schema", "quarry.migrate.import/1"},
                                           {"dry_run", dry_run_},
                                           {"folder", folder.string()},
                                           {"database", nullptr},
                                           {"tool", nullptr},
                                           {"ledger_table", nullptr},
                                           {"without_file", taken.applied.without_file}};
        if (database) document["database"] = name_of(*database);
        if (taken.ledger) {
            document["tool"] = migrate::foreign_tool_name(taken.ledger->tool);
            document["ledger_table"] = taken.ledger->table;
        }
        return document;
    }

    void print_json(Context& context, const migrate::ImportedFolder& folder, const std::filesystem::path& target,
                    const std::optional<db::DatabaseUrl>& database, const TakenOver& taken) const {
        nlohmann::ordered_json document = this->document(target, database, taken);
        document["tool"] = migrate::foreign_tool_name(folder.tool);
        document["left_out"] = folder.left_out;
        document["migrations"] = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < folder.migrations.size(); ++i) {
            const migrate::ImportedMigration& one = folder.migrations[i];
            document["migrations"].push_back({{"file", (target / one.file_name).string()},
                                              {"was", one.foreign.id},
                                              {"renumbered", one.renumbered},
                                              {"applied", taken.is_applied(i)},
                                              {"sources", one.sources},
                                              {"changes", one.changes}});
        }
        context.out.result() << config::dump_json(document);
    }

    void print_json(Context& context, const migrate::MigrationList& migrations, const std::filesystem::path& folder,
                    const db::DatabaseUrl& database, const TakenOver& taken) const {
        nlohmann::ordered_json document = this->document(folder, database, taken);
        document["migrations"] = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < migrations.all().size(); ++i) {
            document["migrations"].push_back({{"file", migrations.all()[i].path}, {"applied", taken.is_applied(i)}});
        }
        context.out.result() << config::dump_json(document);
    }

    MigrateOptions options_;
    Source source_;
    std::string tool_;
    std::string dialect_;
    std::string table_;
    bool ledger_only_ = false;
    bool skip_missing_ = false;
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_import_command() { return std::make_unique<MigrateImportCommand>(); }

}  // namespace quarry::cli
