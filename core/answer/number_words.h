#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::answer {

/// A number in words that a text begins with, and its bytes; 0 for none.
struct NumberWordsAt {
    double value = 0;
    std::size_t length = 0;
};

/// "Two hundred and fifty", "fünfundzwanzig", "quatre-vingt-douze", "二十五": in English and in `language`. One alone
/// is none ("one of them"), nor is a single numeral of Chinese, which is a part of many words.
[[nodiscard]] NumberWordsAt number_words_at(std::string_view text, std::string_view language);

}  // namespace quarry::answer
