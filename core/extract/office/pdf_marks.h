#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::extract {

/// The length of a mark of a list item at the beginning of a text, such as "•" or "2.", with a space behind; 0 if none.
[[nodiscard]] std::size_t pdf_item_mark(std::string_view text);

/// How deep a line that reads like a heading is, from 1, or 0: "2 Naming", "2.1. Scope", "IV. RESULTS", "Appendix B",
/// "References".
[[nodiscard]] int pdf_heading_depth(std::string_view text);

/// Whether a word numbers a heading: "3", "2.1.", "B", "IV.".
[[nodiscard]] bool is_pdf_section_number(std::string_view word);

/// Whether a line begins the caption of a figure or a table: "Figure 3:", "Table 2. Rainfall".
[[nodiscard]] bool begins_pdf_caption(std::string_view text);

/// The length of the mark that a note begins with: "3", "*", "†"; 0 if none.
[[nodiscard]] std::size_t pdf_note_mark(std::string_view text);

/// Whether a text ends as a sentence does.
[[nodiscard]] bool ends_pdf_sentence(std::string_view text);

}  // namespace quarry::extract
