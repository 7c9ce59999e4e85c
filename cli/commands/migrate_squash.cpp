// quarry migrate squash: many migrations folded into one that gives the same database.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/migrate_schema.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/migrate/squash_ledger.h"

namespace quarry::cli {
namespace {

using migrate::LedgerSquash;
using migrate::SchemaLoader;
using migrate::SchemaSource;
using migrate::Squash;

class MigrateSquashCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate squash",
            .summary = "fold old migrations into one that gives the same database",
            .description =
                "Writes VERSION_baseline.sql in place of all migrations up to a version, so that a new database is "
                "made in one step. The baseline makes the same schema and leaves the same rows (reference data) in the "
                "same tables; that is proven in scratch databases before anything is touched, together with its way "
                "back and the newer migrations behind it. The version stays, so newer migrations keep their order. "
                "Repeatable migrations are left alone.\n\n"
                "The old files are moved to the folder squashed-VERSION beside the baseline, which quarry does not "
                "read; delete it once the change is committed. In the database that is given, the list of applied "
                "migrations is brought along in one transaction. It must have all of the folded ones, unedited, or "
                "none of any.\n\n"
                "Every other database that has the old migrations is brought along with --ledger-only, once the new "
                "files are there: its schema is compared with what the files give, then its list is written. Its "
                "tables and rows are not touched. A new database needs nothing: quarry migrate up runs the "
                "baseline.\n\n"
                "--dir names the folder of the migration files and --url the database. Both can be set once, as "
                "migrate.dir and migrate.url (quarry config set). Without a database only the files are folded.",
            .examples = {{"quarry migrate squash 0042 --dry-run", "prove that it works, and show what would be done"},
                         {"quarry migrate squash", "fold all migrations"},
                         {"quarry migrate squash 0042 --name v2", "write 0042_v2.sql"},
                         {"quarry migrate squash --ledger-only --url postgresql://app@db/app",
                          "bring another database along"}},
            .exit_codes = {{3, "the database lacks some of the migrations to be folded"},
                           {4, "--ledger-only: the database's schema is not what the files give"},
                           {5, "an applied migration was edited or is missing"},
                           {6, "migrations are out of order, or two have one version"},
                           {7, "another process used the database for longer than --lock-wait"},
                           {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("version", version_, "The newest migration to fold: a version, such as 0042, or head for all")
            .value("VERSION|head");
        options.add("--name", name_, "What the baseline is called").value("NAME").show_default();
        options.flag("--ledger-only", ledger_only_,
                     "The files are squashed already: write only the database's list of applied migrations");
        options.flag("--dry-run", dry_run_, "Prove that it works, show what would be done, and change nothing");
        schema_options_.add_to(options, false);
        options.remove("--schema");  // The migrations' schema is the wanted one.
        options_.add_to(options);
    }

    [[nodiscard]] int run(Context& context) override {
        if (ledger_only_) return run_ledger_only(context);
        if (options_.folder(context).empty() && !options_.database(context)) refuse_knowledge_base();
        const std::filesystem::path folder = schema_options_.folder(context);
        const auto migrations = migrate::MigrationList::from_folder(folder);
        const migrate::SchemaLoader loader = schema_options_.loader(context, {});
        const std::unique_ptr<migrate::Database> database = open_if_there(context);
        // What the ledger forbids is known before the trials, which take time.
        migrate::Squash squash = migrate::begin_squash(migrations, folder, version_.empty() ? "head" : version_, name_);
        bool has_folded = database != nullptr && migrate::ledger_has_folded(*database, migrations, squash);
        squash = migrate::prove_squash(loader, migrations, std::move(squash));
        if (!dry_run_) {
            has_folded = migrate::apply_squash(squash, migrations, database.get(), options_.migrator_options(context));
        }
        if (context.json) {
            print_json(context, squash, has_folded);
        } else {
            print(context, squash, has_folded);
        }
        return 0;
    }

private:
    [[noreturn]] static void refuse_knowledge_base() {
        throw Error(ErrorCode::usage, "the migrations of the knowledge base are part of quarry: they cannot be folded",
                    "give --dir FOLDER, and --url for the database whose list is to be brought along");
    }

    /// The database, when one is known and there is one.
    [[nodiscard]] std::unique_ptr<migrate::Database> open_if_there(const Context& context) const {
        if (options_.folder(context).empty() || !options_.database(context)) return nullptr;
        const MigrateSubject subject = options_.subject(context);
        if (!subject.exists) {
            context.out.note(fmt::format("{} does not exist yet: only the files are looked at", subject.label()));
            return nullptr;
        }
        return options_.open(context, subject, dry_run_ ? MigrateOptions::Access::read : MigrateOptions::Access::write);
    }

    [[nodiscard]] int run_ledger_only(Context& context) {
        if (!version_.empty()) {
            throw Error(ErrorCode::usage, "--ledger-only takes no version: the files say it",
                        "leave the version out; the first file of the folder is the baseline");
        }
        const MigrateSubject subject = options_.subject(context);
        if (subject.is_knowledge_base) refuse_knowledge_base();
        MigrateOptions::require_existing(subject);
        const auto database =
            options_.open(context, subject, dry_run_ ? MigrateOptions::Access::read : MigrateOptions::Access::write);
        const migrate::SchemaLoader loader = schema_options_.loader(context, {});
        const migrate::LedgerSquash squash = migrate::plan_ledger_squash(loader, subject.migrations, *database);
        if (!dry_run_) {
            migrate::apply_ledger_squash(squash, subject.migrations, *database, options_.migrator_options(context));
        }
        if (context.json) {
            print_ledger_json(context, subject, squash);
        } else {
            print_ledger(context, subject, squash);
        }
        return 0;
    }

    void print(Context& context, const migrate::Squash& squash, bool has_folded) const {
        const char* would = dry_run_ ? "would be " : "";
        std::size_t rows = 0;
        for (const auto& [table, count] : squash.rows) rows += count;
        for (const migrate::Migration& one : squash.folded) {
            context.out.result() << fmt::format("{}folded {}\n", would, strip_terminal_controls(one.title()));
        }
        context.out.result() << fmt::format(
                                    "{}written {}{}\n", would, shown(squash.path),
                                    rows == 0 ? "" : fmt::format(" (with {} {})", rows, rows == 1 ? "row" : "rows"))
                             << std::flush;
        if (has_folded) {
            context.out.note(fmt::format("the database's list of applied migrations {} along",
                                         dry_run_ ? "would be brought" : "was brought"));
        }
        if (dry_run_) return;
        context.out.note(
            fmt::format("the old files are in {}: delete it once the change is committed", shown(squash.archive)));
        context.out.note("bring every other database along with: quarry migrate squash --ledger-only");
    }

    void print_ledger(Context& context, const MigrateSubject& subject, const migrate::LedgerSquash& squash) const {
        if (squash.folded.empty()) {
            context.out.note(fmt::format("nothing to write: {} has no folded migrations", subject.label()));
            return;
        }
        for (const migrate::LedgerEntry& one : squash.folded) {
            context.out.result() << fmt::format("{} {}_{}\n", dry_run_ ? "would unstamp" : "unstamped",
                                                migrate::format_version(one.version),
                                                strip_terminal_controls(one.name));
        }
        context.out.result() << fmt::format("{} {}\n", dry_run_ ? "would stamp" : "stamped",
                                            strip_terminal_controls(squash.baseline.title()))
                             << std::flush;
    }

    void print_json(Context& context, const migrate::Squash& squash, bool has_folded) const {
        nlohmann::ordered_json folded = nlohmann::ordered_json::array();
        for (const migrate::Migration& one : squash.folded) {
            folded.push_back({{"version", one.version_text}, {"name", one.name}, {"file", one.path}});
        }
        nlohmann::ordered_json rows = nlohmann::ordered_json::object();
        for (const auto& [table, count] : squash.rows) rows[table] = count;
        const auto database = options_.database(context);
        context.out.result() << config::dump_json(
            {{"schema", "quarry.migrate.squash/1"},
             {"database", database ? nlohmann::ordered_json(name_of(*database)) : nlohmann::ordered_json()},
             {"dry_run", dry_run_},
             {"baseline",
              {{"version", squash.version_text},
               {"name", squash.name},
               {"file", squash.path.string()},
               {"rows", rows}}},
             {"folded", folded},
             {"moved_to", squash.archive.string()},
             {"ledger", has_folded}});
    }

    void print_ledger_json(Context& context, const MigrateSubject& subject, const migrate::LedgerSquash& squash) const {
        nlohmann::ordered_json folded = nlohmann::ordered_json::array();
        for (const migrate::LedgerEntry& one : squash.folded) {
            folded.push_back({{"version", migrate::format_version(one.version)}, {"name", one.name}});
        }
        nlohmann::ordered_json baseline;
        if (!squash.folded.empty()) {
            baseline = {{"version", squash.baseline.version_text},
                        {"name", squash.baseline.name},
                        {"file", squash.baseline.path}};
        }
        context.out.result() << config::dump_json({{"schema", "quarry.migrate.squash/1"},
                                                   {"database", subject.name()},
                                                   {"dry_run", dry_run_},
                                                   {"baseline", baseline},
                                                   {"folded", folded},
                                                   {"ledger", !squash.folded.empty()}});
    }

    static std::string name_of(const db::DatabaseUrl& url) {
        return url.dialect == sql::Dialect::sqlite ? url.path.string() : db::redact_url(url.url);
    }
    static std::string shown(const std::filesystem::path& path) { return strip_terminal_controls(path.string()); }

    MigrateOptions options_;
    SchemaOptions schema_options_{options_};
    std::string version_;
    std::string name_ = "baseline";
    bool ledger_only_ = false;
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_squash_command() { return std::make_unique<MigrateSquashCommand>(); }

}  // namespace quarry::cli
