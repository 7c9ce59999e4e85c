#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quarry::analyze {

/// Other forms of a word that no stemmer joins with it: "wrote" and "author" for "written", "eingereicht" for
/// "einreichen", and for a Japanese word of one character, which the index has with what follows it, all that may
/// follow. Some are no words. Empty for most words.
///
/// `word`: case-folded. `language`: ISO 639-1.
[[nodiscard]] std::vector<std::string> other_forms(std::string_view word, std::string_view language);

}  // namespace quarry::analyze
