#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::answer {

/// One stem for all forms of an irregular verb ("bite" for "bitten"), and for German "jagen", "jagt" and "gejagt"; else
/// the stem itself. `lower`: the word is written without a capital letter, so that in German it may be a verb.
[[nodiscard]] std::string base_form(std::string stem, std::string_view language, bool lower);

/// A stem's place among words that are each other's opposites.
struct Opposition {
    std::size_t row = 0;         ///< Which pair.
    bool second = false;         ///< Which side of it.
    bool of_both_sides = false;  ///< "Buy" and "sell": the one is the other, seen from the other side.
};

/// The pairs in which English, `language`, and Chinese and Japanese have a stem.
[[nodiscard]] std::vector<Opposition> oppositions_of(std::string_view stem, std::string_view language);

/// Whether a word, as written, only has the stem of one of them: "important", which is stemmed as "import" is.
[[nodiscard]] bool has_other_sense(std::string_view word);

}  // namespace quarry::answer
