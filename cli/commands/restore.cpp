// quarry restore: what quarry backup wrote, in place of the base.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/backup_service.h"
#include "core/config/config_json.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

class RestoreCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "restore",
            .summary = "put a backup in place of the knowledge base",
            .description =
                "Checks a file that quarry backup wrote, as quarry docs verify does, and replaces the knowledge base "
                "with it in one step; if there is no base, it is created. If anything fails, the base is unchanged. "
                "Readers see either the old or the new base.\n\n"
                "A base that has documents is replaced only with --force. Whatever was added to it since the backup is "
                "then lost: back it up first if you are not sure.",
            .examples = {{"quarry restore base.backup", "to a new base"},
                         {"quarry restore base.backup --base copy.db", "look at a backup without touching the base"}},
            .exit_codes = {{3, "the backup was made by an older quarry"},
                           {7, "another process is writing to the base"},
                           {9, "the backup was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("file", file_, "What quarry backup wrote").required().value("FILE");
        options.flag("--force", force_, "Replace a base that has documents");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::BackupReport report = app::BackupService(context).restore(file_, force_);
        const std::string base = context.base_path.string();
        if (context.json) {
            context.out.result() << config::dump_json(nlohmann::ordered_json{{"schema", "quarry.restore/1"},
                                                                             {"base", base},
                                                                             {"bytes", report.bytes},
                                                                             {"documents", report.documents}});
            return 0;
        }
        context.out.note(fmt::format("{}: {} document{}", wire::display_uri(base), report.documents,
                                     report.documents == 1 ? "" : "s"));
        return 0;
    }

private:
    std::string file_;
    bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> make_restore_command() { return std::make_unique<RestoreCommand>(); }

}  // namespace quarry::cli
