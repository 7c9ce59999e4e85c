#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::tokenize {

struct TextCounts {
    std::size_t line_feeds = 0;
    std::size_t code_points = 0;  ///< Of valid UTF-8: bytes that continue no sequence.
};

/// Counts both in one go, at gigabytes a second.
[[nodiscard]] TextCounts count_text(std::string_view text) noexcept;

/// Length of the prefix of valid UTF-8 that has `limit` code points; all of it when there are no more.
[[nodiscard]] std::size_t truncate_code_points(std::string_view text, std::size_t limit) noexcept;

}  // namespace quarry::tokenize
