#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quarry::config {

/// A program and its arguments from one setting: a JSON array of texts, or words with spaces between. There is no
/// shell: quotes and variables are not understood in the second form. Throws Error(usage) that names the setting for
/// an array of anything else.
[[nodiscard]] std::vector<std::string> split_command_line(std::string_view setting, std::string_view value);

}  // namespace quarry::config
