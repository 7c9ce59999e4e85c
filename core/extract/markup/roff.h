#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quarry::extract {

/// The text of a line of roff: without fonts and sizes, with the characters that escapes stand for.
[[nodiscard]] std::string roff_plain(std::string_view text);

/// The arguments of a macro: divided by blanks, in quotes where they hold some. Escapes are in them still.
[[nodiscard]] std::vector<std::string> roff_arguments(std::string_view text);

}  // namespace quarry::extract
