// quarry eval retrieval: how good the ranking is, on a test collection, a base's own questions, or a run file.
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

class EvalRetrievalCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "eval retrieval",
            .summary = "measure search on questions whose answers are known",
            .description =
                "Asks questions whose right documents are known, and measures how high search ranks them. The "
                "questions are one of three:\n\n"
                "A folder in the layout of the BEIR benchmark: corpus.jsonl (documents: _id, title, text), "
                "queries.jsonl (questions: _id, text) and qrels/test.tsv (judgements: query-id, corpus-id, score). The "
                "documents go into a knowledge base in memory, cut and embedded as configured; your own base is not "
                "touched.\n\n"
                "A file of questions about your own knowledge base, one JSON object a line: "
                "{\"question\": \"…\", \"source\": \"guide.md\", \"text\": \"a quotation, if a passage is meant\"}. "
                "Without a name it is eval.jsonl beside quarry.toml, or here.\n\n"
                "With --qrels and --run, a ranking that some other program made, in the formats of trec_eval.\n\n"
                "Measures are trec_eval's, means over the questions between 0 and 1, more is better: ndcg@10 is 1 when "
                "the best documents stand first and falls as they stand lower among the first ten; recall@100 is the "
                "share of the relevant documents among the first hundred; precision@10 the share of the first ten that "
                "is relevant; mrr is 1 divided by the rank of the first relevant one; map sums up precision over all "
                "relevant ones; success@1 says how often the first is relevant. Each measure is followed by its 95 % "
                "confidence interval over the questions.\n\n"
                "Several modes, settings or files are compared question by question: p is how likely a difference at "
                "least as large would be if the two were alike.",
            .examples = {{"quarry eval retrieval scifact", "search as configured on the collection in ./scifact"},
                         {"quarry eval retrieval scifact --mode lexical --mode hybrid", "two ways to search compared"},
                         {"quarry eval retrieval --set search.dense_weight=0.5",
                          "your own questions in eval.jsonl, as configured and with another weight"},
                         {"quarry eval retrieval --json --per-query > baseline.json", "what to compare with later"},
                         {"quarry eval retrieval --baseline baseline.json --fail-under ndcg@10=baseline-0.01",
                          "for CI: exit code 12 when it got worse by more than 0.01"},
                         {"quarry eval retrieval --qrels qrels.txt --run bm25.run --run mine.run",
                          "two rankings that other programs made"}},
            .exit_codes = {{10, "no document fits the filter"},
                           {12, "a measure is lower than --fail-under allows"},
                           {14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server limits the rate of requests"}}};
    }

    void setup(OptionTable& options) override {
        options
            .add("questions", request_.questions,
                 "A test collection's folder, or a file of questions (default: eval.jsonl)")
            .value("PATH");
        declare_eval_variants(options, request_.variants, true);
        options.flag("--control", request_.control, "Also compare with an untrained table of random vectors");
        options
            .add("--metrics", request_.metrics,
                 "Measures, separated by commas: ndcg, recall, precision, mrr, map, success, each with a cutoff such "
                 "as ndcg@10")
            .value("LIST")
            .fallback("ndcg@10,recall@10,recall@100,precision@10,mrr@10,map,success@1");
        options.add("-n,--limit", request_.max_queries, "Ask only the first N questions; 0: all")
            .range(0, 100'000'000)
            .value("N")
            .show_default();
        options.add("--qrels", request_.qrels, "Judgements for --run: trec_eval's or BEIR's format").value("PATH");
        options.add("--run", request_.runs, "Measure the ranking in a run file of trec_eval").value("PATH");
        options.add("--run-out", run_out_, "Write the ranking to a run file that trec_eval reads").value("PATH");
        options.add("--html", html_, "Write a report with plots as a self-contained HTML file").value("PATH");
        options.flag("--per-query", per_query_, "Also print each question's measures, one line each");
        declare_eval_gate(options, gate_, "ndcg@10");
        declare_filter_options(options, filter_);
    }

    [[nodiscard]] int run(Context& context) override {
        request_.filter = search::chunk_filter(filter_);
        gate_.prepare(request_.metric_names());
        const eval::RetrievalReport report = app::eval_retrieval(context, request_);
        if (!run_out_.empty()) app::write_run_file(run_out_, report);
        if (!html_.empty()) app::write_html_report(html_, report, gate_.baseline());
        const eval::ReportDetail detail{per_query_, gate_.baseline()};
        if (context.json) {
            context.out.result() << config::dump_json(wire::retrieval_report_json(report, detail));
        } else {
            for (const eval::RetrievalEvaluation& one : report.evaluations) {
                if (!one.note.empty()) context.out.note(one.note);
            }
            context.out.result() << retrieval_report_text(report, detail);
        }
        gate_.check(eval::scores_of(report.evaluations));
        return 0;
    }

private:
    app::RetrievalEvalRequest request_;
    search::FilterSpec filter_;
    app::EvalGate gate_;
    std::string run_out_;
    std::string html_;
    bool per_query_ = false;
};

}  // namespace

std::unique_ptr<Command> make_eval_retrieval_command() { return std::make_unique<EvalRetrievalCommand>(); }

}  // namespace quarry::cli
