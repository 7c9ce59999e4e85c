// quarry verify: checks the citations of a saved answer again.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/text/answer_text.h"
#include "cli/ui/input_file.h"
#include "cli/ui/output.h"
#include "core/answer/verify_answer.h"
#include "core/app/verify_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/answer_json.h"
#include "core/wire/display_uri.h"
#include "core/wire/document.h"

namespace quarry::cli {
namespace {

constexpr std::size_t largest_record = 50'000'000;  // bytes

std::string read_record(std::istream& in) {
    std::string record;
    char buffer[65536];
    while (record.size() <= largest_record && in.read(buffer, sizeof buffer).gcount() > 0) {
        record.append(buffer, static_cast<std::size_t>(in.gcount()));
    }
    if (record.size() > largest_record) throw Error(ErrorCode::usage, "the answer is too long", "at most 50 MB");
    return record;
}

class VerifyCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "verify",
                .summary = "check the citations of a saved answer again",
                .description =
                    "Reads an answer that quarry ask --json printed, or the answers that quarry batch wrote, a line "
                    "each, and compares it with the knowledge base as it is now: whether each cited passage is still "
                    "in its place, word for word, and whether each sentence is supported by what it cites. The "
                    "verdicts in the file are not trusted: hashes and sentences are checked again.\n\n"
                    "A passage that moved within its document is found again, and its new place is printed. When words "
                    "that are cited have changed, their document is gone, or a sentence is not supported, the command "
                    "exits with 13.",
                .examples = {{"quarry ask --json 'How do I undo a migration?' > answer.json", "save an answer"},
                             {"quarry verify answer.json", "check it, even weeks later"},
                             {"quarry verify answers.jsonl", "check all answers of quarry batch -o answers.jsonl"},
                             {"quarry ask --json 'What is new?' | quarry verify --require-citations -",
                              "check it at once, and require a citation for each sentence"}},
                .exit_codes = {{13, "a citation no longer holds or a sentence is not supported"}}};
    }

    void setup(OptionTable& options) override {
        options.add("file", file_, "The saved answer, or answers; - reads standard input").required().value("PATH");
        options.flag("--require-citations", require_citations_, "Also fail if a sentence cites nothing");
    }

    [[nodiscard]] int run(Context& context) override {
        std::ifstream opened;
        const std::string record = read_record(
            open_input(context, file_, opened, "give a file that quarry ask --json or quarry batch wrote, or -"));
        const std::vector<answer::SavedAnswer> answers = answer::parse_saved_answers(record);
        app::Workspace workspace(context);
        const app::VerifyService service(workspace);
        std::size_t holding = 0;
        for (const answer::SavedAnswer& answer : answers)
            holding += check(context, service, answer, answers.size() > 1) ? 1 : 0;
        if (answers.size() > 1 && !context.json) {
            context.out.result() << fmt::format("{} of {} answers hold\n", holding, answers.size());
        }
        return holding == answers.size() ? 0 : static_cast<int>(ErrorCode::citation_unsupported);
    }

private:
    /// Checks and prints one, as one of several or alone; gives whether it holds.
    [[nodiscard]] bool check(Context& context, const app::VerifyService& service, const answer::SavedAnswer& answer,
                             bool of_several) const {
        const answer::Verification result = service.verify(answer, context.scope());
        const bool holds = result.holds() && (!require_citations_ || answer::all_sentences_hold(result.sentences));
        std::ostream& out = context.out.result();
        if (context.json && of_several) {
            out << wire::line_text(wire::verification_json(answer, result, holds)) << '\n';
        } else if (context.json) {
            out << config::dump_json(wire::verification_json(answer, result, holds));
        } else {
            if (of_several) {
                const std::string question = one_line(strip_terminal_controls(answer.question), 200);
                out << context.out.styled(Style::bold, question) << '\n';
            }
            print(context.out, answer, result, holds);
            if (of_several) out << '\n';
        }
        return holds;
    }

    static void print(Output& out, const answer::SavedAnswer& answer, const answer::Verification& result, bool holds) {
        std::ostream& stream = out.result();
        for (const answer::CheckedCitation& checked : result.citations) {
            const answer::Citation& citation = checked.citation;
            const bool fine =
                checked.state == answer::CitationState::unchanged || checked.state == answer::CitationState::moved;
            stream << fmt::format(
                "[{}] {} {}", citation.number,
                out.styled(fine ? Style::green : Style::red, answer::citation_state_name(checked.state)),
                wire::display_location(citation.uri, checked.old_line, checked.old_line));
            if (checked.state == answer::CitationState::moved)
                stream << fmt::format(", now line {}", citation.start_line);
            stream << '\n';
            if (!fine) stream << fmt::format("    \"{}\"\n", one_line(strip_terminal_controls(citation.quote), 300));
        }
        print_unsupported(out, answer.text, result.sentences);
        if (result.sentences.empty() && result.citations.empty()) {
            stream << (answer.answered ? "nothing was checked: the answer cites nothing\n"
                                       : "nothing to check: the documents did not say\n");
            return;
        }
        stream << verification_counts(result) << (holds ? "\n" : ": the answer does not hold\n");
    }

    std::string file_;
    bool require_citations_ = false;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace quarry::cli
