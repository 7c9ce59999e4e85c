#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/passages/passages.h"

namespace quarry::answer {

/// Sentences of a passage that belong together: a paragraph, a list item, a line of code or of a table.
struct PassagePart {
    std::size_t first = 0;  ///< Indices into the passage's sentences.
    std::size_t last = 0;
    std::size_t indent = 0;  ///< Spaces before it, or before its list marker; of source code how deep it is.
    bool item = false;       ///< It begins with a list marker.
    bool line = false;       ///< Of code or of a table.
    /// It names what follows: an option above its description, a term of a glossary, a line like a heading, a line
    /// of source code or settings with deeper ones below.
    bool is_label = false;
    std::vector<std::size_t> labels{};  ///< The parts that name this one, in order.
};

/// What marks a sentence as the first of a list item: "-", "*", "+", "12." or "12)", or of a definition: ":"; empty for
/// others. A view of the passage's text.
[[nodiscard]] std::string_view list_marker(const passages::Passage& passage, std::size_t sentence);

/// What stands before a sentence in its line, without marks of quotations. A view of the passage's text, as is the
/// next.
[[nodiscard]] std::string_view line_before(const passages::Passage& passage, std::size_t sentence);

/// What stands between a sentence and the one before it.
[[nodiscard]] std::string_view gap_before(const passages::Passage& passage, std::size_t sentence);

/// Whether a sentence is the term above a definition.
[[nodiscard]] bool is_term(const passages::Passage& passage, std::size_t sentence);

/// Where the name ends with which an entry of a glossary begins: "Sensor: …", "**Sensor** – …"; npos for other texts.
[[nodiscard]] std::size_t entry_name_end(std::string_view text);

/// Whether a line has nothing but a bracket that opens a block.
[[nodiscard]] bool is_opening_bracket(std::string_view line);

/// Whether a text ends with a mark that ends a sentence, or leads on.
[[nodiscard]] bool ends_a_sentence(std::string_view text);

/// Whether a text leads to what is below it.
[[nodiscard]] bool ends_with_colon(std::string_view text);

/// The parts of a passage, in order, without gaps.
[[nodiscard]] std::vector<PassagePart> find_parts(const passages::Passage& passage);

/// Whether two sentences of a passage are below the same heading.
[[nodiscard]] bool in_same_section(const passages::Passage& passage, std::size_t sentence, std::size_t other);

/// The words of sentences first to last, about.
[[nodiscard]] std::size_t count_words(const passages::Passage& passage, std::size_t first, std::size_t last);

}  // namespace quarry::answer
