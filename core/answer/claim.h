#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/analyze/analyzer.h"
#include "core/answer/quantity.h"
#include "core/answer/word_relations.h"

namespace quarry::answer {

/// A clause of a statement, as support is measured by.
struct Claim {
    struct Word {
        std::string stem;
        std::string shown;  ///< As written.
        double weight = 1;  ///< 1, or 1.5 for a name.
    };
    /// A word or a quantity in its place, function words included.
    struct Token {
        std::string stem;       ///< Folded and stemmed, of verbs the base form; of a quantity: its normal form.
        std::string small_stem{};  ///< Of a sentence's first word, where it has another with a small letter: "Kalt".
        std::string word;       ///< In lower case; of a quantity: empty.
        bool content = false;  ///< Neither a function word nor a quantity, nor a word such as "month".
        bool name = false;
        bool capital = false;          ///< It begins with a capital letter.
        bool behind_break = false;     ///< A comma, or a word that parts clauses, stands before it.
        bool of_bound = false;         ///< Of words such as "at most" beside a number: no content.
        std::ptrdiff_t quantity = -1;  ///< Its place in `quantities`; -1 for a word.
        std::vector<Opposition> oppositions{};  ///< The pairs of opposites in which it is one.
    };
    std::vector<Word> words;           ///< Each stem once; no function words, no quantities.
    std::vector<Quantity> quantities;  ///< In order.
    std::vector<Unit> rates;           ///< What things are for each of: "per second".
    std::vector<Token> tokens;         ///< In order.
    bool denies = false;               ///< An odd number of words such as "not" and "never"; not those of bounds.
    std::vector<std::string>
        denied;  ///< Stems of parts that are denied alone: "dogs, but not cats", "all except cats".
    std::vector<std::string> denying;  ///< Stems of words that deny and mean more: "refused to".
    bool continues = false;            ///< It goes on with the sentence of the clause before.
    std::size_t start = 0;             ///< Bytes of the statement.
    std::size_t end = 0;

    [[nodiscard]] double weight() const noexcept;
};

/// What a quantity weighs beside words: as two, and its unit as one.
[[nodiscard]] double quantity_weight(const Quantity& quantity) noexcept;

/// The clauses of a text, cut at full stops, semicolons and cells, and at commas and "and" where words enough stand on
/// both sides. A line end cuts where a row, a heading or an entry of a list begins or ends, or a line is empty.
///
/// Function words are those of English and of `language`.
[[nodiscard]] std::vector<Claim> find_claims(std::string_view text, analyze::Analyzer& analyzer,
                                             std::string_view language = "en");

/// Gives the first words of sentences the stems that they have with a small letter, where other words of the texts have
/// those and not these: "Kalt ist die Suppe", "die Suppe ist kalt".
void settle_first_words(std::span<Claim> statement, std::span<Claim> sources);

}  // namespace quarry::answer
