// quarry migrate stamp: write migrations down as applied without running them.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/migrate_options.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/migrate/ledger_changes.h"

namespace quarry::cli {
namespace {

class MigrateStampCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate stamp",
                .summary = "write migrations down as applied without running them",
                .description = fmt::format(
                    "For a database that has the tables already, for example one that was made by hand or by another "
                    "tool: makes the list of applied migrations say that exactly those up to a place are applied, and "
                    "runs none of them. Nothing but that list is changed. Whether the database really has what the "
                    "migrations make is told by quarry migrate check.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate stamp 0012 --dir migrations --url sqlite:app.db",
                              "those up to 0012 are applied"},
                             {"quarry migrate stamp head --dry-run", "show what would be written"},
                             {"quarry migrate stamp base", "none is applied"}},
                .exit_codes = {{7, "another process used the database for longer than --lock-wait"},
                               {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("place", place_, "The newest one that is applied: a version, such as 0012; head; or base for none")
            .required()
            .value("VERSION|head|base");
        options_.add_to(options);
        options.flag("--dry-run", dry_run_, "Show what would be written, and change nothing");
    }

    [[nodiscard]] int run(Context& context) override {
        const MigrateSubject subject = options_.subject(context);
        if (subject.is_knowledge_base) {
            throw Error(ErrorCode::usage, "the knowledge base's list is kept by quarry itself",
                        "give --dir FOLDER and --url for a project's own database");
        }
        const auto access = dry_run_ ? MigrateOptions::Access::read : MigrateOptions::Access::create;
        const auto database =
            dry_run_ ? options_.open_or_empty(context, subject) : options_.open(context, subject, access);
        auto session = database->session();
        const auto changes = migrate::stamp_changes(subject.migrations, session->read_ledger(), place_);
        migrate::Migrator migrator(std::move(session), subject.migrations, options_.migrator_options(context));
        if (!dry_run_ && !changes.empty()) migrator.change_ledger(changes);
        print(context, subject, changes);
        return 0;
    }

private:
    void print(Context& context, const MigrateSubject& subject,
               const std::vector<migrate::Migrator::LedgerChange>& changes) const {
        if (context.json) {
            nlohmann::ordered_json list = nlohmann::ordered_json::array();
            for (const auto& one : changes) {
                list.push_back({{"version", migrate::format_version(one.entry.version)},
                                {"name", one.entry.name},
                                {"action", migrate::action_name(one.action)}});
            }
            context.out.result() << config::dump_json({{"schema", "quarry.migrate.stamp/1"},
                                                       {"database", subject.name()},
                                                       {"dry_run", dry_run_},
                                                       {"changes", list}});
            return;
        }
        for (const auto& one : changes) {
            const bool added = one.action == migrate::Action::stamp;
            context.out.result() << fmt::format(
                "{}{} {}_{}\n", dry_run_ ? "would " : "",
                added ? (dry_run_ ? "stamp" : "stamped") : (dry_run_ ? "unstamp" : "unstamped"),
                migrate::format_version(one.entry.version), strip_terminal_controls(one.entry.name));
        }
        context.out.result() << std::flush;
        if (changes.empty()) context.out.note(fmt::format("nothing to write: {} says so already", subject.label()));
    }

    MigrateOptions options_;
    std::string place_;
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_stamp_command() { return std::make_unique<MigrateStampCommand>(); }

}  // namespace quarry::cli
