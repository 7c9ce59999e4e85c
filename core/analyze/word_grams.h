#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace quarry::analyze {

/// Appends a hash of each 4-gram of characters in the words of valid UTF-8 `text`, in text order: case is ignored, a
/// blank before and after a word is one of its characters, and none reaches over two words. Forms, compounds and
/// misspellings of a word have most of their grams in common (McNamee and Mayfield, 2004). Han, Kana and Hangul have
/// none: their words are shorter, and the index has their pairs of characters.
void append_word_grams(std::string_view text, std::vector<std::uint32_t>& grams);

}  // namespace quarry::analyze
