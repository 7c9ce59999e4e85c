#pragma once

#include <string_view>
#include <vector>

#include "core/analyze/word_splitter.h"

namespace quarry::analyze {

/// What a word is made of, found in one pass.
struct WordShape {
    bool plain = true;       ///< One field of one part: letters and digits without an inner change of case.
    bool separated = false;  ///< Holds '.', ':', ',' or the like.
    bool acronym = true;     ///< Single letters with separators between: U.S.A
    bool number = true;      ///< Digits in groups of three: 384,400
};

/// The shape of a word that UAX #29 keeps together.
[[nodiscard]] WordShape word_shape(std::string_view word);

/// Whether the character, which UAX #29 lets stand inside a word, separates two terms: . : , ; and their like.
[[nodiscard]] bool is_word_separator(char32_t code_point);

/// The parts of an identifier: cut at connectors, before a capital after a small letter or digit, and before the
/// last of several capitals that a small letter follows (HTTPServer). Clears `parts` first.
void split_identifier(std::string_view text, ByteSpan word, std::vector<ByteSpan>& parts);

}  // namespace quarry::analyze
