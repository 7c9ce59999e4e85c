// quarry batch: many questions, answered at once, in a file that a later run goes on with.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <unordered_set>

#include "cli/line/command.h"
#include "cli/line/number_checks.h"
#include "cli/text/answer_text.h"
#include "cli/text/batch_estimate_text.h"
#include "cli/ui/output.h"
#include "core/answer/batch_file.h"
#include "core/app/answer_pool.h"
#include "core/app/batch_estimate.h"
#include "core/app/chat_models.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

/// What became of the questions.
struct BatchTally {
    std::size_t done = 0, failed = 0, unanswered = 0, cached = 0;
    double cost = 0;
    bool cost_known = true;
    std::size_t failed_in_a_row = 0;
    std::optional<Error> ended_by;  ///< Why no further question was asked.
};

class BatchCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "batch",
            .summary = "answer many questions at once",
            .description =
                "Reads questions, one a line: {\"id\": \"7\", \"question\": \"What is …?\"}, or the question alone, "
                "whose id is then the number of its line. Each is answered as quarry ask answers it, several at a "
                "time, and printed as a JSON object on a line of its own as soon as it is there: \"id\" says which "
                "question it is the answer to, the other fields are those of quarry ask --json; one that failed has "
                "\"error\".\n\n"
                "With --output, answers go to a file. The same command again asks only what is missing there: "
                "questions that failed, that were not reached, or whose text has changed. A kill loses what was being "
                "asked at that moment and nothing else.\n\n"
                "--max-cost ends the batch before it would cost more, and --dry-run says what it would cost.",
            .examples = {{"quarry batch questions.jsonl --output answers.jsonl", "answer all, or go on with it"},
                         {"quarry batch questions.txt --model gpt-4o-mini --dry-run", "what would it cost?"},
                         {"quarry batch - --parallel 4 < questions.txt", "from standard input to standard output"}},
            .exit_codes = {{7, "another process writes to the --output file"},
                           {11, "some questions failed; the others are answered"},
                           {14, "--max-failures questions in a row failed: the model's server"},
                           {15, "the same, since requests come too fast or the quota is used up"},
                           {16, "--max-cost was reached; what is answered is kept"}}};
    }

    void setup(OptionTable& options) override {
        options.add("questions", questions_, "File of questions; - reads standard input").value("PATH").fallback("-");
        options.add("-o,--output", output_, "Write answers to this file, and go on with it when it is there")
            .value("PATH");
        options.add("--parallel", parallel_, "Questions at once (default: batch.parallel)").range(1, 256).value("N");
        options
            .add("--max-cost", chat_flags_.max_cost, "Most that all answers together may cost (default: chat.max_cost)")
            .check(amount_above_zero())
            .value("AMOUNT");
        options.add("--max-failures", max_failures_, "End when so many questions in a row fail; 0: never")
            .check(whole_number())
            .value("N")
            .show_default();
        options.flag("--dry-run", dry_run_, "Ask no model: say how many questions there are and what they would cost");
        options.flag("--no-cache", chat_flags_.no_cache, "Ask the model even if it answered before, and keep nothing");
        options.add("--sources", flags_.sources, "Most passages that an answer is made from (default: ask.sources)")
            .range(1, 1000)
            .value("N");
        options.add("--mode", flags_.mode, "How passages are found (default: search.mode)")
            .choices({"lexical", "vector", "hybrid"});
        options.add("--model", chat_flags_.model, "Name of the language model, or PROVIDER:NAME (default: chat.model)")
            .value("NAME");
        options
            .add("--provider", chat_flags_.provider, "What answers (default: openai with --model, else chat.provider)")
            .choices(config::config_key("chat.provider").choices);
        options.add("--template", flags_.prompt_template, "Prompt template (default: ask.template)").value("NAME|PATH");
    }

    [[nodiscard]] int run(Context& context) override {
        config::Config config = context.config;
        chat_flags_.apply(config);
        const answer::AnswerOptions options = app::answer_options(context, config, flags_);
        std::vector<answer::BatchQuestion> questions = read_questions(context);
        std::optional<answer::BatchFile> file;
        if (!output_.empty() && !dry_run_) file.emplace(output_, questions);
        const std::size_t all = questions.size();
        if (file) std::erase_if(questions, [&](const answer::BatchQuestion& question) { return file->has(question); });
        if (!output_.empty() && dry_run_) {
            const std::unordered_set<std::string> done = answer::answered_in(output_, questions);
            std::erase_if(questions, [&](const answer::BatchQuestion& question) { return done.contains(question.id); });
        }
        note_start(context, all, questions.size(), file ? file->dropped() : 0);
        if (questions.empty() && !dry_run_) return 0;
        app::AnswerPool pool(context, config, options, "batch",
                             dry_run_ ? 0 : app::worker_count(config, parallel_, questions.size()));
        if (dry_run_) return print_batch_estimate(context, app::estimate_batch(context, config, pool, questions));
        const BatchTally tally = answer_all(context, pool, questions, file ? &*file : nullptr);
        context.out.progress("");
        return report(context, pool, tally, questions.size());
    }

private:
    [[nodiscard]] std::vector<answer::BatchQuestion> read_questions(Context& context) const {
        if (questions_ == "-") return answer::read_batch_questions(context.in, "standard input");
        std::ifstream file(questions_, std::ios::binary);
        if (!file) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", questions_), "give a file of questions, or -");
        }
        return answer::read_batch_questions(file, questions_);
    }

    static void note_start(Context& context, std::size_t all, std::size_t left, std::size_t dropped) {
        if (all == 0) context.out.note("no questions");
        if (dropped > 0)
            context.out.note(fmt::format("{} answer(s) left out of the file: failed, torn or changed", dropped));
        if (all > left) context.out.note(fmt::format("{} of {} questions are answered already", all - left, all));
    }

    [[nodiscard]] BatchTally answer_all(Context& context, app::AnswerPool& pool,
                                        const std::vector<answer::BatchQuestion>& questions,
                                        answer::BatchFile* file) const {
        BatchTally tally;
        const std::vector<answer::BatchWorker> workers = pool.workers();
        show_batch(context, tally, questions.size());
        answer::answer_batch(questions, workers, [&](answer::BatchResult&& result) {
            // What stopped the batch is no failure of the question: it was not reached.
            if (result.error && answer::ends_batch(*result.error)) {
                if (!tally.ended_by) tally.ended_by = std::move(*result.error);
                return false;
            }
            const std::string line = result_line(questions[result.question], result);
            if (file != nullptr) {
                file->append(line);
            } else {
                context.out.result() << line << '\n' << std::flush;
            }
            count(result, tally);
            show_batch(context, tally, questions.size());
            return !tally.ended_by && !context.out.closed();
        });
        return tally;
    }

    void count(answer::BatchResult& result, BatchTally& tally) const {
        ++tally.done;
        if (result.error) {
            ++tally.failed;
            if (++tally.failed_in_a_row == static_cast<std::size_t>(max_failures_)) {
                tally.ended_by = std::move(*result.error)
                                     .while_doing(fmt::format("{} questions in a row failed", tally.failed_in_a_row));
            }
            return;
        }
        const answer::Answer& answer = *result.answer;
        tally.failed_in_a_row = 0;
        if (!answer.answered) ++tally.unanswered;
        if (answer.cached) ++tally.cached;
        if (answer.cost) tally.cost += *answer.cost;
        if (answer.kind == answer::AnswerKind::model && !answer.cost) tally.cost_known = false;
    }

    static std::string result_line(const answer::BatchQuestion& question, const answer::BatchResult& result) {
        json line = {{"schema", "quarry.batch/1"}, {"id", question.id}};
        if (result.error) {
            line["question"] = question.text;
            line["error"] = {{"code", error_code_name(result.error->code())}, {"message", result.error->what()}};
        } else {
            json answer = answer_json(question.text, *result.answer);
            answer.erase("schema");
            line.update(answer);
            line["seconds"] = result.time.count();
        }
        return line.dump(-1, ' ', false, json::error_handler_t::replace);
    }

    static std::string cost_part(const BatchTally& tally) {
        return tally.cost > 0 ? fmt::format(", ${:.4f}", tally.cost) : "";
    }

    static void show_batch(Context& context, const BatchTally& tally, std::size_t total) {
        std::string line = fmt::format("batch {}/{}", tally.done, total);
        if (tally.failed > 0) line += fmt::format(", {} failed", tally.failed);
        context.out.progress(line + cost_part(tally));
    }

    [[nodiscard]] int report(Context& context, const app::AnswerPool& pool, const BatchTally& tally,
                             std::size_t total) const {
        std::string line = fmt::format("{} of {} questions answered", tally.done - tally.failed, total);
        if (tally.unanswered > 0) line += fmt::format(", of {} the documents do not say", tally.unanswered);
        if (tally.cached > 0) line += fmt::format(", {} from the cache", tally.cached);
        if (tally.failed > 0) line += fmt::format(", {} failed", tally.failed);
        line += cost_part(tally);
        if (!tally.cost_known) line += ", at a price that is not known";
        context.out.note(line);
        if (const std::string failure = pool.trace_failure(); !failure.empty()) {
            context.out.note("runs were not kept: " + failure);
        }
        if (tally.ended_by) {
            Error error = *tally.ended_by;
            if (output_.empty()) throw error;
            throw std::move(error).while_doing(
                fmt::format("the batch ended early; what is answered is in {}", output_));
        }
        return tally.failed > 0 ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
    }

    std::string questions_ = "-";
    std::string output_;
    app::ChatFlags chat_flags_;
    app::AnswerFlags flags_;
    int parallel_ = 0;
    int max_failures_ = 20;
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_batch_command() { return std::make_unique<BatchCommand>(); }

}  // namespace quarry::cli
