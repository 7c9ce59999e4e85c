// quarry eval answers: how good answers are, on questions whose answers are known.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/eval_options.h"
#include "cli/line/number_checks.h"
#include "cli/text/answer_text.h"
#include "cli/text/eval_report.h"
#include "cli/ui/output.h"
#include "core/app/answer_service.h"
#include "core/app/chat_models.h"
#include "core/app/eval_base.h"
#include "core/app/eval_settings.h"
#include "core/config/config_json.h"
#include "core/eval/answers.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

/// One configuration, asked all questions.
struct AnswerEvaluation {
    eval::Scores scores;
    std::string model;  ///< Empty without one.
    std::vector<eval::GivenAnswer> given;
    double cost = 0;
    bool cost_known = true;
    std::size_t failed = 0, cached = 0;
};

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
                "quarry.toml, or here.\n\n"
                "Measured are, each between 0 and 1, more is better: facts, the share of the expected facts that the "
                "answer states; citation_precision, the share of its citations that lie in an expected source; "
                "citation_recall, the share of the expected sources that it cites; support, how far its statements "
                "are borne out by what they cite; answered, the share of answerable questions that were answered; "
                "refusal, the share of the others that were not. Behind each stands the interval that holds its true "
                "value with 95 % certainty, as far as these questions can tell. Price and time are said as well.\n\n"
                "Answers come from the cache where the same was asked before; --no-cache asks anew.",
            .examples = {{"quarry eval answers questions.jsonl", "measure answers as configured"},
                         {"quarry eval answers --set chat.model=small --set chat.model=large", "two models compared"},
                         {"quarry eval answers --json --per-query > baseline.json", "what to compare with later"},
                         {"quarry eval answers --baseline baseline.json --fail-under facts=baseline-0.02",
                          "for CI: exit code 12 when fewer facts are found"}},
            .exit_codes = {{11, "some questions failed; they count as not answered"},
                           {12, "a measure is lower than --fail-under allows"},
                           {14, "the model's server failed on every question"},
                           {15, "the same, since requests come too fast or the quota is used up"},
                           {16, "--max-cost was reached"}}};
    }

    void setup(OptionTable& options) override {
        options.add("questions", questions_, "File of questions (default: eval.jsonl)").value("PATH");
        declare_eval_variants(options, variants_, true);
        options.add("--model", chat_flags_.model, "Name of the language model, or PROVIDER:NAME (default: chat.model)")
            .value("NAME");
        options
            .add("--provider", chat_flags_.provider, "What answers (default: openai with --model, else chat.provider)")
            .choices(config::config_key("chat.provider").choices);
        options.add("--parallel", parallel_, "Questions at once (default: batch.parallel)").range(1, 256).value("N");
        options
            .add("--max-cost", chat_flags_.max_cost,
                 "Most that the answers of each configuration may cost (default: chat.max_cost)")
            .check(amount_above_zero())
            .value("AMOUNT");
        options.flag("--no-cache", chat_flags_.no_cache, "Ask the model even if it answered before, and keep nothing");
        options.flag("--per-query", per_query_, "Print each question's measures too, one line each");
        gate_.complaint = "answers are worse than they must be";
        gate_.setup(options, "facts");
    }

    [[nodiscard]] int run(Context& context) override {
        std::vector<std::string> names(eval::answer_metrics().begin(), eval::answer_metrics().end());
        gate_.prepare(names);
        config::Config flagged = context.config;
        chat_flags_.apply(flagged);
        Context asking = context.with(flagged);
        const std::vector<app::NamedConfig> named = app::eval_configs(asking, variants_);
        app::refuse_changed_base(flagged, named);
        subject_ = questions_.empty() ? app::default_questions(context) : questions_;
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::read);
        const std::vector<eval::AnswerExpectation> expected = app::base_answer_questions(*store, subject_);
        std::vector<AnswerEvaluation> evaluations;
        std::vector<eval::Scores> scores;
        for (const app::NamedConfig& one : named) {
            evaluations.push_back(evaluate(context, one, expected));
            scores.push_back(evaluations.back().scores);
        }
        context.out.progress("");
        if (context.json) {
            context.out.result() << config::dump_json(report_json(evaluations, scores));
        } else {
            print_report(context, evaluations, scores);
        }
        gate_.check(scores);
        const bool failed = std::any_of(evaluations.begin(), evaluations.end(),
                                        [](const AnswerEvaluation& one) { return one.failed > 0; });
        return failed ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
    }

private:
    [[nodiscard]] AnswerEvaluation evaluate(Context& context, const app::NamedConfig& named,
                                            const std::vector<eval::AnswerExpectation>& expected) const {
        Context asking = context.with(named.config);
        app::Workspace workspace(asking);
        const app::AnswerService service(workspace);
        const app::AnswerRequest like{.flags = {.mode = named.mode.value_or("")}, .run = "eval"};
        AnswerEvaluation evaluation;
        evaluation.model = service.model_name(asking.scope());
        std::vector<answer::BatchQuestion> questions;
        for (const eval::AnswerExpectation& one : expected) questions.push_back({one.question.id, one.question.text});
        evaluation.given.resize(questions.size());
        std::optional<Error> first_failure;
        std::size_t done = 0;
        const std::size_t threads = service.threads(parallel_, questions.size());
        const auto take = [&](answer::BatchResult&& result) {
            context.out.progress(fmt::format("answers {}/{}", ++done, questions.size()));
            if (result.error && !first_failure) first_failure = result.error;
            const bool more = !(result.error && answer::ends_batch(*result.error));
            note_result(std::move(result), evaluation);
            return more;
        };
        service.answer_all(questions, like, threads, take, asking.scope());
        if (first_failure && (answer::ends_batch(*first_failure) || evaluation.failed == questions.size())) {
            throw Error(*first_failure);
        }
        const std::string name = !named.name.empty()        ? named.name
                                 : evaluation.model.empty() ? "extractive"
                                                            : evaluation.model;
        evaluation.scores = eval::score_answers(name, expected, evaluation.given);
        return evaluation;
    }

    static void note_result(answer::BatchResult&& result, AnswerEvaluation& evaluation) {
        eval::GivenAnswer& given = evaluation.given[result.question];
        given.seconds = result.time.count();
        if (result.error) {
            given.error = error_code_name(result.error->code());
            ++evaluation.failed;
            return;
        }
        given.answer = std::move(result.answer);
        if (given.answer->cached) ++evaluation.cached;
        if (given.answer->cost) evaluation.cost += *given.answer->cost;
        if (given.answer->kind == answer::AnswerKind::model && !given.answer->cost) evaluation.cost_known = false;
    }

    static std::vector<double> seconds_of(const AnswerEvaluation& evaluation) {
        std::vector<double> seconds;
        for (const eval::GivenAnswer& given : evaluation.given) {
            if (given.error.empty()) seconds.push_back(given.seconds);
        }
        return seconds;
    }

    static std::string facts_line(const AnswerEvaluation& evaluation) {
        std::string line = fmt::format("{}: {} questions, p50 {:.0f} ms, p95 {:.0f} ms", evaluation.scores.name,
                                       evaluation.given.size(), 1000 * eval::quantile(seconds_of(evaluation), 0.5),
                                       1000 * eval::quantile(seconds_of(evaluation), 0.95));
        if (!evaluation.model.empty()) {
            line += evaluation.cost_known ? fmt::format(", ${:.4f}", evaluation.cost) : ", price not known";
        }
        if (evaluation.cached > 0) line += fmt::format(", {} from the cache", evaluation.cached);
        if (evaluation.failed > 0) line += fmt::format(", {} failed", evaluation.failed);
        return line + '\n';
    }

    [[nodiscard]] json evaluation_json(const AnswerEvaluation& evaluation,
                                       const std::vector<std::string>& question_ids) const {
        json report = {{"model", evaluation.model.empty() ? json(nullptr) : json(evaluation.model)},
                       {"queries", evaluation.given.size()},
                       {"failed", evaluation.failed},
                       {"cached", evaluation.cached}};
        add_scores(report, evaluation.scores);
        const std::vector<double> seconds = seconds_of(evaluation);
        report["latency_ms"] = {{"p50", 1000 * eval::quantile(seconds, 0.5)},
                                {"p95", 1000 * eval::quantile(seconds, 0.95)}};
        report["cost"] = evaluation.cost_known ? json(evaluation.cost) : json(nullptr);
        if (per_query_) report["per_query"] = per_query_json(evaluation, question_ids);
        return report;
    }

    static json per_query_json(const AnswerEvaluation& evaluation, const std::vector<std::string>& question_ids) {
        json questions = questions_json(evaluation.scores);
        for (std::size_t i = 0; i < question_ids.size(); ++i) {
            const eval::GivenAnswer& given = evaluation.given[i];
            questions[i]["answer"] = given.answer ? json(given.answer->text) : json(nullptr);
            if (!given.error.empty()) questions[i]["error"] = given.error;
        }
        return questions;
    }

    [[nodiscard]] json report_json(const std::vector<AnswerEvaluation>& evaluations,
                                   const std::vector<eval::Scores>& scores) const {
        json report = {
            {"schema", "quarry.eval.answers/1"}, {"questions", subject_}, {"configuration", scores.front().name}};
        report.update(evaluation_json(evaluations.front(), scores.front().questions));
        for (std::size_t i = 1; i < evaluations.size(); ++i) {
            json other = {{"configuration", scores[i].name}};
            other.update(evaluation_json(evaluations[i], scores[i].questions));
            report["others"].push_back(std::move(other));
        }
        add_comparisons(report, scores, gate_);
        return report;
    }

    void print_report(Context& context, const std::vector<AnswerEvaluation>& evaluations,
                      const std::vector<eval::Scores>& scores) const {
        std::ostream& out = context.out.result();
        for (const AnswerEvaluation& evaluation : evaluations) out << facts_line(evaluation);
        out << '\n' << (scores.size() == 1 ? metric_lines(scores.front()) : comparison_table(scores));
        out << baseline_lines(scores, gate_);
        if (per_query_) out << '\n' << question_lines(scores);
    }

    std::string questions_, subject_;
    app::ChatFlags chat_flags_;
    app::EvalVariants variants_;
    EvalGate gate_;
    int parallel_ = 0;
    bool per_query_ = false;
};

}  // namespace

std::unique_ptr<Command> make_eval_answers_command() { return std::make_unique<EvalAnswersCommand>(); }

}  // namespace quarry::cli
