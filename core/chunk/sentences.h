#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace quarry::chunk {

/// Where the sentences of `text`[start, end) end, in order: behind the closing mark with its quotes, brackets and
/// footnote marks, before the white space. The last sentence ends where the white space at `end` begins. Empty for
/// blank text.
///
/// A sentence ends at . ! ? … and at the full stops of every script that Unicode knows of (Sentence_Terminal), and at
/// empty lines. Titles, initials, abbreviations, times, references ("No. 5"), decimals, ordinals, addresses, list
/// numbers and ellipses do not end one, unless what follows begins like a sentence where both may be: by the lists of
/// core/chunk/languages. None ends in a code span, a link, a comment, or a quotation that is part of a sentence
/// (core/chunk/sentence_units.h).
/// `text` is valid UTF-8. Linear in the stretch; looks no further than the stretch.
[[nodiscard]] std::vector<std::size_t> sentence_ends(std::string_view text, std::size_t start, std::size_t end);

}  // namespace quarry::chunk
