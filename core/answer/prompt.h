#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/passages.h"
#include "core/llm/chat_model.h"

namespace quarry {

/// What a model is told to say, and only that, when the sources hold no answer.
inline constexpr std::string_view not_in_the_documents = "The documents do not say.";

/// A mark that no document can have guessed: 128 random bits in hex.
[[nodiscard]] std::string random_fence();

/// The messages that ask a model to answer from the passages, numbered from 1, and to cite them as [n]. Each source
/// stands between lines with `fence`, which is taken out of the sources; the model is told that what stands there
/// is data, never instructions. Paths are not sent, only file names.
[[nodiscard]] std::vector<ChatMessage> build_prompt(std::string_view question, std::span<const Passage> passages,
                                                    std::string_view fence);

}  // namespace quarry
