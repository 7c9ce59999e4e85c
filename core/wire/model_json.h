#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/models/model_store.h"

namespace quarry::wire {

/// An embedder that a base has vectors of.
struct BaseEmbedder {
    std::string name;  ///< The fingerprint where no name is known.
    std::string fingerprint;
    std::size_t dimensions = 0;
    std::uint64_t vectors = 0;
    std::uint64_t bytes = 0;
    std::uint64_t missing = 0;  ///< Texts without a vector of it.
    bool in_use = false;        ///< Searches use it.
};

/// A model that the settings name, [models.NAME].
struct NamedModel {
    std::string name, provider, model;
    std::string address;  ///< Without passwords; empty for the provider's own.
    std::string origin;   ///< Where it is set: "/p/quarry.toml:3".
};

/// Schema quarry.models.ls/1.
[[nodiscard]] nlohmann::ordered_json models_json(std::span<const models::StoredModel> files,
                                                 std::span<const BaseEmbedder> embedders,
                                                 std::span<const NamedModel> profiles);
/// Schema quarry.models.add/1.
[[nodiscard]] nlohmann::ordered_json added_model_json(const models::StoredModel& model);
/// Schema quarry.models.rm/1.
[[nodiscard]] nlohmann::ordered_json removed_model_json(const std::string& model);

/// A model file as in `models add --json` and `models ls --json` (docs/embeddings.md).
[[nodiscard]] nlohmann::ordered_json model_json(const models::StoredModel& model);

}  // namespace quarry::wire
