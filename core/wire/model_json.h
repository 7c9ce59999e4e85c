#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/models/model_store.h"

namespace quarry::wire {

/// A model file as in `models add --json` and `models ls --json` (docs/embeddings.md).
[[nodiscard]] nlohmann::ordered_json model_json(const models::StoredModel& model);

}  // namespace quarry::wire
