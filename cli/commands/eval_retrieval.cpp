// quarry eval retrieval: nDCG, recall and MRR on a test collection.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/config_json.h"
#include "cli/embedding.h"
#include "cli/knowledge_base.h"
#include "cli/output.h"
#include "core/base/text.h"
#include "core/eval/retrieval.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

json metrics_json(const RetrievalMetrics& metrics) {
    return {{"ndcg@10", metrics.ndcg_at_10}, {"recall@100", metrics.recall_at_100}, {"mrr@10", metrics.mrr_at_10}};
}

class EvalRetrievalCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "eval retrieval",
            .summary = "measure search on a test collection",
            .description =
                "Reads a folder in the layout of the BEIR benchmark: corpus.jsonl (documents: _id, title, text), "
                "queries.jsonl (questions: _id, text) and qrels/test.tsv (judgements: query-id, corpus-id, score). The "
                "documents go into a knowledge base in memory, cut and embedded as configured; your own base is not "
                "touched. Then each judged question is searched, and the ranking is measured as trec_eval does:\n\n"
                "ndcg@10 is 1 when the best documents stand first and falls as they stand lower among the first ten. "
                "recall@100 is the share of the relevant documents among the first hundred. mrr@10 is 1 divided by the "
                "rank of the first relevant document. All are means over the questions, between 0 and 1; more is "
                "better.",
            .examples = {{"quarry eval retrieval scifact", "hybrid search on the collection in ./scifact"},
                         {"quarry eval retrieval scifact --mode lexical --json", "by words alone, for programs"},
                         {"quarry eval retrieval scifact --per-query | sort -k2 -n | head",
                          "the questions that fare worst"}},
            .exit_codes = {{14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server says that requests come too fast"}}};
    }

    void setup(CLI::App& app) override {
        app.add_option("folder", folder_, "The test collection")->required()->type_name("DIR");
        app.add_option("--mode", mode_, "lexical by words, vector by meaning, hybrid by both (default: search.mode)")
            ->check(CLI::IsMember({"lexical", "vector", "hybrid"}));
        app.add_option("--limit", limit_, "Ask only the first N questions; 0 asks all")
            ->check(CLI::Range(0, 100'000'000))
            ->type_name("N")
            ->capture_default_str();
        app.add_flag("--per-query", per_query_, "Print each question's measures too, one line each");
    }

    [[nodiscard]] int run(Context& context) override {
        const BeirFolder folder(folder_);
        RetrievalEvaluationOptions options = evaluation_options(context.config);
        std::unique_ptr<Embedder> embedder;
        if (options.mode != SearchMode::lexical && context.config.text("embed.provider") == "openai") {
            embedder = make_configured_embedder(context);
            options.embedder = embedder.get();
        }
        const RetrievalEvaluation evaluation =
            evaluate_retrieval(folder, options, context.cancel,
                               [&context](EvaluationStage stage, std::uint64_t done, std::uint64_t total) {
                                   show_progress(context, stage_name(stage), done, total);
                               });
        context.out.progress("");
        if (context.json) {
            context.out.result() << dump_json(report_json(evaluation));
        } else {
            print_report(context, evaluation);
        }
        return 0;
    }

private:
    static std::string_view stage_name(EvaluationStage stage) {
        switch (stage) {
            case EvaluationStage::index: return "documents";
            case EvaluationStage::fit: return "fitting the embedder, percent";
            case EvaluationStage::embed: return "embedding";
            case EvaluationStage::search: return "questions";
        }
        return "";
    }

    [[nodiscard]] RetrievalEvaluationOptions evaluation_options(const Config& config) const {
        RetrievalEvaluationOptions options;
        options.mode = search_mode_by_name(mode_.empty() ? config.text("search.mode") : mode_);
        if (config.text("embed.provider") == "none") {
            if (!mode_.empty() && options.mode != SearchMode::lexical) {
                throw Error(ErrorCode::usage, fmt::format("--mode {} needs an embedder", mode_),
                            "use --mode lexical, or --config embed.provider=builtin")
                    .because("embed.provider is none");
            }
            options.mode = SearchMode::lexical;
        }
        options.dense_weight = config.number("search.dense_weight");
        options.chunking = configured_chunking(config);
        options.max_queries = static_cast<std::size_t>(limit_);
        return options;
    }

    [[nodiscard]] json report_json(const RetrievalEvaluation& evaluation) const {
        json report;
        report["schema"] = "quarry.eval.retrieval/1";
        report["folder"] = folder_;
        report["mode"] = search_mode_name(evaluation.mode);
        report["embedder"] = evaluation.embedder;
        report["note"] = evaluation.note;
        report["documents"] = evaluation.documents;
        report["chunks"] = evaluation.chunks;
        report["queries"] = evaluation.queries.size();
        report.update(metrics_json(evaluation.mean));
        report["index_seconds"] = evaluation.index_seconds;
        report["embed_seconds"] = evaluation.embed_seconds;
        report["search_seconds"] = evaluation.search_seconds;
        if (per_query_) {
            report["per_query"] = json::array();
            for (const QueryEvaluation& query : evaluation.queries) {
                json entry{{"id", query.id}};
                entry.update(metrics_json(query.metrics));
                report["per_query"].push_back(std::move(entry));
            }
        }
        return report;
    }

    void print_report(Context& context, const RetrievalEvaluation& evaluation) const {
        std::ostream& out = context.out.result();
        if (!evaluation.note.empty()) context.out.note(evaluation.note);
        if (per_query_) {
            for (const QueryEvaluation& query : evaluation.queries) {
                out << fmt::format("{}  {:.4f}  {:.4f}  {:.4f}\n", one_line(strip_terminal_controls(query.id), 200),
                                   query.metrics.ndcg_at_10, query.metrics.recall_at_100, query.metrics.mrr_at_10);
            }
        }
        const auto line = [&out](std::string_view name, const std::string& value) {
            out << fmt::format("{:<11} {}\n", name, value);
        };
        line("mode", std::string(search_mode_name(evaluation.mode)));
        line("ndcg@10", fmt::format("{:.4f}", evaluation.mean.ndcg_at_10));
        line("recall@100", fmt::format("{:.4f}", evaluation.mean.recall_at_100));
        line("mrr@10", fmt::format("{:.4f}", evaluation.mean.mrr_at_10));
        line("queries", fmt::format("{}", evaluation.queries.size()));
        line("documents", fmt::format("{} in {} chunks", evaluation.documents, evaluation.chunks));
        line("seconds", fmt::format("{:.1f} to index, {:.1f} to embed, {:.1f} to search", evaluation.index_seconds,
                                    evaluation.embed_seconds, evaluation.search_seconds));
    }

    std::string folder_;
    std::string mode_;
    int limit_ = 0;
    bool per_query_ = false;
};

}  // namespace

std::unique_ptr<Command> make_eval_retrieval_command() { return std::make_unique<EvalRetrievalCommand>(); }

}  // namespace quarry::cli
