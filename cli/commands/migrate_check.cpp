// quarry migrate check: everything that a pipeline wants to know of migrations and a database, as an exit code.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/hints.h"
#include "cli/line/migrate_options.h"
#include "cli/text/findings.h"
#include "cli/text/migrate_report.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateCheckCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate check",
            .summary = "fail unless a database matches its migrations exactly",
            .description = fmt::format(
                "For continuous integration (CI) and deployment scripts. Succeeds when every migration file is well "
                "formed; all of them are applied, and none of the applied ones was edited, removed or overtaken by a "
                "newer one; the database's schema is what its migrations give when they are run on an empty database "
                "(otherwise it has drifted: someone changed it by hand); and, where a wanted schema is named "
                "(--schema, migrate.schema), the migrations give that one.\n\n"
                "With --roundtrip each migration is tried on a scratch database with rows in it: up, down and up again "
                "must give the same schema and keep the rows that the migration does not destroy.\n\n"
                "Reports everything that is wrong; the exit code is that of the worst finding. Changes nothing: trials "
                "run in memory for SQLite; for PostgreSQL on a private server if one is installed, otherwise in a "
                "temporary database.\n\n{}",
                migrate_help_note()),
            .examples = {{"quarry migrate check --dir migrations --url sqlite:app.db", "check a project's database"},
                         {"quarry migrate check --roundtrip --schema schema.sql", "every check"},
                         {"quarry migrate check --format sarif > check.sarif", "for code scanning"},
                         {"quarry migrate check --database base --json",
                          "check quarry's own knowledge base, for programs"}},
            .exit_codes = {{1, "a migration file is malformed, or a down section does not work"},
                           {3, "migrations are pending"},
                           {4, "the database has drifted, or the migrations do not give the wanted schema"},
                           {5, "an applied migration was edited or is missing"},
                           {6, "migrations are out of order, or two have one version"},
                           {7, "another process used the database for longer than --lock-wait"},
                           {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        declare_migration_target(options, target_);
        declare_schema_choice(options, choice_, false);
        declare_owners(options, target_);
        options.flag("--roundtrip", roundtrip_, "Try each migration up, down and up again, with rows");
        options.add("-f,--format", format_, "How findings are printed; json is the same as --json")
            .choices(findings_formats)
            .show_default();
        options.flag("--no-drift", no_drift_, "Do not compare the database's schema with what its migrations give");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_, choice_);
        const app::MigrationSubject subject = service.subject();
        note_missing_database(context, subject);
        migrate::CheckReport report = service.check(subject, {.drift = !no_drift_, .roundtrip = roundtrip_});
        for (const std::string& note : report.notes) context.out.note(strip_terminal_controls(note));
        const FindingsFormat format = context.json ? FindingsFormat::json : parse_findings_format(format_);
        if (format != FindingsFormat::text) {
            for (migrate::CheckFinding& one : report.findings) {
                one.hint = complete_hint(one.hint, context.hint_options);
            }
            if (format == FindingsFormat::json) {
                auto document = wire::migration_check_json(subject.name(), subject.folder.string(), report);
                complete_problem_hint(document, context.hint_options);
                context.out.result() << config::dump_json(document);
            } else {
                write_findings(context.out, format, wire::check_findings(report));
            }
            return report.ok() ? 0 : static_cast<int>(report.findings.front().code);
        }
        context.out.note(compared_with(subject, report));
        if (auto problem = report.error()) {
            throw std::move(*problem).while_doing(fmt::format("{} does not match its migrations", subject.label()));
        }
        context.out.result() << fmt::format("{}: {}\n", subject.label(), summary(report.status));
        return 0;
    }

private:
    app::SchemaChoice choice_;
    bool roundtrip_ = false;
    bool no_drift_ = false;
    std::string format_ = "text";
};

}  // namespace

std::unique_ptr<Command> make_migrate_check_command() { return std::make_unique<MigrateCheckCommand>(); }

}  // namespace quarry::cli
