#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace quarry::cli {

/// The first and the last of "10-20", "10-" (to the end: 0) or "10", counted from 1. `option` is named in the error.
/// Throws Error(usage).
[[nodiscard]] std::pair<std::size_t, std::size_t> parse_range(std::string_view option, std::string_view text);

}  // namespace quarry::cli
