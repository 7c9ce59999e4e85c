// quarry docs export: the whole base as lines of JSON.
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/document_archive.h"

namespace quarry::cli {
namespace {

class DocsExportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "docs export",
            .summary = "write all documents of the knowledge base as JSON Lines",
            .description =
                "Prints the knowledge base as lines of JSON that quarry docs import restores: first the settings "
                "that it was made with, then a line for each source (where it came from, its metadata, its text "
                "with structure, passages and vectors), in the order of their names, and a last line that says "
                "that it is whole. The same base always gives the same bytes.\n\n"
                "Conversations, cached answers and traces are not in it: quarry chats export prints a conversation.",
            .examples = {{"quarry docs export > base.jsonl", "save the base"},
                         {"quarry docs export | ssh host quarry docs import -", "copy it to another machine"},
                         {"quarry docs export | jq -r '.source.uri // empty'", "use it in a script"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        app::DocumentArchive(context).export_to([&](std::string_view line) {
            context.out.json_result() << line << '\n';
            return !context.out.closed();
        });
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_docs_export_command() { return std::make_unique<DocsExportCommand>(); }

}  // namespace quarry::cli
