#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace quarry::extract {

/// Offset in `paragraph` where a GitHub table begins: a row, then a delimiter row with as many cells.
///
/// All lines below belong to the table too. Nothing when the paragraph holds no table.
[[nodiscard]] std::optional<std::size_t> find_markdown_table(std::string_view paragraph) noexcept;

}  // namespace quarry::extract
