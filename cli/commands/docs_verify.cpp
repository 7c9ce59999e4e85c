// quarry docs verify: proof that the base agrees with itself.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/text.h"
#include "core/store/store.h"
#include "core/wire/display_uri.h"

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
                "text has the hash (a checksum) under which it was stored, each chunk is the span of text that it "
                "says, the word index holds exactly the words of each chunk, and each vector (the numbers that stand "
                "for a chunk's meaning) has its model's length and is in the vector index beside the base, and the "
                "built-in embedder's table is the one that was fitted. Nothing is changed.\n\n"
                "What is wrong is printed, one finding a line, and the exit code is 1.",
            .examples = {{"quarry docs verify", "check everything"}},
            .exit_codes = {{1, "something is wrong with the base"},
                           {3, "the base was made by an older quarry: run quarry migrate up"},
                           {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::read);
        std::vector<store::VerifyFinding> findings = store->verify([&](std::uint64_t done, std::uint64_t total) {
            context.cancel.check();
            app::show_progress(context, "checking chunks", done, total);
        });
        const bool base_is_sound = findings.empty();
        const std::vector<store::VerifyFinding> of_index = app::verify_vector_index(context, *store);
        findings.insert(findings.end(), of_index.begin(), of_index.end());
        // These say themselves what to do.
        const std::vector<store::VerifyFinding> of_tables = ingest::verify_builtin_tables(*store);
        findings.insert(findings.end(), of_tables.begin(), of_tables.end());
        context.out.progress("");
        context.json ? print_json(context, findings) : print(context, findings);
        if (findings.empty()) return 0;
        if (!context.json && !of_index.empty()) {
            context.out.note("to make the vector index anew, run quarry docs gc");
        }
        if (!context.json && !base_is_sound) {
            context.out.note("to make the base anew from your documents, move the file away and run quarry ingest");
        }
        return static_cast<int>(ErrorCode::failed);
    }

private:
    static void print(Context& context, const std::vector<store::VerifyFinding>& findings) {
        for (const store::VerifyFinding& finding : findings) {
            context.out.result() << fmt::format("{}: {}\n", one_line(strip_terminal_controls(finding.subject), 500),
                                                one_line(strip_terminal_controls(finding.problem), 500));
        }
        context.out.note(findings.empty()
                             ? fmt::format("{}: all agrees", wire::display_uri(context.base_path.string()))
                             : fmt::format("{}: {} finding{}", wire::display_uri(context.base_path.string()),
                                           findings.size(), findings.size() == 1 ? "" : "s"));
    }

    static void print_json(Context& context, const std::vector<store::VerifyFinding>& findings) {
        nlohmann::ordered_json json = {{"schema", "quarry.docs.verify/1"},
                                       {"base", context.base_path.string()},
                                       {"findings", nlohmann::ordered_json::array()}};
        for (const store::VerifyFinding& finding : findings) {
            json["findings"].push_back({{"subject", finding.subject}, {"problem", finding.problem}});
        }
        context.out.result() << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    }
};

}  // namespace

std::unique_ptr<Command> make_docs_verify_command() { return std::make_unique<DocsVerifyCommand>(); }

}  // namespace quarry::cli
