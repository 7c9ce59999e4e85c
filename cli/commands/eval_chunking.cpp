// quarry eval chunking: how well ways to cut documents keep together what questions need.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>
#include <unordered_map>

#include "cli/line/command.h"
#include "cli/line/eval_options.h"
#include "cli/text/eval_report.h"
#include "cli/ui/output.h"
#include "core/app/eval_base.h"
#include "core/app/eval_settings.h"
#include "core/app/vectors.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/config/extract_commands.h"
#include "core/eval/chunking.h"
#include "core/eval/html_report.h"
#include "core/extract/extractor.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

constexpr std::uint64_t max_corpus_bytes = 1 << 30;

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
                           {15, "the embedding server says that requests come too fast"}}};
    }

    void setup(OptionTable& options) override {
        options.add("questions", questions_, "A folder, or a file of questions (default: eval.jsonl)").value("PATH");
        options
            .add("--strategy", strategies_,
                 "Cut this way: a strategy, with a size and an overlap if wanted; several times to compare")
            .value("NAME[:SIZE[:OVERLAP]]");
        declare_eval_variants(options, variants_, true);
        options.add("--results,-k", results_, "Chunks retrieved for a question; 0: as many as hold what is wanted")
            .range(0, 1'000)
            .value("N")
            .show_default();
        options.add("--html", html_, "Write a report with plots, one file without outside parts").value("PATH");
        options.flag("--per-query", per_query_, "Print each question's measures too, one line each");
        gate_.setup(options, "recall");
    }

    [[nodiscard]] int run(Context& context) override {
        gate_.prepare({"recall", "precision", "precision_omega", "iou"});
        std::vector<app::NamedConfig> named = app::eval_configs(context, variants_);
        if (!strategies_.empty()) named = by_strategy(named);
        const app::EvalConfigurations configured = app::eval_configurations(context, named);
        eval::ChunkingCollection collection = read_collection(context);
        keep_passages(collection.questions);
        const std::vector<eval::ChunkingEvaluation> evaluations = eval::evaluate_chunking(
            collection, configured.configurations, static_cast<std::size_t>(results_), context.cancel,
            [&context](eval::EvaluationStage, std::uint64_t done, std::uint64_t total) {
                app::show_progress(context, "chunking", done, total);
            });
        context.out.progress("");
        std::vector<eval::Scores> scores;
        for (const eval::ChunkingEvaluation& evaluation : evaluations) scores.push_back(evaluation.scores);
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
    /// Each strategy under each configuration.
    [[nodiscard]] std::vector<app::NamedConfig> by_strategy(const std::vector<app::NamedConfig>& named) const {
        std::vector<app::NamedConfig> result;
        for (const app::NamedConfig& base : named) {
            for (const std::string& strategy : strategies_) {
                app::NamedConfig& one = result.emplace_back(base);
                one.name = base.name.empty() ? strategy : fmt::format("{} {}", strategy, base.name);
                const std::vector<std::string_view> parts = split(strategy, ':');
                constexpr const char* keys[] = {"chunk.strategy", "chunk.size", "chunk.overlap"};
                if (parts.size() > 3) {
                    throw Error(ErrorCode::usage, fmt::format("--strategy {} is none", strategy),
                                "write it as NAME, NAME:SIZE or NAME:SIZE:OVERLAP");
                }
                for (std::size_t i = 0; i < parts.size(); ++i) one.config.set_flag(keys[i], parts[i], "--strategy");
            }
        }
        return result;
    }

    [[nodiscard]] eval::ChunkingCollection read_collection(Context& context) {
        subject_ = questions_.empty() ? app::default_questions(context) : questions_;
        if (!std::filesystem::is_regular_file(subject_)) {
            const extract::ExtractorSet extractors = config::configured_extractors(context.config);
            return eval::read_chunking_folder(subject_, [&](const std::filesystem::path& file) {
                std::string bytes = read_file(file, max_corpus_bytes);
                const extract::Extractor* type = extractors.find(file.string(), bytes);
                if (type == nullptr) type = &extract::extractor_by_name("text");
                return type->extract(std::move(bytes), {.name = file.string(), .cancel = &context.cancel});
            });
        }
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::read);
        eval::ChunkingCollection collection;
        collection.questions = app::base_questions(*store, subject_, skipped_);
        std::unordered_map<std::int64_t, std::int64_t> places;
        for (const std::int64_t id : store->document_ids(0, std::numeric_limits<std::int64_t>::max())) {
            std::optional<document::Document> document = store->document(id);
            if (!document) continue;
            places.emplace(id, static_cast<std::int64_t>(collection.documents.size()));
            collection.documents.emplace_back(document->title, std::move(*document));
        }
        for (eval::ResolvedQuestion& question : collection.questions) {
            for (eval::ResolvedSource& source : question.expected) source.document_id = places.at(source.document_id);
        }
        return collection;
    }

    /// Leaves out the questions that expect whole documents, or nothing.
    void keep_passages(std::vector<eval::ResolvedQuestion>& questions) {
        skipped_ += std::erase_if(questions, [](const eval::ResolvedQuestion& question) {
            return question.expected.empty() ||
                   !std::all_of(question.expected.begin(), question.expected.end(),
                                [](const eval::ResolvedSource& source) { return source.is_span(); });
        });
        if (!questions.empty()) return;
        throw Error(ErrorCode::failed, fmt::format("cannot use {}", subject_),
                    "chunking is measured on passages: give \"text\", or \"start\" and \"end\"")
            .because("none of its questions names a passage");
    }

    static std::string facts_of(const eval::ChunkingEvaluation& evaluation) {
        return fmt::format(
            "{} chunks of {:.0f} characters, searched {}{}", evaluation.chunks, evaluation.mean_characters,
            search::search_mode_name(evaluation.mode),
            evaluation.mode == search::SearchMode::lexical ? "" : fmt::format(" with {}", evaluation.embedder));
    }

    void write_html(const std::vector<eval::ChunkingEvaluation>& evaluations, std::vector<eval::Scores> scores) const {
        eval::HtmlReport report;
        report.title = "How well chunks hold what is wanted: " + subject_;
        report.facts.emplace_back("questions", fmt::format("{}", scores.front().questions.size()));
        report.facts.emplace_back("chunks retrieved",
                                  results_ == 0 ? "as many as hold what is wanted" : fmt::format("{}", results_));
        for (const eval::ChunkingEvaluation& one : evaluations)
            report.facts.emplace_back(one.scores.name, facts_of(one));
        if (gate_.baseline() != nullptr) scores.insert(scores.begin(), *gate_.baseline());
        report.configurations = std::move(scores);
        write_file_atomically(html_, eval::html_report(report));
    }

    [[nodiscard]] json evaluation_json(const eval::ChunkingEvaluation& evaluation) const {
        json report{{"configuration", evaluation.scores.name},
                    {"mode", search::search_mode_name(evaluation.mode)},
                    {"embedder", evaluation.embedder},
                    {"note", evaluation.note},
                    {"chunks", evaluation.chunks},
                    {"mean_characters", evaluation.mean_characters},
                    {"queries", evaluation.scores.questions.size()}};
        add_scores(report, evaluation.scores);
        if (per_query_) report["per_query"] = questions_json(evaluation.scores);
        return report;
    }

    [[nodiscard]] json report_json(const std::vector<eval::ChunkingEvaluation>& evaluations,
                                   std::span<const eval::Scores> scores) const {
        json report{{"schema", "quarry.eval.chunking/1"},
                    {"questions", subject_},
                    {"results", results_},
                    {"skipped", skipped_}};
        report.update(evaluation_json(evaluations.front()));
        if (evaluations.size() > 1) {
            report["others"] = json::array();
            for (std::size_t i = 1; i < evaluations.size(); ++i) {
                report["others"].push_back(evaluation_json(evaluations[i]));
            }
        }
        add_comparisons(report, scores, gate_);
        return report;
    }

    void print_report(Context& context, const std::vector<eval::ChunkingEvaluation>& evaluations,
                      std::span<const eval::Scores> scores) const {
        std::ostream& out = context.out.result();
        for (const eval::ChunkingEvaluation& evaluation : evaluations) {
            if (!evaluation.note.empty()) context.out.note(evaluation.note);
        }
        if (per_query_) out << question_lines(scores);
        if (evaluations.size() > 1) {
            out << comparison_table(scores) << '\n';
        } else {
            out << metric_lines(scores.front());
        }
        out << baseline_lines(scores, gate_);
        out << fmt::format("{:<13} {}\n", "queries", scores.front().questions.size());
        if (skipped_ > 0) out << fmt::format("{:<13} {} that name no passage\n", "skipped", skipped_);
        for (const eval::ChunkingEvaluation& evaluation : evaluations) {
            const std::string of = evaluations.size() > 1 ? fmt::format(" ({})", evaluation.scores.name) : "";
            out << fmt::format("{:<13} {}{}\n", "chunks", facts_of(evaluation), of);
        }
    }

    std::string questions_;
    std::vector<std::string> strategies_;
    app::EvalVariants variants_;
    int results_ = 5;
    std::string html_;
    bool per_query_ = false;
    EvalGate gate_;
    std::size_t skipped_ = 0;  ///< Questions that name no passage.
    std::string subject_;
};

}  // namespace

std::unique_ptr<Command> make_eval_chunking_command() { return std::make_unique<EvalChunkingCommand>(); }

}  // namespace quarry::cli
