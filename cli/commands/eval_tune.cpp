// quarry eval tune: settings of search fitted to questions whose answers are known.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/eval_base.h"
#include "core/app/eval_settings.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/config/config_json.h"
#include "core/eval/retrieval.h"
#include "core/eval/tune.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

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
            .exit_codes = {{14, "the embedding server failed: not reached, refused, or no usable answer"},
                           {15, "the embedding server says that requests come too fast"}}};
    }

    void setup(OptionTable& options) override {
        options.add("questions", questions_, "A test collection's folder, or a file of questions (default: eval.jsonl)")
            .value("PATH");
        options.add("--metric", metric_, "What is to be large").value("METRIC").show_default();
        std::vector<std::string> keys;
        for (const TunableSetting& setting : tunable_settings()) keys.emplace_back(setting.key);
        options.add("--setting", keys_, "Fit only this setting; once for each (default: all that apply)").choices(keys);
        options.add("--folds", folds_, "Parts of the questions that are held out in turn")
            .range(2, 100)
            .value("N")
            .show_default();
        options.add("--limit", limit_, "Ask only the first N questions; 0 asks all")
            .range(0, 100'000'000)
            .value("N")
            .show_default();
    }

    [[nodiscard]] int run(Context& context) override {
        measurement_.metrics = {eval::metric_by_name(metric_)};
        measurement_.max_queries = static_cast<std::size_t>(limit_);
        app::NamedConfig start{"", context.config, std::nullopt};
        const app::EvalConfigurations configured = app::eval_configurations(context, {start});
        const eval::RetrievalConfiguration& configuration = configured.configurations.front();
        const std::vector<eval::TunedSetting> settings = settings_to_tune(context.config, configuration.search.mode);
        std::size_t measured = 0;
        const eval::EvaluationProgress progress = [&](eval::EvaluationStage stage, std::uint64_t done,
                                                      std::uint64_t total) {
            if (stage != eval::EvaluationStage::search) {
                app::show_progress(context, "preparing", done, total);
            } else if (done == 1) {
                app::show_progress(context, "settings tried:", ++measured, 0);
            }
        };
        std::unique_ptr<store::Store> store;
        std::unique_ptr<embed::Embedder> embedder;
        const std::unique_ptr<eval::RetrievalSession> session =
            open_session(context, configuration, store, embedder, progress);
        const eval::TuneResult result = eval::tune(
            settings,
            [&](const eval::TunePoint& point) {
                eval::RetrievalConfiguration candidate = configuration;
                candidate.search = app::eval_search_options(at_point(start, settings, point));
                return session->evaluate(candidate).scores.values.front();
            },
            {static_cast<std::size_t>(folds_), 1}, context.cancel);
        context.out.progress("");
        if (context.json) {
            context.out.result() << config::dump_json(report_json(settings, result));
        } else {
            print_report(context.out.result(), settings, result);
        }
        return 0;
    }

private:
    [[nodiscard]] std::unique_ptr<eval::RetrievalSession> open_session(
        Context& context, const eval::RetrievalConfiguration& configuration, std::unique_ptr<store::Store>& store,
        std::unique_ptr<embed::Embedder>& embedder, const eval::EvaluationProgress& progress) {
        subject_ = questions_.empty() ? app::default_questions(context) : questions_;
        if (!std::filesystem::is_regular_file(subject_)) {
            return std::make_unique<eval::RetrievalSession>(eval::BeirFolder(subject_), configuration, measurement_,
                                                            context.cancel, progress);
        }
        store = store::open_store(context.base_path, store::StoreMode::read);
        if (configuration.search.mode != search::SearchMode::lexical) embedder = app::query_embedder(context, *store);
        if (embedder) app::prepare_vectors(context, *store, false);
        return std::make_unique<eval::RetrievalSession>(*store, embedder.get(),
                                                        app::base_questions(*store, subject_, skipped_), measurement_,
                                                        context.cancel, progress);
    }

    /// The settings that apply, each with its present value among those that are tried.
    [[nodiscard]] std::vector<eval::TunedSetting> settings_to_tune(const config::Config& config,
                                                                   search::SearchMode mode) const {
        std::vector<eval::TunedSetting> settings;
        for (const TunableSetting& setting : tunable_settings()) {
            const bool is_fusion = std::string_view(setting.key) == "search.dense_weight";
            if (is_fusion ? mode != search::SearchMode::hybrid : mode == search::SearchMode::vector) continue;
            if (!keys_.empty() && std::find(keys_.begin(), keys_.end(), setting.key) == keys_.end()) continue;
            eval::TunedSetting& tuned = settings.emplace_back(eval::TunedSetting{setting.key, setting.values, 0});
            const double present = config.number(setting.key);
            auto at = std::lower_bound(tuned.values.begin(), tuned.values.end(), present - 1e-9);
            if (at == tuned.values.end() || std::abs(*at - present) > 1e-9) at = tuned.values.insert(at, present);
            tuned.start = static_cast<std::size_t>(at - tuned.values.begin());
        }
        if (settings.empty()) {
            throw Error(ErrorCode::usage,
                        fmt::format("nothing of a {} search can be tuned", search::search_mode_name(mode)),
                        "tune lexical or hybrid search: --config search.mode=hybrid");
        }
        return settings;
    }

    [[nodiscard]] static app::NamedConfig at_point(app::NamedConfig named,
                                                   const std::vector<eval::TunedSetting>& settings,
                                                   const eval::TunePoint& point) {
        for (std::size_t i = 0; i < settings.size(); ++i) {
            named.config.set_flag(settings[i].name, fmt::format("{}", settings[i].values[point[i]]), "tune");
        }
        return named;
    }

    void print_report(std::ostream& out, const std::vector<eval::TunedSetting>& settings,
                      const eval::TuneResult& result) const {
        const eval::PairedComparison& gain = result.held_out;
        out << fmt::format("# {} on {}: {:.4f} as it is, {:.4f} with these settings, on the questions they were "
                           "chosen on.\n",
                           metric_, subject_, result.start_mean, result.best_mean);
        out << fmt::format(
            "# Held-out gain: {:+.4f} ({:+.4f} to {:+.4f}), p = {:.3f}, {} questions better, {} worse.\n",
            gain.difference, gain.interval.low, gain.interval.high, gain.p_value, gain.better, gain.worse);
        if (gain.interval.low <= 0)
            out << "# These questions cannot tell it from no gain: better keep what there is.\n";
        if (skipped_ > 0) out << fmt::format("# {} questions skipped: they name no source.\n", skipped_);
        out << "[search]\n";
        bool any = false;
        for (std::size_t i = 0; i < settings.size(); ++i) {
            if (result.best[i] == settings[i].start) continue;
            any = true;
            std::string chosen;
            for (const eval::TunePoint& point : result.chosen) {
                chosen += fmt::format("{}{}", chosen.empty() ? "" : ", ", settings[i].values[point[i]]);
            }
            out << fmt::format("{} = {}  # was {}; chosen by the folds: {}\n", settings[i].name.substr(7),
                               settings[i].values[result.best[i]], settings[i].values[settings[i].start], chosen);
        }
        if (!any) out << "# nothing to change\n";
    }

    [[nodiscard]] json report_json(const std::vector<eval::TunedSetting>& settings,
                                   const eval::TuneResult& result) const {
        json tuned = json::array();
        for (std::size_t i = 0; i < settings.size(); ++i) {
            json chosen = json::array();
            for (const eval::TunePoint& point : result.chosen) chosen.push_back(settings[i].values[point[i]]);
            tuned.push_back({{"setting", settings[i].name},
                             {"present", settings[i].values[settings[i].start]},
                             {"best", settings[i].values[result.best[i]]},
                             {"chosen_by_fold", std::move(chosen)}});
        }
        const eval::PairedComparison& gain = result.held_out;
        return {{"schema", "quarry.eval.tune/1"},
                {"questions", subject_},
                {"skipped", skipped_},
                {"metric", metric_},
                {"settings", std::move(tuned)},
                {"present_mean", result.start_mean},
                {"best_mean", result.best_mean},
                {"held_out",
                 {{"gain", gain.difference},
                  {"interval", {gain.interval.low, gain.interval.high}},
                  {"p_value", gain.p_value},
                  {"better", gain.better},
                  {"worse", gain.worse}}},
                {"measured", result.measured}};
    }

    std::string questions_;
    std::string metric_ = "ndcg@10";
    std::vector<std::string> keys_;
    int folds_ = 5;
    int limit_ = 0;
    eval::RetrievalMeasurement measurement_;
    std::size_t skipped_ = 0;  ///< Questions without a source.
    std::string subject_;
};

}  // namespace

std::unique_ptr<Command> make_eval_tune_command() { return std::make_unique<EvalTuneCommand>(); }

}  // namespace quarry::cli
