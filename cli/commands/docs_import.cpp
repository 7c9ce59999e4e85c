// quarry docs import: what quarry docs export wrote, back into a base.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/input_file.h"
#include "cli/ui/output.h"
#include "core/app/document_archive.h"
#include "core/config/config_json.h"
#include "core/wire/archive_json.h"

namespace quarry::cli {
namespace {

class DocsImportCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "docs import",
                .summary = "restore documents that quarry docs export wrote",
                .description =
                    "Reads what quarry docs export printed, and puts it into the knowledge base, which is made where "
                    "there is none. Files are not read again: text, passages and vectors are taken from the lines, so "
                    "that searches give what they gave. What the base has already is left alone; a source of the same "
                    "name is replaced; other sources stay.\n\n"
                    "Each group of sources is stored as a whole. After an error, which names the line, or an "
                    "interruption, the same import can be run again.",
                .examples = {{"quarry docs import base.jsonl", "restore a base"},
                             {"quarry docs import - --base copy.db < base.jsonl", "into another base"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("file", file_, "What quarry docs export wrote; - reads standard input").required().value("FILE");
    }

    [[nodiscard]] int run(Context& context) override {
        std::ifstream opened;
        std::istream& lines = open_input(context, file_, opened, "give a file that quarry docs export wrote, or -");
        const wire::ImportReport report =
            app::DocumentArchive(context).import_from(lines, file_ == "-" ? "standard input" : file_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::import_json(report));
            return 0;
        }
        context.out.note(
            fmt::format("{} added, {} updated, {} unchanged", report.added, report.updated, report.unchanged));
        if (report.without_vectors > 0) {
            context.out.note(
                fmt::format("{} passages have no vectors: quarry embed makes them", report.without_vectors));
        }
        return 0;
    }

private:
    std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_docs_import_command() { return std::make_unique<DocsImportCommand>(); }

}  // namespace quarry::cli
