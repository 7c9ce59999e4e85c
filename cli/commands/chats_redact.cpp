// quarry chats redact: secrets and personal data out of conversations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/conversation_archive.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class ChatsRedactCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "chats redact",
                .summary = "take secrets and personal data out of conversations",
                .description =
                    "Replaces in all questions, answers and quotations what quarry ingest --redact takes out of "
                    "documents: as the documents of the knowledge base are redacted, or the kinds that are named. The "
                    "file keeps nothing of it. quarry verify then finds answers changed whose quotations were.",
                .examples = {{"quarry chats redact", "as the documents are redacted"},
                             {"quarry chats redact --kinds secrets,email", "these kinds"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--kinds", kinds_, "What to take out: see quarry ingest --redact").value("KINDS").check(not_empty);
    }

    [[nodiscard]] int run(Context& context) override {
        const app::RedactedConversations result = app::ConversationArchive(context).redact(kinds_);
        if (context.json) {
            context.out.result() << config::dump_json(
                {{"schema", "quarry.chats.redact/1"}, {"turns", result.turns}, {"taken_out", result.taken_out}});
            return 0;
        }
        std::vector<std::string> kinds;
        for (const auto& [kind, number] : result.taken_out) kinds.push_back(fmt::format("{} × {}", number, kind));
        context.out.note(result.turns == 0 ? std::string("nothing to take out")
                                           : fmt::format("{} question{} changed; taken out: {}", result.turns,
                                                         result.turns == 1 ? "" : "s", fmt::join(kinds, ", ")));
        return 0;
    }

private:
    std::string kinds_;
};

}  // namespace

std::unique_ptr<Command> make_chats_redact_command() { return std::make_unique<ChatsRedactCommand>(); }

}  // namespace quarry::cli
