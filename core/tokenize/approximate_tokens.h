#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::tokenize {

/// Estimates how many tokens a byte-pair encoding of today's chat models makes of a text, at gigabytes a second.
///
/// A rule of thumb, not a vocabulary: each word, number, run of punctuation and indentation weighs something, and so
/// does what is in them beyond the usual length; other scripts weigh by the character. The weights are fitted to
/// cl100k_base and o200k_base, between which they lie where those differ. The count never falls as text is added.
[[nodiscard]] std::size_t count_approximate_tokens(std::string_view text) noexcept;

/// Length of the longest prefix of valid UTF-8 that counts at most `limit`.
[[nodiscard]] std::size_t truncate_approximate_tokens(std::string_view text, std::size_t limit) noexcept;

}  // namespace quarry::tokenize
