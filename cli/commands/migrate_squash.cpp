// quarry migrate squash: many migrations folded into one that gives the same database.
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/text/migrate_squash_report.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateSquashCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate squash",
            .summary = "fold old migrations into one baseline with the same result",
            .description =
                "Writes VERSION_baseline.sql in place of all migrations up to a version, so that a new database is "
                "made in one step. The baseline makes the same schema and leaves the same rows (reference data) in the "
                "same tables; that is verified in scratch databases before anything is changed, together with its down "
                "section and the newer migrations after it. The version stays, so newer migrations keep their order. "
                "Repeatable migrations are left alone.\n\n"
                "The old files are moved to the folder squashed-VERSION beside the baseline, which quarry does not "
                "read; delete it once the change is committed. In the given database, the list of applied migrations "
                "is updated in one transaction. It must have all of the folded ones, unedited, or none of any.\n\n"
                "Every other database that has the old migrations is updated with --ledger-only, once the new files "
                "are there: its schema is compared with what the files give, then its list is written. Its tables and "
                "rows are not touched. A new database needs no extra step: quarry migrate up runs the baseline.\n\n"
                "--dir names the folder of the migration files and --url the database. Both can be set once, as "
                "migrate.dir and migrate.url (quarry config set); DATABASE_URL is read, too. Without a database only "
                "the files are folded.",
            .examples = {{"quarry migrate squash 0042 --dry-run", "verify the baseline, and show what would be done"},
                         {"quarry migrate squash", "fold all migrations"},
                         {"quarry migrate squash 0042 --name v2", "write 0042_v2.sql"},
                         {"quarry migrate squash --ledger-only --url postgresql://app@db/app",
                          "update another database"}},
            .exit_codes = {{3, "the database lacks some of the migrations to be folded"},
                           {4, "--ledger-only: the database's schema is not what the files give"},
                           {5, "an applied migration was edited or is missing"},
                           {6, "migrations are out of order, or two have one version"},
                           {7, "another process used the database for longer than --lock-wait"},
                           {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options
            .add("version", request_.version, "The newest migration to fold: a version, such as 0042, or head for all")
            .value("VERSION|head");
        options.add("--name", request_.name, "Name of the baseline").value("NAME").show_default();
        options.flag("--ledger-only", ledger_only_,
                     "The files are squashed already: write only the database's list of applied migrations");
        options.flag("--dry-run", request_.dry_run,
                     "Verify the baseline and show what would be done, but change nothing");
        declare_schema_choice(options, choice_, false);
        options.remove("--schema");  // The migrations' schema is the wanted one.
        declare_migration_target(options, target_);
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_, choice_);
        ledger_only_ ? squash_ledger(context, service) : squash(context, service);
        return 0;
    }

private:
    void squash(Context& context, const app::MigrationService& service) const {
        const app::SquashReport report = service.squash(request_);
        if (!context.json) return print_squash(context, report, request_.dry_run);
        context.out.result() << config::dump_json(
            wire::migration_squash_json(report.squash, report.database, report.ledger, request_.dry_run));
    }

    void squash_ledger(Context& context, const app::MigrationService& service) const {
        if (!request_.version.empty()) {
            throw Error(ErrorCode::usage, "--ledger-only takes no version: the files say it",
                        "leave the version out; the first file of the folder is the baseline");
        }
        const app::MigrationSubject subject = service.subject();
        const migrate::LedgerSquash squash = service.squash_ledger(subject, request_.dry_run);
        if (!context.json) return print_ledger_squash(context, subject, squash, request_.dry_run);
        context.out.result() << config::dump_json(wire::ledger_squash_json(subject.name(), squash, request_.dry_run));
    }

    app::SchemaChoice choice_;
    app::SquashRequest request_;
    bool ledger_only_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_squash_command() { return std::make_unique<MigrateSquashCommand>(); }

}  // namespace quarry::cli
