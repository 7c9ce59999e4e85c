#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/analyze/analyzer.h"

namespace quarry::answer {

/// A clause of a statement, as support is measured by.
struct Claim {
    struct Word {
        std::string stem;
        std::string shown;  ///< As written.
        double weight = 1;  ///< 1, or 1.5 for a name.
    };
    std::vector<Word> words;           ///< Each stem once; no function words, no numbers.
    std::vector<std::string> numbers;  ///< Normal forms (`normal_number`), each once.
    std::vector<std::string> shown_numbers;
    bool denies = false;    ///< An odd number of words such as "not" and "never".
    std::size_t start = 0;  ///< Bytes of the statement.
    std::size_t end = 0;

    [[nodiscard]] double weight() const noexcept;
};

/// Numbers weigh this much beside words.
inline constexpr double number_weight = 2;

/// A number's one form: "384,400" and "384 400" are "384400", "three" is "3"; empty for what is none.
[[nodiscard]] std::string normal_number(std::string_view word);

/// The clauses of a text, cut at full stops, semicolons, and at commas and "and" where words enough stand on both
/// sides.
[[nodiscard]] std::vector<Claim> find_claims(std::string_view text, analyze::Analyzer& analyzer);

/// The word that says the opposite of a stem ("after" for "before"), or nothing.
[[nodiscard]] std::string_view opposite(std::string_view stem) noexcept;

}  // namespace quarry::answer
