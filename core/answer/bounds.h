#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/answer/quantity.h"

namespace quarry::answer {

/// Bytes [first, second) of a text.
using Stretch = std::pair<std::size_t, std::size_t>;

/// Gives the numbers of a text the bounds that words beside them make of them: "at most 30", "30 metres or less". A
/// denial just before words that compare turns them ("may not be longer than 30 metres"); `denials` are where those
/// are, in order. Returns where the words stand, and the denials that they use up, in no order.
[[nodiscard]] std::vector<Stretch> find_bounds(std::string_view text, std::span<const Stretch> denials,
                                               std::span<Quantity> quantities);

}  // namespace quarry::answer
