// quarry eval chunking: how well ways to cut documents keep together what questions need.
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/eval_options.h"
#include "cli/line/filter_options.h"
#include "cli/text/eval_report.h"
#include "cli/ui/output.h"
#include "core/app/eval_service.h"
#include "core/config/config_json.h"
#include "core/wire/eval_json.h"

namespace quarry::cli {
namespace {

class EvalChunkingCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "eval chunking",
            .summary = "measure ways to cut documents, on passages that questions need",
            .description =
                "Cuts documents in one or several ways, searches each question, and measures how much of what was "
                "wanted comes back, and how much besides. The wanted passages are given with the questions, as spans "
                "of the documents.\n\n"
                "The questions are a folder with questions.jsonl ({\"question\", \"corpus\", \"references\": "
                "[{\"start\", \"end\", \"text\"}]}) or Chroma's questions_df.csv, and the documents in corpora/; or a "
                "file of questions about your own knowledge base, as quarry eval retrieval reads it, whose documents "
                "are cut anew in memory: the base itself is not touched.\n\n"
                "The measures are those of Chroma's report \"Evaluating Chunking Strategies for Retrieval\", counted "
                "in characters as its code does: recall is the share of the wanted text that was retrieved, precision "
                "the share of the retrieved text that was wanted, iou both at once (intersection over union), and "
                "precision_omega the precision that perfect retrieval would have, which is of the cuts alone.",
            .examples = {{"quarry eval chunking chunking", "chunking as configured"},
                         {"quarry eval chunking chunking --strategy recursive:800 --strategy sentence:400:100",
                          "two ways side by side: strategy, size and overlap"},
                         {"quarry eval chunking --set chunk.size=600", "your own questions in eval.jsonl"}},
            .exit_codes = {{12, "a measure is lower than --fail-under allows"},
                           {14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server limits the rate of requests"}}};
    }

    void setup(OptionTable& options) override {
        options.add("questions", request_.questions, "A folder, or a file of questions (default: eval.jsonl)")
            .value("PATH");
        options.add("--strategy", request_.strategies, "Cut with this strategy, with a size and an overlap if given")
            .value("NAME[:SIZE[:OVERLAP]]");
        declare_collection_option(options, collections_);
        declare_eval_variants(options, request_.variants, true);
        options
            .add("--results,-k", request_.results,
                 "Retrieve K chunks for each question; 0: as many as contain the wanted text")
            .range(0, 1'000)
            .value("N")
            .show_default();
        options.add("--html", html_, "Write a report with plots as a self-contained HTML file").value("PATH");
        options.flag("--per-query", per_query_, "Also print each question's measures, one line each");
        declare_eval_gate(options, gate_, "recall");
    }

    [[nodiscard]] int run(Context& context) override {
        gate_.prepare(app::chunking_metric_names());
        request_.collections = search::collection_list(collections_);
        const eval::ChunkingReport report = app::eval_chunking(context, request_);
        if (!html_.empty()) app::write_html_report(html_, report, gate_.baseline());
        const eval::ReportDetail detail{per_query_, gate_.baseline()};
        if (context.json) {
            context.out.result() << config::dump_json(wire::chunking_report_json(report, detail));
        } else {
            for (const eval::ChunkingEvaluation& one : report.evaluations) {
                if (!one.note.empty()) context.out.note(one.note);
            }
            context.out.result() << chunking_report_text(report, detail);
        }
        gate_.check(eval::scores_of(report.evaluations));
        return 0;
    }

private:
    app::ChunkingEvalRequest request_;
    app::EvalGate gate_;
    std::vector<std::string> collections_;
    std::string html_;
    bool per_query_ = false;
};

}  // namespace

std::unique_ptr<Command> make_eval_chunking_command() { return std::make_unique<EvalChunkingCommand>(); }

}  // namespace quarry::cli
