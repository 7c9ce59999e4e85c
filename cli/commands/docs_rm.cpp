// quarry docs rm: documents out.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/document_service.h"
#include "core/config/config_json.h"
#include "core/wire/document_json.h"

namespace quarry::cli {
namespace {

class DocsRmCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "docs rm",
                .summary = "remove documents from the knowledge base",
                .description =
                    "Takes documents out of the knowledge base, with all that only they had in it; the disk space is "
                    "given back. The files themselves are not touched. With --recursive, a folder stands for all "
                    "documents below it.\n\n"
                    "Either all that is named is removed, or, when one of the names is not in the base, nothing.",
                .examples = {{"quarry docs rm notes/old.md", "remove one"},
                             {"quarry docs rm --recursive notes", "remove all that came from a folder"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"},
                               {10, "something that was named is not in the base; nothing was removed"}}};
    }

    void setup(OptionTable& options) override {
        options.add("document", documents_, "Paths, names or ids of documents").required().value("DOCUMENT");
        options.flag("-r,--recursive", recursive_, "Remove all documents below the folders that are named");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::RemovedDocuments result = app::DocumentService(context).remove(documents_, recursive_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::removed_json(result.removed, result.uris));
        } else {
            context.out.note(fmt::format("removed {} document{}", result.removed, result.removed == 1 ? "" : "s"));
        }
        return 0;
    }

private:
    std::vector<std::string> documents_;
    bool recursive_ = false;
};

}  // namespace

std::unique_ptr<Command> make_docs_rm_command() { return std::make_unique<DocsRmCommand>(); }

}  // namespace quarry::cli
