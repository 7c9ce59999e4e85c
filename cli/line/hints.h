#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace quarry::cli {

/// Stands for a URL with a password in a command that is printed.
inline constexpr std::string_view secret_url = "\"$DATABASE_URL\"";
inline constexpr std::string_view owners_option = " --owners";

/// A hint whose commands can be typed as they stand: `options` (quoted for a shell, each with a space before it) are
/// put behind each "quarry migrate NAME" in it, --owners only behind what compares schemas. Where they hold
/// `secret_url`, the hint says what to put there.
[[nodiscard]] std::string complete_hint(std::string_view hint, std::string_view options);
/// The same of "problem" in the JSON of migrations' states.
void complete_problem_hint(nlohmann::ordered_json& document, std::string_view options);
[[nodiscard]] Error with_complete_hint(Error error, std::string_view options);

}  // namespace quarry::cli
