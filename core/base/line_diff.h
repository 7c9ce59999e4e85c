#pragma once

#include <string>
#include <string_view>

namespace quarry {

/// The lines that differ between two texts, for people: " " kept, "-" gone, "+" new, three kept lines around each
/// change, "@@ LINE @@" (of the second text) before each group. Myers's greedy algorithm ("An O(ND) Difference
/// Algorithm", 1986); texts that differ in more than a thousand lines are shown as all gone and all new.
[[nodiscard]] std::string line_diff(std::string_view before, std::string_view after);

}  // namespace quarry
