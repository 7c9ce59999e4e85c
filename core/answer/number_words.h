#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::answer {

/// A number in words that a text begins with, and its bytes; 0 for none.
struct NumberWordsAt {
    double value = 0;
    std::size_t length = 0;
    double other_value = 0;  ///< Of "twenty-second", which may be an ordinal or 20 seconds: 20; else 0.
};

/// "Two hundred and fifty", "fünfundzwanzigste", "quatre-vingt-douze", "二十五": in English and in `language`. One
/// alone is none ("one of them"), nor is a single numeral of Chinese, which is a part of many words.
[[nodiscard]] NumberWordsAt number_words_at(std::string_view text, std::string_view language);

/// What a word by itself is as an ordinal that may be another word too: "third", "dritte"; 0 for none.
[[nodiscard]] double ordinal_word(std::string_view word, std::string_view language);

/// Whether a number in words may be another word where it stands: "die Elf gewann", "un vélo neuf".
[[nodiscard]] bool may_be_other_word(std::string_view text, std::size_t start, std::size_t length,
                                     std::string_view language);

}  // namespace quarry::answer
