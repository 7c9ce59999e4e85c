// quarry eval tune: settings of search fitted to questions whose answers are known.
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/filter_options.h"
#include "cli/text/eval_report.h"
#include "cli/ui/output.h"
#include "core/app/eval_service.h"
#include "core/config/config_json.h"
#include "core/wire/eval_json.h"

namespace quarry::cli {
namespace {

class EvalTuneCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "eval tune",
            .summary = "fit the settings of search to questions whose answers are known",
            .description =
                "Tries values of the settings that rank (the share of meaning in hybrid search, BM25's k1 and b, the "
                "weights of titles and headings) on questions whose right documents are known, and prints what to put "
                "into quarry.toml. The questions are what quarry eval retrieval takes: a test collection's folder, or "
                "a file about your own knowledge base.\n\n"
                "What fits these questions best fits other questions less. So the gain is measured by "
                "cross-validation: the questions are put into folds, values are chosen without a fold and measured on "
                "it. Change the settings when the interval of that held-out gain is above 0; otherwise the defaults "
                "are as good as these questions can tell. Nothing is written to any file.",
            .examples = {{"quarry eval tune", "fit to your own questions in eval.jsonl"},
                         {"quarry eval tune scifact --metric recall@10", "fit to a collection, for another measure"},
                         {"quarry eval tune --setting search.dense_weight", "fit one setting alone"}},
            .exit_codes = {{10, "no document fits the filter"},
                           {14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server limits the rate of requests"}}};
    }

    void setup(OptionTable& options) override {
        options
            .add("questions", request_.questions,
                 "A test collection's folder, or a file of questions (default: eval.jsonl)")
            .value("PATH");
        options.add("--metric", request_.metric, "Measure to maximise").value("METRIC").show_default();
        options.add("--setting", request_.settings, "Fit only this setting (default: all that apply)")
            .choices(app::tunable_setting_names());
        options.add("--folds", request_.folds, "Number of folds for cross-validation")
            .range(2, 100)
            .value("N")
            .show_default();
        options.add("-n,--limit", request_.max_queries, "Ask only the first N questions; 0: all")
            .range(0, 100'000'000)
            .value("N")
            .show_default();
        declare_filter_options(options, filter_);
    }

    [[nodiscard]] int run(Context& context) override {
        request_.filter = search::chunk_filter(filter_);
        const eval::TuneReport report = app::tune_search(context, request_);
        context.out.result() << (context.json ? config::dump_json(wire::tune_report_json(report))
                                              : tune_report_text(report));
        return 0;
    }

private:
    app::TuneRequest request_;
    search::FilterSpec filter_;
};

}  // namespace

std::unique_ptr<Command> make_eval_tune_command() { return std::make_unique<EvalTuneCommand>(); }

}  // namespace quarry::cli
