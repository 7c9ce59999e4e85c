#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "core/answer/claim.h"
#include "core/answer/clause_sides.h"

namespace quarry::answer {

/// Which of two things a clause says to have more of something.
struct Comparison {
    std::size_t measure = 0;     ///< The pair of words that says of what, plus 1; 0 for an amount ("more memory").
    std::set<std::size_t> rows;  ///< All pairs of words that say it.
    Stems more, less;            ///< Stems of the clause that was read.
    bool denies = false;
};
/// What clauses compare; nothing of those that compare nothing.
[[nodiscard]] std::vector<Comparison> comparisons_of(std::span<const Claim> clauses, std::string_view language);

/// What sources say of what a clause compares: "B uses more memory than A".
enum class ComparisonMatch {
    none,    ///< The clause compares nothing, or the sources do not compare these.
    same,    ///< The same, in the same words or the other way round: "A uses less memory than B".
    turned,  ///< That it is the other that is more.
};
struct ComparisonFound {
    ComparisonMatch match = ComparisonMatch::none;
    /// The pairs of opposites whose words say in the clause by what it compares; none where no source compares by that.
    std::set<std::size_t> rows;
};
[[nodiscard]] ComparisonFound match_comparison(const Claim& clause, std::span<const Comparison> sources,
                                               std::string_view language);

}  // namespace quarry::answer
