// quarry eval answers: how good answers are, on questions whose answers are known.
#include <algorithm>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/eval_options.h"
#include "cli/line/filter_options.h"
#include "cli/line/number_checks.h"
#include "cli/text/eval_report.h"
#include "cli/ui/output.h"
#include "core/app/eval_service.h"
#include "core/config/config_json.h"
#include "core/wire/eval_json.h"

namespace quarry::cli {
namespace {

class EvalAnswersCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "eval answers",
            .summary = "measure answers on questions whose answers are known",
            .description =
                "Asks each question of a file as quarry ask does, and measures the answers. A line of the file is a "
                "JSON object: {\"question\": \"…\", \"facts\": [\"384,400 km\", [\"one\", \"1\"]], \"source\": "
                "\"moon.md\", \"text\": \"a quotation, if a passage is meant\"}, or {\"question\": \"…\", "
                "\"answerable\": false} for one that the documents do not answer. A fact is a text that the answer "
                "must have, or a list of texts of which one will do. Without a name the file is eval.jsonl beside "
                "quarry.toml, or here; with --from-feedback the questions are those whose answers were judged with the "
                "thumbs of the page that quarry serve shows.\n\n"
                "The measures, each between 0 and 1 (more is better): facts, the share of the expected facts that the "
                "answer states; citation_precision, the share of its citations that lie in an expected source; "
                "citation_recall, the share of the expected sources that it cites; support, how far its statements are "
                "supported by what they cite; answered, the share of answerable questions that were answered; refusal, "
                "the share of the others that were not. Each measure is followed by its 95 % confidence interval over "
                "the questions. Price and time are reported as well.\n\n"
                "Answers come from the cache if the same was asked before; --no-cache asks again.",
            .examples = {{"quarry eval answers questions.jsonl", "measure answers as configured"},
                         {"quarry eval answers --set chat.model=small --set chat.model=large", "two models compared"},
                         {"quarry eval answers --from-feedback", "on what people said of answers"},
                         {"quarry eval answers --json --per-query > baseline.json", "what to compare with later"},
                         {"quarry eval answers --baseline baseline.json --fail-under facts=baseline-0.02",
                          "for CI: exit code 12 when fewer facts are found"}},
            .exit_codes = {{10, "no document fits the filter"},
                           {11, "some questions failed; they count as not answered"},
                           {12, "a measure is lower than --fail-under allows"},
                           {14, "the model's server failed on every question"},
                           {15, "the same because of a rate limit, or the quota is used up"},
                           {16, "--max-cost was reached"}}};
    }

    void setup(OptionTable& options) override {
        options.add("questions", request_.questions, "File of questions (default: eval.jsonl)").value("PATH");
        options
            .flag("--from-feedback", request_.from_feedback,
                  "Ask the questions whose answers people judged with the page's thumbs")
            .excludes("questions");
        declare_eval_variants(options, request_.variants, true);
        app::ChatFlags& chat = request_.chat;
        options
            .add("-m,--model", chat.model,
                 "The language model: its name, PROVIDER:NAME, or one of [models.NAME] (default: chat.model)")
            .value("PROFILE|MODEL");
        options.add("--provider", chat.provider, "Who answers (default: openai with --model, else chat.provider)")
            .choices(config::config_key("chat.provider").choices);
        options.add("--parallel", request_.parallel, "Ask N questions at once (default: batch.parallel)")
            .range(1, 256)
            .value("N");
        options
            .add("--max-cost", chat.max_cost,
                 "Spend at most this on the answers of each configuration (default: chat.max_cost)")
            .check(amount_above_zero())
            .value("AMOUNT");
        options.flag("--no-cache", chat.no_cache, "Ask the model even if the answer is cached, and cache nothing");
        options.flag("--per-query", per_query_, "Also print each question's measures, one line each");
        gate_.complaint = "the answers are below the threshold";
        declare_eval_gate(options, gate_, "facts");
        declare_filter_options(options, filter_);
    }

    [[nodiscard]] int run(Context& context) override {
        request_.filter = search::chunk_filter(filter_);
        gate_.prepare(app::answer_metric_names());
        const eval::AnswersReport report = app::eval_answers(context, request_);
        const eval::ReportDetail detail{per_query_, gate_.baseline()};
        if (context.json) {
            context.out.result() << config::dump_json(wire::answers_report_json(report, detail));
        } else {
            context.out.result() << answers_report_text(report, detail);
        }
        gate_.check(eval::scores_of(report.evaluations));
        const bool failed = std::any_of(report.evaluations.begin(), report.evaluations.end(),
                                        [](const eval::AnswerEvaluation& one) { return one.failed > 0; });
        return failed ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
    }

private:
    app::AnswersEvalRequest request_;
    search::FilterSpec filter_;
    app::EvalGate gate_;
    bool per_query_ = false;
};

}  // namespace

std::unique_ptr<Command> make_eval_answers_command() { return std::make_unique<EvalAnswersCommand>(); }

}  // namespace quarry::cli
