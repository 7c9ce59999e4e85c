#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/extract/markup/source_lines.h"

namespace quarry::extract {

/// ".. name:: argument", its options and its content. Borrows the source's lines.
struct RstDirective {
    enum class Kind : std::uint8_t { nothing, code, math, heading, image, note, list_table, csv_table };

    Kind kind = Kind::nothing;  ///< What becomes of it.
    std::string name;
    std::string argument;
    std::string alternative;  ///< Of an image: the text in its place.
    std::string header;       ///< Of a CSV table.
    SourceLines content;

    /// "Note", or "Warning: argument": what stands above a note.
    [[nodiscard]] std::string title() const;
};

/// The directive in lines[at, end); nothing when these are a comment, a target or a footnote.
[[nodiscard]] std::optional<RstDirective> parse_rst_directive(const SourceLines& lines, std::size_t at,
                                                              std::size_t end);

}  // namespace quarry::extract
