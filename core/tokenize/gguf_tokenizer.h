#pragma once

#include <memory>
#include <string_view>

#include "core/tokenize/tokenizer.h"

namespace quarry::tokenize {

/// Counts the tokens that a local model makes of a text, by the vocabulary of its GGUF file; the weights are not read.
///
/// As llama.cpp does it: no special tokens are added, and text that looks like one is text. Throws Error(failed) for a
/// file that cannot be read or has no vocabulary, and Error(usage) when quarry was built without llama.cpp. Any thread.
[[nodiscard]] std::unique_ptr<Tokenizer> read_gguf_tokenizer(std::string_view path);

}  // namespace quarry::tokenize
