#pragma once

#include <string>
#include <string_view>

namespace quarry {

/// Whether a text holds what a JSON Schema's "pattern" describes, anywhere in it unless the pattern says where. In time
/// linear in the text, whatever the pattern. Throws Error(usage) as `check_json_pattern` does.
[[nodiscard]] bool matches_json_pattern(std::string_view pattern, std::string_view text);

/// Throws Error(usage) for a pattern that is no regular expression, is longer than 10,000 bytes or too large when its
/// repetitions are written out, or looks around or back (`(?=…)`, `\1`), which takes no bounded time. Patterns are
/// those of ECMAScript; letters of a text are code points.
void check_json_pattern(std::string_view pattern);

}  // namespace quarry
