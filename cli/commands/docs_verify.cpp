// quarry docs verify: proof that the base agrees with itself.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/document_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/display_uri.h"
#include "core/wire/document_json.h"

namespace quarry::cli {
namespace {

class DocsVerifyCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "docs verify",
            .summary = "check the knowledge base for damage",
            .description =
                "Reads everything in the knowledge base and proves that it agrees: the database file is sound, each "
                "row has the checksum and each text the hash under which it was stored, each chunk is the span of text "
                "that it says, the word index holds exactly the words of each chunk, and each vector (the numbers that "
                "stand for a chunk's meaning) has its model's length and is in the vector index beside the base, and "
                "the built-in embedder's table is the one that was fitted. Nothing is changed.\n\n"
                "What is wrong is printed, one finding a line, and the exit code is 1. Work that was begun and not "
                "finished, such as embedding, is not damage: a note names the command that finishes it.",
            .examples = {{"quarry docs verify", "check everything"}},
            .exit_codes = {{1, "something is wrong with the base"},
                           {3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const app::Verification result = app::DocumentService(context).verify();
        if (context.json) {
            context.out.result() << config::dump_json(wire::findings_json(context.base_path.string(), result.findings));
        } else {
            print(context, result.findings);
        }
        if (!result.has_damage()) return 0;
        if (!context.json && !result.index_is_sound) {
            context.out.note("to rebuild the vector index, run quarry docs gc");
        }
        if (!context.json && !result.base_is_sound) {
            context.out.note("to rebuild the base from your documents, run quarry ingest into an empty one");
        }
        return static_cast<int>(ErrorCode::failed);
    }

private:
    static void print(Context& context, const std::vector<store::VerifyFinding>& findings) {
        std::size_t damaged = 0;
        for (const store::VerifyFinding& finding : findings) {
            const std::string line = fmt::format("{}: {}", one_line(strip_terminal_controls(finding.subject), 500),
                                                 one_line(strip_terminal_controls(finding.problem), 500));
            if (finding.is_damage) {
                context.out.result() << line << '\n';
                ++damaged;
            } else {
                context.out.note(line);
            }
        }
        const std::string base = wire::display_uri(context.base_path.string());
        const bool all = damaged == findings.size();
        context.out.note(damaged == 0 ? fmt::format("{}: {}", base, all ? "all agrees" : "no damage was found")
                                      : fmt::format("{}: {} finding{}", base, damaged, damaged == 1 ? "" : "s"));
    }
};

}  // namespace

std::unique_ptr<Command> make_docs_verify_command() { return std::make_unique<DocsVerifyCommand>(); }

}  // namespace quarry::cli
