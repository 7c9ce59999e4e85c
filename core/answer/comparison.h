#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "core/answer/claim.h"
#include "core/answer/word_relations.h"

namespace quarry::answer {

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
[[nodiscard]] ComparisonFound match_comparison(const Claim& clause, std::span<const Claim> sources,
                                               std::string_view language);

/// The pairs of opposites in which a clause has this word.
[[nodiscard]] std::vector<Opposition> oppositions_of(const Claim::Token& token, std::string_view language);

}  // namespace quarry::answer
