// quarry migrate repair: accept edited migration files, or bring the old ones back.
#include <fmt/format.h>

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/migrate_options.h"
#include "cli/ui/output.h"
#include "core/base/file.h"
#include "core/base/line_diff.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/migrate/ledger_changes.h"

namespace quarry::cli {
namespace {

class MigrateRepairCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate repair",
                .summary = "accept edited migration files, or bring the old ones back",
                .description = fmt::format(
                    "For migrations whose file is not what was applied. Shows what differs between the text that was "
                    "applied (the database keeps it) and the file, and with --yes, or after asking on a terminal, "
                    "accepts the file as it is: only the checksum in the database is changed, nothing is run. A "
                    "missing file is forgotten in the same way: it no longer counts as applied.\n\n--restore does the "
                    "reverse: it writes the files as they were applied. --forget-progress forgets how far a migration "
                    "without a transaction came, once you have undone by hand what it did.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate repair --dir migrations --url sqlite:app.db", "show what differs"},
                             {"quarry migrate repair 0004 --yes", "accept 0004 as it is now"},
                             {"quarry migrate repair --restore", "bring the applied text back into the files"}},
                .exit_codes = {{5, "there is something to repair, and --yes was not given"},
                               {7, "another process used the database for longer than --lock-wait"},
                               {9, "the database was migrated by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("version", versions_, "Only these migrations, such as 0004").value("VERSION");
        options_.add_to(options);
        options.flag("--yes", yes_, "Accept what is shown");
        options.flag("--restore", restore_, "Write the files as they were applied");
        options.flag("--forget-progress", forget_progress_, "Forget a half-applied migration");
    }

    [[nodiscard]] int run(Context& context) override {
        const MigrateSubject subject = options_.subject(context);
        MigrateOptions::require_existing(subject);
        if (restore_ && subject.is_knowledge_base) {
            throw Error(ErrorCode::usage, "the knowledge base's migrations are compiled in: they have no files");
        }
        const auto database = options_.open(context, subject, MigrateOptions::Access::write);
        migrate::Migrator migrator(database->session(), subject.migrations, options_.migrator_options(context));
        if (forget_progress_) return forget_progress(context, migrator);
        const std::vector<migrate::Repair> repairs = migrate::find_repairs(migrator, versions_);
        std::vector<migrate::Migrator::LedgerChange> changes;
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const migrate::Repair& repair : repairs) {
            if (!context.json) show(context, repair);
            list.push_back({{"version", repair.status.version_text},
                            {"name", repair.status.name},
                            {"state", migrate::state_name(repair.status.state)},
                            {"diff", repair.text ? nlohmann::ordered_json(line_diff(*repair.text, repair.file_text))
                                                 : nlohmann::ordered_json(nullptr)}});
            if (!restore_) changes.push_back(migrate::accept(subject.migrations, repair));
        }
        const bool agreed = !repairs.empty() && (yes_ || restore_ || agrees(context));
        if (agreed && restore_) restore(context, subject, repairs);
        if (agreed && !restore_) migrator.change_ledger(changes);
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.migrate.repair/1"},
                                                       {"database", subject.name()},
                                                       {"repaired", agreed},
                                                       {"migrations", list}});
        }
        return finish(context, repairs.size(), agreed);
    }

private:
    int forget_progress(Context& context, migrate::Migrator& migrator) const {
        context.out.note(migrator.forget_progress() ? "forgotten" : "no migration is half applied");
        return 0;
    }

    static void show(Context& context, const migrate::Repair& repair) {
        const bool missing = repair.status.state == migrate::MigrationState::missing;
        const std::string title = repair.status.title();
        context.out.result() << fmt::format(
            "{} {}\n", strip_terminal_controls(title),
            missing ? "was applied, and its file is gone" : "was edited after it was applied");
        context.out.result() << (repair.text ? strip_terminal_controls(line_diff(*repair.text, repair.file_text))
                                             : std::string("(the text that was applied was not kept)\n"))
                             << std::flush;
    }

    static bool agrees(const Context& context) {
        if (!context.stdin_is_terminal || context.json) return false;
        context.out.note("Accept this? (y/n)");
        std::string answer;
        return std::getline(context.in, answer) && (answer == "y" || answer == "yes");
    }

    void restore(Context& context, const MigrateSubject& subject, const std::vector<migrate::Repair>& repairs) const {
        for (const migrate::Repair& repair : repairs) {
            const std::string title = repair.status.title();
            if (!repair.text) {
                throw Error(ErrorCode::failed, fmt::format("the text of {} was not kept", title),
                            "bring its file back from version control: git log -- FILE");
            }
            const std::filesystem::path path =
                repair.status.path.empty()
                    ? migrate::path_of_missing(options_.folder(context), repair.status, subject.migrations)
                    : std::filesystem::path(repair.status.path);
            write_file_atomically(path, *repair.text);
            context.out.note(fmt::format("wrote {}", strip_terminal_controls(path.string())));
        }
    }

    int finish(Context& context, std::size_t count, bool agreed) const {
        if (count == 0) {
            context.out.note("nothing to repair: every applied migration is as its file");
            return 0;
        }
        if (agreed) {
            if (!restore_) context.out.note(fmt::format("{} accepted", count_migrations(count)));
            return 0;
        }
        context.out.note("nothing was changed: add --yes to accept the files, or --restore to bring the old text back");
        return static_cast<int>(ErrorCode::migration_edited);
    }

    MigrateOptions options_;
    std::vector<std::string> versions_;
    bool yes_ = false;
    bool restore_ = false;
    bool forget_progress_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_repair_command() { return std::make_unique<MigrateRepairCommand>(); }

}  // namespace quarry::cli
