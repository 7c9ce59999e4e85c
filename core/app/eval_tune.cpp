// Settings of search, fitted to questions.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/app/collection_scope.h"
#include "core/app/eval_base.h"
#include "core/app/eval_service.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/eval/beir.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

/// What is tried of each setting: coarse, since a few hundred questions cannot tell finer steps apart.
struct TunableSetting {
    const char* key;
    std::vector<double> values;
};

const std::vector<TunableSetting>& tunable_settings() {
    static const std::vector<TunableSetting> settings = {
        {"search.dense_weight", {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8}},
        {"search.k1", {0.6, 0.9, 1.2, 1.6, 2.0}},
        {"search.b", {0.2, 0.4, 0.6, 0.75, 0.9}},
        {"search.title_weight", {0.5, 1, 2, 4}},
        {"search.heading_weight", {0.5, 1, 2, 4}},
    };
    return settings;
}

/// What questions are asked of, and what that borrows.
struct TuneSession {
    std::unique_ptr<store::Store> store;
    std::unique_ptr<embed::Embedder> embedder;
    std::unique_ptr<eval::RetrievalSession> session;
};

/// Narrows the filter of the configuration to what may be read.
TuneSession open_session(Services& services, eval::RetrievalConfiguration& configuration,
                         const eval::RetrievalMeasurement& measurement, const eval::EvaluationProgress& progress,
                         eval::TuneReport& report) {
    TuneSession opened;
    if (!std::filesystem::is_regular_file(report.subject)) {
        refuse_filter(configuration.search.filter);
        opened.session = std::make_unique<eval::RetrievalSession>(eval::BeirFolder(report.subject), configuration,
                                                                  measurement, services.cancel, progress);
        return opened;
    }
    opened.store = store::open_store(services.base_path, store::StoreMode::read);
    narrow(configuration.search.filter, *opened.store, services.access);
    check_filter(*opened.store, configuration.search.filter);
    if (configuration.search.mode != search::SearchMode::lexical) {
        opened.embedder = query_embedder(services, *opened.store);
    }
    if (opened.embedder) prepare_vectors(services, *opened.store, false);
    opened.session = std::make_unique<eval::RetrievalSession>(
        *opened.store, opened.embedder.get(),
        base_questions(*opened.store, report.subject, services.access.readable, report.skipped), measurement,
        services.cancel, progress);
    return opened;
}

/// The settings that apply, each with its present value among those that are tried.
std::vector<eval::TunedSetting> settings_to_tune(const config::Config& config, search::SearchMode mode,
                                                 const std::vector<std::string>& wanted) {
    std::vector<eval::TunedSetting> settings;
    for (const TunableSetting& setting : tunable_settings()) {
        const bool is_fusion = std::string_view(setting.key) == "search.dense_weight";
        if (is_fusion ? mode != search::SearchMode::hybrid : mode == search::SearchMode::vector) continue;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), setting.key) == wanted.end()) continue;
        eval::TunedSetting& tuned = settings.emplace_back(eval::TunedSetting{setting.key, setting.values, 0});
        const double present = config.number(setting.key);
        auto at = std::lower_bound(tuned.values.begin(), tuned.values.end(), present - 1e-9);
        if (at == tuned.values.end() || std::abs(*at - present) > 1e-9) at = tuned.values.insert(at, present);
        tuned.start = static_cast<std::size_t>(at - tuned.values.begin());
    }
    if (settings.empty()) {
        throw Error(ErrorCode::usage, fmt::format("a {} search has nothing to tune", search::search_mode_name(mode)),
                    "tune lexical or hybrid search: --config search.mode=hybrid");
    }
    return settings;
}

NamedConfig at_point(NamedConfig named, const std::vector<eval::TunedSetting>& settings, const eval::TunePoint& point) {
    for (std::size_t i = 0; i < settings.size(); ++i) {
        named.config.set_flag(settings[i].name, fmt::format("{}", settings[i].values[point[i]]), "tune");
    }
    return named;
}

}  // namespace

std::vector<std::string> tunable_setting_names() {
    std::vector<std::string> names;
    for (const TunableSetting& setting : tunable_settings()) names.emplace_back(setting.key);
    return names;
}

eval::TuneReport tune_search(Services& services, const TuneRequest& request) {
    const eval::RetrievalMeasurement measurement{{eval::metric_by_name(request.metric)}, request.max_queries};
    const NamedConfig start{"", services.config, std::nullopt};
    EvalConfigurations configured = eval_configurations(services, {start});
    eval::RetrievalConfiguration& configuration = configured.configurations.front();
    configuration.search.filter = request.filter;
    eval::TuneReport report;
    report.metric = request.metric;
    report.settings = settings_to_tune(services.config, configuration.search.mode, request.settings);
    report.subject = request.questions.empty() ? default_questions(services) : request.questions;
    std::size_t measured = 0;
    const eval::EvaluationProgress progress = [&](eval::EvaluationStage stage, std::uint64_t done,
                                                  std::uint64_t total) {
        if (stage != eval::EvaluationStage::search) {
            show_progress(services, "preparing", done, total);
        } else if (done == 1) {
            show_progress(services, "settings tried:", ++measured, 0);
        }
    };
    const TuneSession opened = open_session(services, configuration, measurement, progress, report);
    report.result = eval::tune(
        report.settings,
        [&](const eval::TunePoint& point) {
            eval::RetrievalConfiguration candidate = configuration;
            candidate.search = eval_search_options(at_point(start, report.settings, point));
            candidate.search.filter = configuration.search.filter;
            return opened.session->evaluate(candidate).scores.values.front();
        },
        {request.folds, 1}, services.cancel);
    services.notices.progress("");
    return report;
}

}  // namespace quarry::app
