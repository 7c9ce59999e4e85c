#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/config/config.h"
#include "core/embed/embedder.h"
#include "core/eval/retrieval.h"
#include "core/rerank/reranker.h"
#include "core/store/chunk_filter.h"

namespace quarry::app {

/// Which settings an evaluation compares, as options of its command.
struct EvalVariants {
    std::vector<std::string> modes;
    std::vector<std::string> settings;  ///< "KEY=VALUE,KEY=VALUE" each.
    std::vector<std::string> files;     ///< Configuration files.
};

/// A configuration with a name for reports.
struct NamedConfig {
    std::string name;
    config::Config config;
    std::optional<std::string> mode;  ///< Of --mode.
};

/// The configuration as it is, then with each of the settings and files in its place, all of it for each mode. Throws
/// Error(usage) for a setting that is none.
[[nodiscard]] std::vector<NamedConfig> eval_configs(const Services& services, const EvalVariants& variants);

/// What `search` would do under a configuration: its mode (hybrid means lexical where embedding is switched off) and
/// weights. Throws Error(usage) for a --mode that needs an embedder where there is none.
[[nodiscard]] search::SearchOptions eval_search_options(const NamedConfig& named);

/// The configurations as the evaluation takes them, and what they borrow.
struct EvalConfigurations {
    std::vector<eval::RetrievalConfiguration> configurations;
    std::vector<std::unique_ptr<embed::Embedder>> embedders;
    std::vector<std::unique_ptr<rerank::Reranker>> rerankers;
};
/// To ask a base its own questions, under a filter; with its own embedder, and each configuration's reranker.
[[nodiscard]] EvalConfigurations own_configurations(const Services& services, const std::vector<NamedConfig>& named,
                                                    const store::ChunkFilter& filter);
/// For a collection, which is cut and embedded as each says. Throws Error(usage) for chunking options that do not go
/// together or an embedder without a model.
[[nodiscard]] EvalConfigurations eval_configurations(Services& services, const std::vector<NamedConfig>& named);

}  // namespace quarry::app
