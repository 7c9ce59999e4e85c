#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::analyze {

/// Whether words that are made of several are written as one word in a language: "Apothekentechniker". ISO 639-1.
[[nodiscard]] bool has_compounds(std::string_view language) noexcept;

/// A word that may be made of several. No list says which words there are: a text that has all of some parts of at
/// least four characters that make up the whole has the word, as "Techniker in Apotheken". The stemmer joins a part
/// with the linking elements behind it ("Menschen-rechts-verletzung").
class Compound {
public:
    /// All terms that a part may be in the index.
    using TermsOf = std::function<std::vector<std::string>(std::string_view part)>;
    using HasTerm = std::function<bool(const std::string& term)>;

    /// `word`: valid UTF-8, in a language that has compounds. None of fewer than 8 or more than 40 characters is one.
    Compound(std::string_view word, const TermsOf& terms_of);

    [[nodiscard]] bool has_parts() const noexcept { return !parts_.empty(); }

    /// A part of the word that is known, in bytes of the word.
    struct Known {
        std::size_t begin = 0, end = 0;
    };

    /// Whether a text, known by its terms, has the parts.
    [[nodiscard]] bool is_made_of(const HasTerm& has) const { return !known_parts(has).empty(); }
    /// The parts that the text has, in order: the fewest that make up the word; none where it has not all.
    [[nodiscard]] std::vector<Known> known_parts(const HasTerm& has) const;
    /// What all parts may be in the index; may repeat.
    [[nodiscard]] std::vector<std::string> all_terms() const;

private:
    struct Part {
        std::size_t begin = 0, end = 0;  ///< Characters of the word.
        std::vector<std::string> terms;
    };
    std::size_t length_ = 0;           ///< Characters.
    std::vector<std::size_t> starts_;  ///< Of characters, in bytes, and the end.
    std::vector<Part> parts_;  ///< By where they begin; the word as a whole is none.
};

}  // namespace quarry::analyze
