#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry {

/// Byte offset of the first invalid UTF-8 sequence (RFC 3629: no surrogates, no overlong forms), if any.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

/// The text with each maximal invalid sequence replaced by U+FFFD.
[[nodiscard]] std::string replace_invalid_utf8(std::string_view text);

/// Number of code points; each invalid byte counts as one.
[[nodiscard]] std::size_t count_code_points(std::string_view text) noexcept;

/// Number of line feeds.
[[nodiscard]] std::size_t count_line_breaks(std::string_view text) noexcept;

/// Largest offset <= `offset` that does not split a UTF-8 sequence.
[[nodiscard]] std::size_t floor_to_code_point(std::string_view text, std::size_t offset) noexcept;

/// `text` without ASCII white space at both ends. The view points into the argument.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

/// ASCII lower case; other bytes are kept.
[[nodiscard]] std::string ascii_lower(std::string_view text);

/// Pieces between `separator`; "" gives one empty piece. The views point into the argument.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// The cells of a row of a Markdown table, with or without outer pipes, without the blanks around them. Views as above.
[[nodiscard]] std::vector<std::string_view> table_cells(std::string_view row);

/// At most `width` code points of one line for people: white space folded, an ellipsis where cut.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t width);

/// `text` without what could drive a terminal: C0 except tab and line feed, C1, DEL, and escape sequences
/// (CSI, OSC, DCS, APC, PM, SOS), and without what else nobody sees
/// (core/base/invisible.h) but marks of direction. A carriage return that is a line end by itself
/// becomes a blank. For anything that came from a document, a server or a file name.
[[nodiscard]] std::string strip_terminal_controls(std::string_view text);

/// A word as a POSIX shell takes it for this one word: as it is where nothing in it is special, else in quotes. What
/// could drive a terminal is left out.
[[nodiscard]] std::string shell_quoted(std::string_view word);

/// "1.4 GB", "12 kB", "37 B": SI units, for people.
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);

/// The candidate nearest to `word` by edit distance (Damerau, optimal string alignment), if one is near enough
/// to be meant: a third of its length, at least one edit. For "did you mean".
[[nodiscard]] std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

/// Maps byte offsets of one text to lines and columns. Lines end at LF; keeps no reference to the text.
class LineIndex {
public:
    explicit LineIndex(std::string_view text);

    /// 1-based line that holds `offset`; offsets past the end give the last line.
    [[nodiscard]] std::size_t line_of(std::size_t offset) const noexcept;
    /// Byte offset where 1-based `line` starts.
    [[nodiscard]] std::size_t line_start(std::size_t line) const noexcept { return starts_[line - 1]; }
    [[nodiscard]] std::size_t line_count() const noexcept { return starts_.size(); }

private:
    std::vector<std::size_t> starts_;
};

}  // namespace quarry
