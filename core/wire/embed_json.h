#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "core/ingest/embedding.h"

namespace quarry::wire {

/// What bringing the vectors of a base up to date would take.
struct EmbedPlan {
    std::string embedder;  ///< For people.
    std::uint64_t texts = 0, tokens = 0, requests = 0;
    std::optional<double> cost{};     ///< Nothing when it is not known.
    std::optional<double> seconds{};  ///< At the speed of the last run; nothing before the first.
    std::string note{};               ///< Why there is nothing to do though passages have no vectors; else empty.
};

/// Schema quarry.embed.plan/1 (docs/embeddings.md).
[[nodiscard]] nlohmann::ordered_json embed_plan_json(const EmbedPlan& plan);

/// What a table of word vectors was made from.
struct EmbedTrainReport {
    std::uint64_t bytes = 0;  ///< Of the file.
    std::uint64_t passages = 0, pairs = 0, words = 0;
    double seconds = 0;
};

/// Schema quarry.embed.train/1; `output` is where the table is.
[[nodiscard]] nlohmann::ordered_json embed_train_json(const EmbedTrainReport& report, const std::string& output);

/// Schema quarry.embed/1; `vectors` is how many the base has now.
[[nodiscard]] nlohmann::ordered_json embed_json(const ingest::EmbeddingReport& report, std::uint64_t vectors);

}  // namespace quarry::wire
