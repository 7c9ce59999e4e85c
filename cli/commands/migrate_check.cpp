// quarry migrate check: whether a database is exactly at its newest migration, as an exit code.
#include <fmt/format.h>

#include <ostream>

#include "cli/command.h"
#include "cli/migrate_options.h"
#include "cli/migrate_report.h"
#include "cli/output.h"

namespace quarry::cli {
namespace {

class MigrateCheckCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate check",
            .summary = "fail unless a database has exactly the migrations there are",
            .description = fmt::format(
                "For continuous integration (CI) and deployment scripts: succeeds when every migration file is "
                "well formed, all of them are applied, and none of the applied ones was edited, removed or "
                "overtaken by a newer one. Otherwise says what is wrong; the exit code tells the cases apart, "
                "the worst one counts. Changes nothing.\n\n{}",
                migrate_help_note()),
            .examples = {{"quarry migrate check --dir migrations --url sqlite:app.db", "check a project's database"},
                         {"quarry migrate check --json", "check the knowledge base, for programs"}},
            .exit_codes = {{3, "migrations are pending"},
                           {5, "an applied migration was edited or is missing"},
                           {6, "migrations are out of order, or two have one version"},
                           {7, "another process used the database for longer than --lock-wait"},
                           {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(CLI::App& app) override { options_.add_to(app); }

    [[nodiscard]] int run(Context& context) override {
        const MigrateSubject subject = options_.subject(context);
        check_files(context, subject);
        const std::vector<migrate::MigrationStatus> status = options_.status(context, subject);
        const auto problem = migrate::first_problem(status);
        if (context.json) {
            context.out.result() << status_document("quarry.migrate.check/1", subject, status);
            return problem ? static_cast<int>(problem->code()) : 0;
        }
        if (problem) throw as_error(*problem, subject);
        context.out.result() << fmt::format("{}: {}\n", subject.label(), summary(status));
        return 0;
    }

private:
    [[nodiscard]] Error as_error(const Error& problem, const MigrateSubject& subject) const {
        const bool pending = problem.code() == ErrorCode::migrations_pending;
        Error error(problem.code(), problem.message(),
                    pending ? fmt::format("apply them with: {}", options_.command("up")) : problem.hint());
        for (const std::string& cause : problem.causes()) error = std::move(error).because(cause);
        return std::move(error).while_doing(fmt::format("{} is not as its migrations say", subject.label()));
    }

    void check_files(const Context& context, const MigrateSubject& subject) const {
        const auto database = options_.open_or_empty(context, subject);
        migrate::Migrator(database->session(), subject.migrations, options_.migrator_options(context)).check_files();
    }

    MigrateOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_migrate_check_command() { return std::make_unique<MigrateCheckCommand>(); }

}  // namespace quarry::cli
