#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/id_set.h"
#include "core/lexical/bm25.h"

namespace quarry::lexical {

/// An analysed term that is looked for.
struct LexicalTerm {
    std::string text;
    double weight = 1;    ///< How much the query means it: its occurrences there, damped; little for function words.
    bool prefix = false;  ///< All terms that begin so, counted as one.
    /// What else the same word can be in the index: its stems by the rules of other languages. Counted as one with it.
    std::vector<std::string> others = {};
    bool function_word = false;  ///< Chunks that have only such terms of a query that has others are not found.

    friend bool operator==(const LexicalTerm&, const LexicalTerm&) = default;
};

/// What is looked for by words, and how it is scored: a chunk's score is the sum over its terms.
struct LexicalQuery {
    std::vector<LexicalTerm> terms;  ///< Distinct.
    Bm25Options bm25;
    std::size_t limit = 10;
    const IdSet* within = nullptr;  ///< Only these chunks; null for all. The statistics are those of all.
};

/// Analysed terms next to each other, in one field.
struct TermSequence {
    std::vector<std::string> terms;  ///< Not empty.
    bool prefix = false;             ///< Of the last term, only the beginning.

    friend bool operator==(const TermSequence&, const TermSequence&) = default;
};

/// What a chunk must have, or must not.
struct TermCondition {
    std::vector<TermSequence> any_of;  ///< Not empty.
    std::optional<TermField> field;    ///< Nothing for any.
    bool excluded = false;

    friend bool operator==(const TermCondition&, const TermCondition&) = default;
};

/// What a term of a query adds to the score of a chunk.
struct TermScore {
    std::string text;
    bool prefix = false;
    double weight = 1;
    std::uint64_t chunks = 0;  ///< That have it.
    double idf = 0;
    FieldCounts occurrences{};
    double score = 0;  ///< Already times the weight.
};

/// How a chunk's score came about; the terms that it has, the greatest score first.
struct LexicalExplanation {
    std::vector<TermScore> terms;
    double length = 0;          ///< In weighted terms.
    double average_length = 0;  ///< Of all chunks.
};

}  // namespace quarry::lexical
