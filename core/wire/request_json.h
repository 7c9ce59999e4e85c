#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/llm/chat_model.h"

namespace quarry::wire {

/// The document of `ask --show-prompt --json`, schema quarry.ask.prompt/1.
[[nodiscard]] nlohmann::ordered_json request_json(const llm::ChatRequest& request);

}  // namespace quarry::wire
