#pragma once

#include <cstddef>

#include "core/extract/markup/source_lines.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Writes the grid table ("+---+---+") or simple table ("==== ====") that begins at lines[at], and returns where it
/// ends; `at` when there is none.
[[nodiscard]] std::size_t write_rst_table(const SourceLines& lines, std::size_t at, TextBuilder& builder);

}  // namespace quarry::extract
