#pragma once

#include <span>
#include <string>
#include <string_view>

namespace quarry::cli {

/// Which of `names` is what other tools call `word`: "ls" for "list". Empty when none is.
[[nodiscard]] std::string usual_name(std::string_view word, std::span<const std::string> names);

/// A hint for an option of rg, grep, gh or llm that `command` ("quarry search") does not have, or for which it has
/// another meaning; empty when none is known.
[[nodiscard]] std::string_view hint_for_habit(std::string_view command, std::string_view option);

}  // namespace quarry::cli
