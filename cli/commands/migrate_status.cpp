// quarry migrate status: every migration and its state.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/hints.h"
#include "cli/line/migrate_options.h"
#include "cli/text/migrate_report.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

Style style_of(migrate::MigrationState state) {
    if (state == migrate::MigrationState::applied) return Style::green;
    return state == migrate::MigrationState::pending ? Style::yellow : Style::red;
}

/// "out of order" for people.
std::string words_of(migrate::MigrationState state) {
    std::string words(migrate::state_name(state));
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

class MigrateStatusCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate status",
            .summary = "list the migrations and which of them a database has",
            .description = fmt::format(
                "Prints each migration with its state and when it was applied (UTC), and changes nothing. The states: "
                "applied; pending (not applied yet); edited (its file was changed after it was applied); missing "
                "(applied, and its file is missing); half applied (without a transaction, and it failed or was "
                "stopped); "
                "out of order (not applied, while newer ones are); newer (applied by a newer quarry). The exit code is "
                "0 for all states; quarry migrate check has a code for each.\n\n{}",
                migrate_help_note()),
            .examples = {{"quarry migrate status --dir migrations --url sqlite:app.db", "list them"},
                         {"quarry migrate status --database base --json", "quarry's own knowledge base, for programs"}},
            .exit_codes = {{6, "two migration files have one version, or numbers and times are mixed"},
                           {7, "another process used the database for longer than --lock-wait"},
                           {9, "a newer quarry wrote the list of applied migrations"}}};
    }

    void setup(OptionTable& options) override { declare_migration_target(options, target_); }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_);
        const app::MigrationSubject subject = service.subject();
        note_missing_database(context, subject);
        const std::vector<migrate::MigrationStatus> status = service.status(subject);
        if (context.json) {
            nlohmann::ordered_json document = wire::migration_status_json(subject.name(), subject.named_by, status);
            complete_problem_hint(document, context.hint_options);
            context.out.result() << config::dump_json(document);
            return 0;
        }
        print_table(context, status);
        context.out.result() << std::flush;
        context.out.note(fmt::format("{}: {}", subject.label(), summary(status)));
        if (subject.named_by_variable()) {
            context.out.note(
                fmt::format("{} is named by {}", subject.label(), strip_terminal_controls(subject.named_by)));
        }
        return 0;
    }

private:
    static void print_table(Context& context, const std::vector<migrate::MigrationStatus>& status) {
        if (status.empty()) return;
        std::size_t version_width = 7, name_width = 4;
        for (const migrate::MigrationStatus& one : status) {
            version_width = std::max(version_width, one.version_text.size());
            name_width = std::max(name_width, count_code_points(strip_terminal_controls(one.name)));
        }
        context.out.result() << context.out.styled(Style::bold,
                                                   fmt::format("{:<{}}  {:<{}}  {:<12}  {}", "VERSION", version_width,
                                                               "NAME", name_width, "STATE", "APPLIED AT"))
                             << '\n';
        for (const migrate::MigrationStatus& one : status) {
            const std::string name = strip_terminal_controls(one.name);
            const std::string padding(name_width - count_code_points(name), ' ');
            const std::string state = words_of(one.state);
            context.out.result() << fmt::format("{:<{}}  {}{}  {}", one.version_text, version_width, name, padding,
                                                context.out.styled(style_of(one.state), state));
            if (one.entry) {
                context.out.result() << std::string(12 - state.size(), ' ') << "  "
                                     << strip_terminal_controls(one.entry->applied_at);
            }
            context.out.result() << '\n';
        }
    }
};

}  // namespace

std::unique_ptr<Command> make_migrate_status_command() { return std::make_unique<MigrateStatusCommand>(); }

}  // namespace quarry::cli
