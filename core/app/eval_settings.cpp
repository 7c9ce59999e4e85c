// Configurations to compare.
#include "core/app/eval_settings.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "core/app/knowledge_base.h"
#include "core/app/reranking.h"
#include "core/app/vectors.h"
#include "core/base/text.h"
#include "core/config/settings_file.h"

namespace quarry::app {
namespace {

/// Sets each KEY=VALUE of a list. A part without "=" goes on with the value before it: "a=1,2,b=3" sets a to "1,2".
void apply_settings(config::Config& config, const std::string& settings) {
    const auto refuse = [&settings] {
        throw Error(ErrorCode::usage, fmt::format("--set {} is not a setting", settings),
                    "write KEY=VALUE, several separated by commas: --set search.dense_weight=0.5");
    };
    std::vector<std::pair<std::string, std::string>> assigned;
    for (const std::string_view part : split(settings, ',')) {
        const std::size_t equals = part.find('=');
        if (equals != std::string_view::npos && equals > 0) {
            assigned.emplace_back(trim(part.substr(0, equals)), part.substr(equals + 1));
        } else if (!assigned.empty()) {
            assigned.back().second += fmt::format(",{}", part);
        } else {
            refuse();
        }
    }
    for (const auto& [key, value] : assigned) config.set_flag(key, value, "--set");
}

void apply_file(config::Config& config, const std::string& file) {
    for (const config::FileSetting& setting : config::read_settings_file(file)) {
        config.set_flag(setting.name, setting.value, setting.where);
    }
}

std::string joined(const std::string& left, const std::string& right) {
    return left.empty() ? right : right.empty() ? left : fmt::format("{} {}", left, right);
}

}  // namespace

std::vector<NamedConfig> eval_configs(const Services& services, const EvalVariants& variants) {
    std::vector<NamedConfig> bases;
    const bool compares = !variants.settings.empty() || !variants.files.empty();
    bases.push_back({compares ? "as configured" : "", services.config, std::nullopt});
    for (const std::string& settings : variants.settings) {
        NamedConfig& named = bases.emplace_back(NamedConfig{settings, services.config, std::nullopt});
        apply_settings(named.config, settings);
    }
    for (const std::string& file : variants.files) {
        NamedConfig& named =
            bases.emplace_back(NamedConfig{std::filesystem::path(file).filename().string(), services.config, {}});
        apply_file(named.config, file);
    }
    if (variants.modes.empty()) return bases;
    std::vector<NamedConfig> configs;
    for (const std::string& mode : variants.modes) {
        for (const NamedConfig& base : bases) {
            const bool says_mode = variants.modes.size() > 1 || !compares;
            configs.push_back({joined(says_mode ? mode : "", base.name), base.config, mode});
        }
    }
    return configs;
}

search::SearchOptions eval_search_options(const NamedConfig& named) {
    search::SearchOptions options = configured_search(named.config, named.mode.value_or(""));
    if (named.config.text("embed.provider") == "none") {
        if (named.mode && options.mode != search::SearchMode::lexical) {
            throw Error(ErrorCode::usage, fmt::format("--mode {} needs an embedder", *named.mode),
                        "use --mode lexical, or --config embed.provider=builtin")
                .because("embed.provider is none");
        }
        options.mode = search::SearchMode::lexical;
    }
    options.syntax = search::QuerySyntax::plain;
    return options;
}

EvalConfigurations own_configurations(const Services& services, const std::vector<NamedConfig>& named,
                                      const store::ChunkFilter& filter) {
    EvalConfigurations result;
    for (const NamedConfig& one : named) {
        eval::RetrievalConfiguration& configuration = result.configurations.emplace_back();
        configuration.search = eval_search_options(one);
        configuration.search.filter = filter;
        configuration.name =
            one.name.empty() ? std::string(search::search_mode_name(configuration.search.mode)) : one.name;
        result.rerankers.push_back(make_configured_reranker(services.with(one.config)));
        configuration.reranker = result.rerankers.back().get();
    }
    return result;
}

EvalConfigurations eval_configurations(Services& services, const std::vector<NamedConfig>& named) {
    EvalConfigurations result = own_configurations(services, named, {});
    for (std::size_t i = 0; i < named.size(); ++i) {
        const NamedConfig& one = named[i];
        eval::RetrievalConfiguration& configuration = result.configurations[i];
        configuration.chunking = configured_chunking(one.config);
        configuration.language = one.config.text("ingest.language");
        const std::string& provider = one.config.text("embed.provider");
        if (configuration.search.mode == search::SearchMode::lexical || provider == "builtin" || provider == "none")
            continue;
        result.embedders.push_back(make_configured_embedder(services.with(one.config)));
        configuration.embedder = result.embedders.back().get();
    }
    return result;
}

}  // namespace quarry::app
