#pragma once

#include <cstdint>

#include "core/llm/chat_model.h"

namespace quarry::llm {

/// About how many tokens a provider will count in a request: texts, sources, tools, schema, and what each protocol
/// puts around them. An estimate, mostly within a tenth for English and code.
[[nodiscard]] std::uint64_t estimated_tokens(const ChatRequest& request);

}  // namespace quarry::llm
