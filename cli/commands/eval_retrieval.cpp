// quarry eval retrieval: how good the ranking is, on a test collection, a base's own questions, or a run file.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "cli/line/command.h"
#include "cli/line/eval_options.h"
#include "cli/text/eval_report.h"
#include "cli/ui/output.h"
#include "core/app/eval_base.h"
#include "core/app/eval_settings.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/file.h"
#include "core/config/config_json.h"
#include "core/eval/html_report.h"
#include "core/eval/retrieval.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

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
                "share of the relevant documents among the first hundred; precision@10 the share of the first ten "
                "that is relevant; mrr is 1 divided by the rank of the first relevant one; map sums up precision over "
                "all relevant ones; success@1 says how often the first is relevant. Behind each stands the interval "
                "that holds its true value with 95 % certainty, as far as these questions can tell.\n\n"
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
            .exit_codes = {{12, "a measure is lower than --fail-under allows"},
                           {14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server says that requests come too fast"}}};
    }

    void setup(OptionTable& options) override {
        options.add("questions", questions_, "A test collection's folder, or a file of questions (default: eval.jsonl)")
            .value("PATH");
        declare_eval_variants(options, variants_, true);
        options.flag("--control", control_,
                     "Compare with an untrained table of random vectors too: what the built-in embedder learns");
        options
            .add("--metrics", metrics_,
                 "What to measure, with commas between: ndcg, recall, precision, mrr, map, success, each with a "
                 "cutoff such as ndcg@10")
            .value("LIST")
            .fallback("ndcg@10,recall@10,recall@100,precision@10,mrr@10,map,success@1");
        options.add("--limit", limit_, "Ask only the first N questions; 0 asks all")
            .range(0, 100'000'000)
            .value("N")
            .show_default();
        options.add("--qrels", qrels_, "Judgements for --run: trec_eval's or BEIR's format").value("PATH");
        options.add("--run", runs_, "Measure the ranking in a run file; once for each file").value("PATH");
        options.add("--run-out", run_out_, "Write the ranking to a run file that trec_eval reads").value("PATH");
        options.add("--html", html_, "Write a report with plots, one file without outside parts").value("PATH");
        options.flag("--per-query", per_query_, "Print each question's measures too, one line each");
        gate_.setup(options, "ndcg@10");
    }

    [[nodiscard]] int run(Context& context) override {
        measurement_.metrics = metrics_.empty() ? eval::default_metrics() : eval::metrics_by_names(metrics_);
        measurement_.max_queries = static_cast<std::size_t>(limit_);
        std::vector<std::string> names;
        for (const eval::Metric& metric : measurement_.metrics) names.push_back(metric.name());
        gate_.prepare(names);
        const std::vector<eval::RetrievalEvaluation> evaluations = evaluate(context);
        context.out.progress("");
        std::vector<eval::Scores> scores;
        for (const eval::RetrievalEvaluation& evaluation : evaluations) scores.push_back(evaluation.scores);
        if (!run_out_.empty()) write_runs(evaluations);
        if (!html_.empty()) write_html(evaluations, scores);
        if (context.json) {
            context.out.result() << config::dump_json(report_json(evaluations, scores));
        } else {
            print_report(context, evaluations, scores);
        }
        gate_.check(scores);
        return 0;
    }

private:
    [[nodiscard]] std::vector<eval::RetrievalEvaluation> evaluate(Context& context) {
        if (!runs_.empty() || !qrels_.empty()) return evaluate_runs();
        const std::vector<app::NamedConfig> named = app::eval_configs(context, variants_);
        subject_ = questions_.empty() ? app::default_questions(context) : questions_;
        const eval::EvaluationProgress progress = [&context](eval::EvaluationStage stage, std::uint64_t done,
                                                             std::uint64_t total) {
            app::show_progress(context, stage_name(stage), done, total);
        };
        if (std::filesystem::is_regular_file(subject_)) {
            refuse_control("the knowledge base's own vectors are measured");
            return evaluate_own(context, named, progress);
        }
        const eval::BeirFolder folder(subject_);
        app::EvalConfigurations configured = app::eval_configurations(context, named);
        if (control_) add_control(configured.configurations);
        return eval::evaluate_retrieval(folder, configured.configurations, measurement_, context.cancel, progress);
    }

    void refuse_control(const std::string& why) const {
        if (!control_) return;
        throw Error(ErrorCode::usage, "--control is for a test collection's folder", "leave it out").because(why);
    }

    /// Behind each configuration with a fitted table, the same with one that is not fitted.
    static void add_control(std::vector<eval::RetrievalConfiguration>& configurations) {
        std::vector<eval::RetrievalConfiguration> controls;
        for (const eval::RetrievalConfiguration& configuration : configurations) {
            if (configuration.search.mode == search::SearchMode::lexical || configuration.embedder != nullptr) continue;
            eval::RetrievalConfiguration& control = controls.emplace_back(configuration);
            control.name += " untrained";
            control.builtin.fit.epochs = 0;
        }
        if (controls.empty()) {
            throw Error(ErrorCode::usage, "--control has nothing to be a control of",
                        "measure --mode vector or hybrid with embed.provider = builtin");
        }
        configurations.insert(configurations.end(), controls.begin(), controls.end());
    }

    [[nodiscard]] std::vector<eval::RetrievalEvaluation> evaluate_own(Context& context,
                                                                      const std::vector<app::NamedConfig>& named,
                                                                      const eval::EvaluationProgress& progress) {
        app::refuse_changed_base(context.config, named);
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::read);
        std::vector<eval::RetrievalConfiguration> configurations;
        bool with_vectors = false;
        for (const app::NamedConfig& one : named) {
            eval::RetrievalConfiguration& configuration = configurations.emplace_back();
            configuration.search = app::eval_search_options(one);
            configuration.name =
                one.name.empty() ? std::string(search::search_mode_name(configuration.search.mode)) : one.name;
            with_vectors = with_vectors || configuration.search.mode != search::SearchMode::lexical;
        }
        const std::unique_ptr<embed::Embedder> embedder = with_vectors ? app::query_embedder(context, *store) : nullptr;
        if (embedder) app::prepare_vectors(context, *store, false);
        eval::RetrievalSession session(*store, embedder.get(), app::base_questions(*store, subject_, skipped_),
                                       measurement_, context.cancel, progress);
        std::vector<eval::RetrievalEvaluation> evaluations;
        for (const eval::RetrievalConfiguration& configuration : configurations) {
            evaluations.push_back(session.evaluate(configuration));
        }
        return evaluations;
    }

    [[nodiscard]] std::vector<eval::RetrievalEvaluation> evaluate_runs() {
        refuse_control("nothing is searched with --run");
        const bool has_variants = !variants_.modes.empty() || !variants_.settings.empty() || !variants_.files.empty();
        if (runs_.empty() || qrels_.empty() || !questions_.empty() || has_variants) {
            throw Error(ErrorCode::usage, "--qrels and --run go together, and without questions or settings",
                        "quarry eval retrieval --qrels FILE --run FILE");
        }
        subject_ = qrels_;
        const eval::Qrels qrels = eval::read_qrels(qrels_);
        std::vector<eval::RetrievalEvaluation> evaluations;
        for (const std::string& file : runs_) {
            evaluations.push_back(eval::evaluate_run(qrels, eval::read_run(file),
                                                     std::filesystem::path(file).filename().string(), measurement_));
        }
        return evaluations;
    }

    static std::string_view stage_name(eval::EvaluationStage stage) {
        switch (stage) {
            case eval::EvaluationStage::index: return "documents";
            case eval::EvaluationStage::fit: return "fitting the embedder, percent";
            case eval::EvaluationStage::embed: return "embedding";
            case eval::EvaluationStage::search: return "questions";
        }
        return "";
    }

    void write_runs(const std::vector<eval::RetrievalEvaluation>& evaluations) const {
        if (evaluations.size() > 1) {
            throw Error(ErrorCode::usage, "--run-out is for one configuration",
                        "measure each one by itself to write its ranking");
        }
        std::ostringstream run;
        const eval::RetrievalEvaluation& evaluation = evaluations.front();
        for (std::size_t q = 0; q < evaluation.rankings.size(); ++q) {
            eval::write_run(run, evaluation.scores.questions[q], evaluation.rankings[q], "quarry");
        }
        write_file_atomically(run_out_, run.str());
    }

    void write_html(const std::vector<eval::RetrievalEvaluation>& evaluations, std::vector<eval::Scores> scores) const {
        eval::HtmlReport report;
        report.title = "How good search is: " + subject_;
        const eval::RetrievalEvaluation& first = evaluations.front();
        report.facts.emplace_back("questions", fmt::format("{}", first.scores.questions.size()));
        if (runs_.empty()) {
            report.facts.emplace_back("documents", fmt::format("{} in {} chunks", first.documents, first.chunks));
            for (const eval::RetrievalEvaluation& evaluation : evaluations) {
                report.facts.emplace_back(evaluation.scores.name, configuration_text(evaluation));
            }
        }
        if (gate_.baseline() != nullptr) scores.insert(scores.begin(), *gate_.baseline());
        report.configurations = std::move(scores);
        write_file_atomically(html_, eval::html_report(report));
    }

    static std::string configuration_text(const eval::RetrievalEvaluation& evaluation) {
        return fmt::format("{}{}, {}", search::search_mode_name(evaluation.mode),
                           evaluation.embedder.empty() ? "" : fmt::format(" with {}", evaluation.embedder),
                           latency_text(evaluation));
    }

    static std::string latency_text(const eval::RetrievalEvaluation& evaluation) {
        return fmt::format("p50 {:.1f} ms, p95 {:.1f} ms", 1000 * eval::quantile(evaluation.query_seconds, 0.5),
                           1000 * eval::quantile(evaluation.query_seconds, 0.95));
    }

    [[nodiscard]] json evaluation_json(const eval::RetrievalEvaluation& evaluation) const {
        json report;
        if (runs_.empty()) {
            report["mode"] = search::search_mode_name(evaluation.mode);
            report["embedder"] = evaluation.embedder;
            report["note"] = evaluation.note;
            report["documents"] = evaluation.documents;
            report["chunks"] = evaluation.chunks;
        }
        report["queries"] = evaluation.scores.questions.size();
        add_scores(report, evaluation.scores);
        if (runs_.empty()) {
            report["latency_ms"] = {{"p50", 1000 * eval::quantile(evaluation.query_seconds, 0.5)},
                                    {"p95", 1000 * eval::quantile(evaluation.query_seconds, 0.95)}};
            report["index_seconds"] = evaluation.index_seconds;
            report["embed_seconds"] = evaluation.embed_seconds;
            report["search_seconds"] = evaluation.search_seconds;
        }
        if (per_query_) report["per_query"] = questions_json(evaluation.scores);
        return report;
    }

    [[nodiscard]] json report_json(const std::vector<eval::RetrievalEvaluation>& evaluations,
                                   std::span<const eval::Scores> scores) const {
        json report;
        report["schema"] = "quarry.eval.retrieval/1";
        report[runs_.empty() ? "folder" : "qrels"] = subject_;
        report["configuration"] = scores.front().name;
        report.update(evaluation_json(evaluations.front()));
        if (runs_.empty()) report["skipped"] = skipped_;
        if (evaluations.size() > 1) {
            report["others"] = json::array();
            for (std::size_t i = 1; i < evaluations.size(); ++i) {
                json other{{"configuration", scores[i].name}};
                other.update(evaluation_json(evaluations[i]));
                report["others"].push_back(std::move(other));
            }
        }
        add_comparisons(report, scores, gate_);
        return report;
    }

    void print_report(Context& context, const std::vector<eval::RetrievalEvaluation>& evaluations,
                      std::span<const eval::Scores> scores) const {
        std::ostream& out = context.out.result();
        for (const eval::RetrievalEvaluation& evaluation : evaluations) {
            if (!evaluation.note.empty()) context.out.note(evaluation.note);
        }
        const auto line = [&out](std::string_view name, const std::string& value) {
            out << fmt::format("{:<13} {}\n", name, value);
        };
        if (per_query_) out << question_lines(scores);
        const eval::RetrievalEvaluation& first = evaluations.front();
        if (evaluations.size() > 1) {
            out << comparison_table(scores) << '\n';
        } else {
            if (runs_.empty()) line("mode", std::string(search::search_mode_name(first.mode)));
            out << metric_lines(first.scores);
        }
        out << baseline_lines(scores, gate_);
        line("queries", fmt::format("{}", first.scores.questions.size()));
        if (skipped_ > 0) line("skipped", fmt::format("{} that name no source", skipped_));
        if (!runs_.empty()) return;
        line("documents", fmt::format("{} in {} chunks", first.documents, first.chunks));
        for (const eval::RetrievalEvaluation& evaluation : evaluations) {
            const std::string of = evaluations.size() > 1 ? fmt::format(" ({})", evaluation.scores.name) : "";
            line("seconds",
                 fmt::format("{:.1f} to index, {:.1f} to embed, {:.1f} to search{}", evaluation.index_seconds,
                             evaluation.embed_seconds, evaluation.search_seconds, of));
            line("latency", latency_text(evaluation) + of);
        }
    }

    std::string questions_;
    app::EvalVariants variants_;
    bool control_ = false;
    std::string metrics_;
    int limit_ = 0;
    std::string qrels_;
    std::vector<std::string> runs_;
    std::string run_out_;
    std::string html_;
    bool per_query_ = false;
    EvalGate gate_;
    eval::RetrievalMeasurement measurement_;
    std::size_t skipped_ = 0;  ///< Questions without a source.
    std::string subject_;      ///< What the questions were read from.
};

}  // namespace

std::unique_ptr<Command> make_eval_retrieval_command() { return std::make_unique<EvalRetrievalCommand>(); }

}  // namespace quarry::cli
