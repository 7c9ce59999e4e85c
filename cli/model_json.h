#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/embed/model_store.h"

namespace quarry::cli {

/// A model file as in `models add --json` and `models ls --json` (docs/embeddings.md).
[[nodiscard]] nlohmann::ordered_json model_json(const StoredModel& model);

}  // namespace quarry::cli
