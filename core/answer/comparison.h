#pragma once

#include <span>
#include <string_view>

#include "core/answer/claim.h"

namespace quarry::answer {

/// What sources say of what a clause compares: "B uses more memory than A".
enum class ComparisonMatch {
    none,    ///< The clause compares nothing, or the sources do not compare these.
    same,    ///< The same, in the same words or the other way round: "A uses less memory than B".
    turned,  ///< That it is the other that is more.
};
[[nodiscard]] ComparisonMatch match_comparison(const Claim& clause, std::span<const Claim> sources,
                                               std::string_view language);

}  // namespace quarry::answer
