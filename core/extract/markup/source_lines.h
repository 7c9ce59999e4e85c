#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/extractor.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// The lines of a text without their line ends; views into it.
using SourceLines = std::vector<std::string_view>;

[[nodiscard]] SourceLines source_lines(std::string_view text);

/// The text with LF as its line ends, and indentation by spaces: a tab reaches to the next multiple of eight columns.
[[nodiscard]] std::string expand_tabs(std::string_view text);

/// What formats of lines begin with: the bytes as text, whose encoding the builder notes, with LF and without tabs at
/// the beginnings of its lines. Throws Error(failed) as decode_text.
[[nodiscard]] std::string decode_lines(std::string bytes, const ExtractOptions& options, TextBuilder& builder);

[[nodiscard]] bool is_blank_source(std::string_view line) noexcept;
/// Number of spaces at the beginning.
[[nodiscard]] std::size_t indent_of(std::string_view line) noexcept;

/// Where the lines from `first` on end that are blank or indented by at least `indent`, without blank lines behind.
[[nodiscard]] std::size_t indented_end(const SourceLines& lines, std::size_t first, std::size_t indent);

/// lines[first, end) without the indentation that they share.
[[nodiscard]] SourceLines dedented(const SourceLines& lines, std::size_t first, std::size_t end);

/// lines[first, end), divided by LF.
[[nodiscard]] std::string join_lines(const SourceLines& lines, std::size_t first, std::size_t end);

/// Length of a list item's marker with the spaces behind it: "- ", "* ", "12. ", "#. ", "a) "; 0 for none. `bullets`
/// holds the characters that are bullets.
[[nodiscard]] std::size_t item_marker_length(std::string_view line, std::string_view bullets) noexcept;

/// "-" for a bullet, "12." for a number or a letter: the marker that a Markdown list has.
[[nodiscard]] std::string markdown_marker(std::string_view marker);

/// A text without the signs around emphasised words, such as "*" or "//": where a sign opens at a word's beginning and
/// closes at a word's end. What is within `verbatim` signs stays as it is, without these.
[[nodiscard]] std::string without_emphasis(std::string_view text, std::string_view signs, std::string_view verbatim);

}  // namespace quarry::extract
