// Evaluations of search and of the vector index; files that are made of reports.
#include "core/app/eval_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <thread>
#include <utility>

#include "core/app/collection_scope.h"
#include "core/app/eval_base.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/file.h"
#include "core/eval/beir.h"
#include "core/eval/html_report.h"
#include "core/eval/trec.h"
#include "core/store/base_address.h"
#include "core/store/store.h"
#include "core/store/store_vectors.h"

namespace quarry::app {
namespace {

eval::RetrievalMeasurement measurement_of(const RetrievalEvalRequest& request) {
    eval::RetrievalMeasurement measurement;
    if (!request.metrics.empty()) measurement.metrics = eval::metrics_by_names(request.metrics);
    measurement.max_queries = request.max_queries;
    return measurement;
}

std::string_view stage_name(eval::EvaluationStage stage) {
    switch (stage) {
        case eval::EvaluationStage::index: return "documents";
        case eval::EvaluationStage::fit: return "fitting the embedder, percent";
        case eval::EvaluationStage::embed: return "embedding";
        case eval::EvaluationStage::search: return "questions";
    }
    return "";
}

void refuse_control(const RetrievalEvalRequest& request, const std::string& why) {
    if (!request.control) return;
    throw Error(ErrorCode::usage, "--control needs a test collection's folder", "leave it out").because(why);
}

/// Behind each configuration with a fitted table, the same with one that is not fitted.
void add_control(std::vector<eval::RetrievalConfiguration>& configurations) {
    std::vector<eval::RetrievalConfiguration> controls;
    for (const eval::RetrievalConfiguration& configuration : configurations) {
        if (configuration.search.mode == search::SearchMode::lexical || configuration.embedder != nullptr) continue;
        eval::RetrievalConfiguration& control = controls.emplace_back(configuration);
        control.name += " untrained";
        control.builtin.fit.epochs = 0;
    }
    if (controls.empty()) {
        throw Error(ErrorCode::usage, "--control needs the built-in embedder",
                    "measure --mode vector or hybrid with embed.provider = builtin");
    }
    configurations.insert(configurations.end(), controls.begin(), controls.end());
}

/// Asks the base its own questions, with its own vectors.
void evaluate_own(Services& services, const RetrievalEvalRequest& request, const std::vector<NamedConfig>& named,
                  const eval::EvaluationProgress& progress, eval::RetrievalReport& report) {
    refuse_control(request, "on a knowledge base its own vectors are measured");
    refuse_changed_base(services.config, named);
    const std::unique_ptr<store::Store> store = store::open_store(services.base_path, store::StoreMode::read);
    store::ChunkFilter filter = request.filter;
    narrow(filter, *store, services.access);
    check_filter(*store, filter);
    const EvalConfigurations own = own_configurations(services, named, filter);
    const bool with_vectors = std::ranges::any_of(own.configurations, [](const auto& configuration) {
        return configuration.search.mode != search::SearchMode::lexical;
    });
    const std::unique_ptr<embed::Embedder> embedder = with_vectors ? query_embedder(services, *store) : nullptr;
    if (embedder) prepare_vectors(services, *store, false);
    eval::RetrievalSession session(*store, embedder.get(),
                                   base_questions(*store, report.subject, services.access.readable, report.skipped),
                                   measurement_of(request), services.cancel, progress);
    for (const eval::RetrievalConfiguration& configuration : own.configurations) {
        report.evaluations.push_back(session.evaluate(configuration));
    }
}

eval::RetrievalReport evaluate_runs(const RetrievalEvalRequest& request) {
    refuse_control(request, "nothing is searched with --run");
    const EvalVariants& variants = request.variants;
    const bool has_variants = !variants.modes.empty() || !variants.settings.empty() || !variants.files.empty();
    refuse_filter(request.filter);
    if (request.runs.empty() || request.qrels.empty() || !request.questions.empty() || has_variants) {
        throw Error(ErrorCode::usage, "--qrels and --run must be given together, without questions or settings",
                    "quarry eval retrieval --qrels FILE --run FILE");
    }
    eval::RetrievalReport report{.subject = request.qrels, .of_runs = true, .evaluations = {}};
    const eval::Qrels qrels = eval::read_qrels(request.qrels);
    for (const std::string& file : request.runs) {
        report.evaluations.push_back(eval::evaluate_run(
            qrels, eval::read_run(file), std::filesystem::path(file).filename().string(), measurement_of(request)));
    }
    return report;
}

void write_html(const std::filesystem::path& file, eval::HtmlReport page, std::vector<eval::Scores> scores,
                const eval::Scores* baseline) {
    if (baseline != nullptr) scores.insert(scores.begin(), *baseline);
    page.configurations = std::move(scores);
    write_file_atomically(file, eval::html_report(page));
}

}  // namespace

std::vector<std::string> RetrievalEvalRequest::metric_names() const {
    std::vector<std::string> names;
    for (const eval::Metric& metric : measurement_of(*this).metrics) names.push_back(metric.name());
    return names;
}

eval::RetrievalReport eval_retrieval(Services& services, const RetrievalEvalRequest& request) {
    if (!request.runs.empty() || !request.qrels.empty()) return evaluate_runs(request);
    const std::vector<NamedConfig> named = eval_configs(services, request.variants);
    eval::RetrievalReport report;
    report.subject = request.questions.empty() ? default_questions(services) : request.questions;
    const eval::EvaluationProgress progress = [&services](eval::EvaluationStage stage, std::uint64_t done,
                                                          std::uint64_t total) {
        show_progress(services, stage_name(stage), done, total);
    };
    if (std::filesystem::is_regular_file(report.subject)) {
        evaluate_own(services, request, named, progress, report);
    } else {
        refuse_filter(request.filter);
        const eval::BeirFolder folder(report.subject);
        EvalConfigurations configured = eval_configurations(services, named);
        if (request.control) add_control(configured.configurations);
        report.evaluations = eval::evaluate_retrieval(folder, configured.configurations, measurement_of(request),
                                                      services.cancel, progress);
    }
    services.notices.progress("");
    return report;
}

eval::IndexEvaluation eval_index(Services& services, eval::IndexEvaluationOptions options) {
    options.threads = std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
    const std::unique_ptr<store::Store> store = store::open_store(services.base_path, store::StoreMode::read);
    const std::string fingerprint = store->setting(store::setting::embedder).value_or("");
    eval::IndexEvaluation evaluation =
        eval::evaluate_index(store::StoreVectors(*store, fingerprint), options, services.cancel,
                             [&services](std::string_view doing, std::uint64_t done, std::uint64_t total) {
                                 show_progress(services, doing, done, total);
                             });
    if (store::is_server_base(services.base_path)) {
        show_progress(services, "searching the base", 0, options.queries);
        if (auto own = eval::evaluate_own_index(*store, fingerprint, options, services.cancel)) {
            evaluation.measurements.push_back(*own);
        }
    }
    services.notices.progress("");
    return evaluation;
}

void write_run_file(const std::filesystem::path& file, const eval::RetrievalReport& report) {
    if (report.evaluations.size() > 1) {
        throw Error(ErrorCode::usage, "--run-out works with one configuration only",
                    "measure each one separately to write its ranking");
    }
    std::ostringstream run;
    const eval::RetrievalEvaluation& evaluation = report.evaluations.front();
    for (std::size_t q = 0; q < evaluation.rankings.size(); ++q) {
        eval::write_run(run, evaluation.scores.questions[q], evaluation.rankings[q], "quarry");
    }
    write_file_atomically(file, run.str());
}

void write_html_report(const std::filesystem::path& file, const eval::RetrievalReport& report,
                       const eval::Scores* baseline) {
    eval::HtmlReport page;
    page.title = "How good search is: " + report.subject;
    const eval::RetrievalEvaluation& first = report.evaluations.front();
    page.facts.emplace_back("questions", fmt::format("{}", first.scores.questions.size()));
    if (!report.of_runs) {
        page.facts.emplace_back("documents", fmt::format("{} in {} chunks", first.documents, first.chunks));
        for (const eval::RetrievalEvaluation& one : report.evaluations) {
            page.facts.emplace_back(one.scores.name, eval::search_text(one));
        }
    }
    write_html(file, std::move(page), eval::scores_of(report.evaluations), baseline);
}

void write_html_report(const std::filesystem::path& file, const eval::ChunkingReport& report,
                       const eval::Scores* baseline) {
    eval::HtmlReport page;
    page.title = "How well chunks contain the wanted text: " + report.subject;
    page.facts.emplace_back("questions", fmt::format("{}", report.evaluations.front().scores.questions.size()));
    page.facts.emplace_back("chunks retrieved", report.results == 0 ? "as many as contain the wanted text"
                                                                    : fmt::format("{}", report.results));
    for (const eval::ChunkingEvaluation& one : report.evaluations) {
        page.facts.emplace_back(one.scores.name, eval::cuts_text(one));
    }
    write_html(file, std::move(page), eval::scores_of(report.evaluations), baseline);
}

}  // namespace quarry::app
