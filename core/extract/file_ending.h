#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// The last part of a path.
[[nodiscard]] std::string_view file_part(std::string_view path);

/// What follows the last dot of a file's name, in lower case (ASCII): "md" of "docs/Notes.MD"; empty without a dot.
[[nodiscard]] std::string file_ending(std::string_view path);

}  // namespace quarry::extract
