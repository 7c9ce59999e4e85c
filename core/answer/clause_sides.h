#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "core/answer/claim.h"

namespace quarry::answer {

using Stems = std::set<std::string_view>;

/// The two sides of what is done: who does it, and the rest. They are stems of the tokens that were read.
struct Sides {
    Stems left, right;
};

/// Reads who does what in the clauses of a statement and its sources, by the order of words, passives, verbs at the end
/// and, in German, articles. It keeps views of the clauses that it was made with.
class ClauseReader {
public:
    ClauseReader(std::string_view language, std::span<const Claim> statement, std::span<const Claim> sources);

    /// Whether a word may say what is done: neither a noun behind "the" or before "is", nor one of a list.
    [[nodiscard]] bool may_be_predicate(const std::vector<Claim::Token>& tokens, std::size_t at) const;
    /// The sides of the word at `at`; both empty where their order tells nothing.
    [[nodiscard]] Sides sides_of(const std::vector<Claim::Token>& tokens, std::size_t at) const;

private:
    using Tokens = std::vector<Claim::Token>;

    [[nodiscard]] bool is_verb_a(const Claim::Token& token) const;
    [[nodiscard]] bool is_determiner(const Claim::Token& token) const;
    [[nodiscard]] bool is_preposition(const Claim::Token& token) const;
    [[nodiscard]] bool is_passive(const Tokens& tokens, std::size_t at) const;
    [[nodiscard]] std::size_t finite_verb_of(const Tokens& tokens, std::size_t at) const;
    [[nodiscard]] Sides sides_of_passive(const Tokens& tokens, std::size_t at) const;
    [[nodiscard]] bool begins_with_object(const Tokens& tokens, std::size_t verb) const;
    [[nodiscard]] bool is_inverted(const Tokens& tokens, std::size_t verb, const Stems& left) const;
    void note_genders(const Tokens& tokens);

    std::string_view language_;
    bool has_cases_;
    std::set<std::string_view> masculine_;  ///< Nouns that an article shows to be so.
    std::set<std::string_view> feminine_;   ///< Nouns that one shows to be so, or several.
    std::set<std::string_view> small_;      ///< Words that are somewhere written with a small letter.
};

}  // namespace quarry::answer
