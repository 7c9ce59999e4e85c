#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry::extract {

/// What was taken out of a document, by kind: {"zero-width character", 3}.
using RemovedCounts = std::vector<std::pair<std::string, std::uint64_t>>;

/// Adds to the count of a kind; no entry is made for none.
void count_removed(RemovedCounts& removed, std::string_view kind, std::uint64_t count = 1);

/// `text` without the characters that nobody sees, and that carry words past a reader or split them for a search:
/// zero-width spaces and joiners, bidirectional controls, tag characters, stray variation selectors, soft hyphens,
/// NUL and interlinear annotation marks.
///
/// What writing needs stays: joiners in words of Arabic, Indic and other joining scripts and in emoji, zero-width
/// spaces between letters of scripts without spaces, variation selectors behind what they vary, the flags of England,
/// Scotland and Wales. `text` is valid UTF-8, and so is the result; a second pass changes nothing. Linear time, and
/// quick for text without such characters.
[[nodiscard]] std::string remove_invisible(std::string text, RemovedCounts& removed);

/// Whether the text may hold such a character: false for most texts, after one quick look at its bytes.
[[nodiscard]] bool may_hold_invisible(std::string_view text) noexcept;

}  // namespace quarry::extract
