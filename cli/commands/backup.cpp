// quarry backup: the whole base as one file.
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

class BackupCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "backup",
                .summary = "copy the whole knowledge base into a file",
                .description =
                    "Writes a copy of the knowledge base as it is at this moment: documents with their passages and "
                    "vectors, uploaded files, conversations, users and keys, runs and traces. Other programs, such as "
                    "quarry serve, can read and write the base meanwhile. Only you can read the file. It is either "
                    "complete or not there at all. quarry restore restores it.\n\n"
                    "Keep the file as secret as the base: it has password hashes and the keys that sign tokens.",
                .examples = {{"quarry backup base.backup", "copy the base"},
                             {"quarry backup --force /backup/quarry", "replace the copy of yesterday"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("file", file_, "Where the copy goes").required().value("FILE");
        options.flag("--force", force_, "Overwrite a file that exists");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::BackupReport report = app::BackupService(context).backup(file_, force_);
        if (context.json) {
            context.out.result() << config::dump_json(nlohmann::ordered_json{{"schema", "quarry.backup/1"},
                                                                             {"file", file_},
                                                                             {"bytes", report.bytes},
                                                                             {"documents", report.documents}});
            return 0;
        }
        context.out.note(fmt::format("{}: {} document{}", wire::display_uri(file_), report.documents,
                                     report.documents == 1 ? "" : "s"));
        return 0;
    }

private:
    std::string file_;
    bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> make_backup_command() { return std::make_unique<BackupCommand>(); }

}  // namespace quarry::cli
