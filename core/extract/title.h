#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// Longest title or heading label in code points; real ones are shorter, and each chunk carries several.
inline constexpr std::size_t longest_label = 200;

/// The file's name without its folders.
[[nodiscard]] std::string title_from_name(std::string_view name);

/// The first line of plain text when it reads like a title (short, no code, no rule of dashes), else the file's name.
[[nodiscard]] std::string title_from_text(std::string_view text, std::string_view name);

}  // namespace quarry::extract
