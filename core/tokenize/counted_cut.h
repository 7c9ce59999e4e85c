#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace quarry::tokenize {

class Tokenizer;

/// Whether a stretch is small enough.
using Fits = std::function<bool(std::string_view stretch)>;

/// Length of a prefix of `text` that fits and splits no code point, found by a few trials; the longest, where adding
/// text never makes it fit again. A prefix of `guess` bytes is tried first.
[[nodiscard]] std::size_t longest_fitting_prefix(std::string_view text, std::size_t guess, const Fits& fits);

/// The same for suffixes.
[[nodiscard]] std::size_t longest_fitting_suffix(std::string_view text, std::size_t guess, const Fits& fits);

/// Tokenizer::truncate for those that can only count.
[[nodiscard]] std::size_t truncate_by_counting(const Tokenizer& tokenizer, std::string_view text, std::size_t limit);

}  // namespace quarry::tokenize
