// quarry migrate import: takes over another tool's migrations and what it applied.
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/text/migrate_import_report.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateImportCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate import",
            .summary = "take over another tool's migrations and what it applied",
            .description =
                "Converts the migrations of dbmate, goose, golang-migrate, Alembic, Flyway, Django (what sqlmigrate "
                "prints), Rails (structure.sql) or sqitch into a new folder, and marks as applied in the database what "
                "the "
                "other tool had applied. Either everything is done, or nothing. The SQL and its comments stay as they "
                "are; the "
                "section markers become quarry's. Versions stay too, unless quarry "
                "cannot have them (numbers mixed with times, Alembic's revisions): then all get new numbers, and the "
                "first line of each file says what it was.\n\n"
                "Without a database (--url, migrate.url, DATABASE_URL) only the files are written. For each further "
                "database, such as the one in production, run it once with --ledger-only. That also takes over a "
                "folder of dbmate, goose or golang-migrate as it stands: quarry runs those without conversion.\n\n"
                "Alembic's migrations are Python. Let it print them as SQL, and give that with --from-sql and "
                "--down-sql; what a migration computes while it runs is not in there. The other tool's table stays, "
                "and "
                "quarry's diff and check pass over it.\n\n"
                "What cannot be taken over is reported all at once, with places and remedies, and nothing is written. "
                "--yes applies the remedies that are safe; --replace gives SQL in place of a file, such as a migration "
                "in Go, and --leave-out omits a file.",
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
                           {6, "two files have one revision"},
                           {7, "another process used the database for longer than --lock-wait"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--from-dir", request_.from_folder, "Folder with the other tool's migrations").value("DIR");
        options.add("--tool", request_.tool, "Whose migrations they are; without it quarry looks at the files")
            .choices({"dbmate", "goose", "golang-migrate", "alembic", "flyway", "django", "rails", "sqitch"});
        options
            .add("--from-sql", request_.up_sql,
                 "Alembic: what `alembic upgrade heads --sql` printed; Rails: db/structure.sql")
            .value("PATH");
        options.add("--down-sql", request_.down_sql, "Alembic: what `alembic downgrade heads:base --sql` printed")
            .value("PATH");
        options
            .add("--dialect", request_.dialect, "SQL dialect, if no database determines it and it makes a difference")
            .choices({"sqlite", "postgresql"});
        options.add("--table", request_.table, "The other tool's table, if its name is not the usual one")
            .value("NAME");
        declare_migration_target(options, target_);
        options.flag("--ledger-only", ledger_only_,
                     "Write no files: mark as applied what the other tool applied of those in --dir");
        options.flag("--skip-missing", request_.skip_missing,
                     "Skip migrations that the other tool applied and that no longer have a file");
        options.add("--replace", request_.replacements, "Read another file in place of one in the folder")
            .value("NAME=FILE");
        options.add("--leave-out", request_.left_out, "Leave out this file of the folder").value("NAME");
        options.flag("--yes", request_.apply_safe, "Apply the remedies that the report of obstacles calls safe");
        options.flag("--dry-run", request_.dry_run, "Show what would be done, and change nothing");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_);
        const migrate::ImportReport report =
            ledger_only_ ? service.import_ledger(request_) : service.import_folder(request_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::migration_import_json(report));
        } else {
            print_import(context, report);
        }
        return report.stopped() ? static_cast<int>(migrate::exit_code_of(report.converted->obstacles)) : 0;
    }

private:
    app::ImportRequest request_;
    bool ledger_only_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_import_command() { return std::make_unique<MigrateImportCommand>(); }

}  // namespace quarry::cli
