// quarry batch: many questions, answered at once, in a file that a later run goes on with.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "cli/help/pages.h"
#include "cli/line/filter_options.h"
#include "cli/line/number_checks.h"
#include "cli/text/batch_estimate_text.h"
#include "cli/ui/output.h"
#include "core/app/batch_service.h"
#include "core/app/chat_models.h"
#include "core/config/config_json.h"
#include "core/search/filter_spec.h"

namespace quarry::cli {
namespace {

class BatchCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override { return batch_info(); }

    void setup(OptionTable& options) override {
        options.add("questions", questions_, "File of questions; -: standard input").value("PATH").fallback("-");
        options.add("-o,--output", output_, "Write answers to this file; if it exists, answer only what it lacks")
            .value("PATH");
        options.add("--parallel", parallel_, "Ask N questions at once (default: batch.parallel)")
            .range(1, 256)
            .value("N");
        options
            .add("--max-cost", chat_flags_.max_cost,
                 "Spend at most this on all answers together (default: chat.max_cost)")
            .check(amount_above_zero())
            .value("AMOUNT");
        options.add("--max-failures", max_failures_, "Stop after N failed questions in a row; 0: never")
            .check(whole_number())
            .value("N")
            .show_default();
        options.flag("--dry-run", dry_run_, "Ask no model; report the number of questions and what they would cost");
        options.flag("--no-cache", chat_flags_.no_cache,
                     "Ask the model even if the answer is cached, and cache nothing");
        options.add("-k,--sources", flags_.sources, "Use at most N passages for an answer (default: ask.sources)")
            .range(1, 1000)
            .value("N");
        options.add("--mode", flags_.mode, "How to find passages (default: search.mode)")
            .choices({"lexical", "vector", "hybrid"});
        options
            .add("-m,--model", chat_flags_.model,
                 "The language model: its name, PROVIDER:NAME, or one of [models.NAME] (default: chat.model)")
            .value("PROFILE|MODEL");
        options
            .add("--provider", chat_flags_.provider, "Who answers (default: openai with --model, else chat.provider)")
            .choices(config::config_key("chat.provider").choices);
        options.add("--template", flags_.prompt_template, "Prompt template (default: ask.template)").value("NAME|PATH");
        declare_filter_options(options, filter_);
    }

    [[nodiscard]] bool prints_json_lines() const override { return output_.empty() && !dry_run_; }

    [[nodiscard]] int run(Context& context) override {
        config::Config config = context.config;
        chat_flags_.apply(config);
        const Context asking = context.with(config);
        app::Workspace workspace(asking);
        flags_.filter = search::chunk_filter(filter_);
        // What is wrong with the prompt template is told before anything is read.
        static_cast<void>(app::answer_options(asking, flags_));
        app::BatchRequest request{.questions = app::read_questions(context.in, questions_),
                                  .like = {.flags = flags_, .run = "batch"},
                                  .output = output_,
                                  .parallel = parallel_,
                                  .max_failures = static_cast<std::size_t>(max_failures_)};
        if (dry_run_) {
            return print_batch_estimate(context, app::estimate_batch(workspace, std::move(request), context.scope()));
        }
        const app::BatchTally tally = app::run_batch(
            workspace, std::move(request),
            [&](const std::string& line) {
                context.out.json_result() << line << '\n' << std::flush;
                return !context.out.closed();
            },
            [&](const app::BatchTally& so_far) { show_progress(context, so_far); }, context.scope());
        context.out.progress("");
        return tally.asked == 0 && !context.json ? 0 : report(context, workspace, tally);
    }

private:
    static std::string cost_part(const app::BatchTally& tally) {
        return tally.cost > 0 ? fmt::format(", ${:.4f}", tally.cost) : "";
    }

    static void show_progress(Context& context, const app::BatchTally& tally) {
        std::string line = fmt::format("batch {}/{}", tally.done, tally.asked);
        if (tally.failed > 0) line += fmt::format(", {} failed", tally.failed);
        context.out.progress(line + cost_part(tally));
    }

    [[nodiscard]] int report(Context& context, const app::Workspace& workspace, const app::BatchTally& tally) const {
        std::string line =
            fmt::format("{} of {} questions answered", tally.done - tally.failed - tally.unanswered, tally.asked);
        if (tally.unanswered > 0) line += fmt::format(", {} not in the documents", tally.unanswered);
        if (tally.failed > 0) line += fmt::format(", {} failed", tally.failed);
        if (tally.asked > tally.done) line += fmt::format(", {} not asked", tally.asked - tally.done);
        if (tally.cached > 0) line += fmt::format("; {} of them from the cache", tally.cached);
        line += cost_part(tally);
        if (!tally.cost_known) line += ", at an unknown price";
        if (context.json && !output_.empty()) print_tally(context, tally);
        context.out.remark(line);
        if (const std::string failure = workspace.trace_failure(); !failure.empty()) {
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

    /// With --json, of answers that go into a file.
    void print_tally(Context& context, const app::BatchTally& tally) const {
        context.out.result() << config::dump_json(
            {{"schema", "quarry.batch.run/1"},
             {"output", output_},
             {"asked", tally.asked},
             {"answered", tally.done - tally.failed - tally.unanswered},
             {"unanswered", tally.unanswered},
             {"failed", tally.failed},
             {"from_cache", tally.cached},
             {"cost", tally.cost_known ? nlohmann::ordered_json(tally.cost) : nlohmann::ordered_json(nullptr)}});
    }

    std::string questions_ = "-";
    std::string output_;
    app::ChatFlags chat_flags_;
    app::AnswerFlags flags_;
    search::FilterSpec filter_;
    int parallel_ = 0;
    int max_failures_ = 20;
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_batch_command() { return std::make_unique<BatchCommand>(); }

}  // namespace quarry::cli
