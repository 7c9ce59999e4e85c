#pragma once

#include <optional>
#include <string>

namespace quarry::llm {

/// What llama.cpp, which runs models on this machine, says of itself and the processor; nothing when this build is
/// without it.
[[nodiscard]] std::optional<std::string> llama_description();

}  // namespace quarry::llm
