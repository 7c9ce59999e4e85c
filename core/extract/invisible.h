#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/invisible.h"

namespace quarry::extract {

/// What was taken out of a document, by kind: {"zero-width character", 3}.
using RemovedCounts = std::vector<std::pair<std::string, std::uint64_t>>;

/// Adds to the count of a kind; no entry is made for none.
void count_removed(RemovedCounts& removed, std::string_view kind, std::uint64_t count = 1);

/// `text` without the characters that nobody sees (core/base/invisible.h), which are counted.
[[nodiscard]] std::string remove_invisible(std::string text, RemovedCounts& removed);

using quarry::may_hold_invisible;

}  // namespace quarry::extract
