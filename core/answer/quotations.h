#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quarry::answer {

/// The words that a sentence puts in quotation marks ("…", “…”, „…“, «…»), without the marks; not those of code, and
/// not single words, which are terms or names rather than somebody's words.
[[nodiscard]] std::vector<std::string> find_quotations(std::string_view sentence);

/// Whether `text` has these words, in this order and one after the other. White space, the kind of quotation marks,
/// apostrophes and dashes, Markdown emphasis, the case of the first letter and punctuation at the end do not count;
/// "…" and "[…]" within the quotation stand for any words left out.
[[nodiscard]] bool has_quotation(std::string_view text, std::string_view quotation);

}  // namespace quarry::answer
