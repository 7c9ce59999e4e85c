#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/store/feedback_repository.h"

namespace quarry::wire {

/// What somebody said of an answer, a field of quarry.feedback/1.
[[nodiscard]] nlohmann::ordered_json feedback_json(const store::Feedback& feedback);

}  // namespace quarry::wire
