#pragma once

#include <string>
#include <string_view>

namespace quarry::tokenize {

/// The text in lower case, decomposed (NFD) and without its nonspacing marks, as BERT's uncased models are given it.
/// `text` must be valid UTF-8.
[[nodiscard]] std::string lower_without_accents(std::string_view text);

}  // namespace quarry::tokenize
