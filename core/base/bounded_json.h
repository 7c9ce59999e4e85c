#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace quarry {

/// Levels of arrays and objects within each other that JSON may have: more than is ever written for a purpose, and few
/// enough for code that goes through it by recursion, as the library's own copies and printing do.
inline constexpr int deepest_json = 500;

/// Whether arrays and objects are within each other by more than `levels`, so far as the text is JSON.
[[nodiscard]] bool is_nested_deeper(std::string_view text, int levels) noexcept;

/// JSON of at most `max_depth` levels; discarded (`is_discarded()`) when the text is none, or deeper. All JSON from
/// outside is parsed by it. Never throws for what the text is.
template <typename Json = nlohmann::json>
[[nodiscard]] Json parse_bounded_json(std::string_view text, int max_depth = deepest_json) {
    if (is_nested_deeper(text, max_depth)) return Json(Json::value_t::discarded);
    return Json::parse(text, nullptr, false);
}

/// Why `parse_bounded_json` discards a text, and where in it: "it is not JSON: column 9: syntax error …".
[[nodiscard]] std::string json_problem(std::string_view text, int max_depth = deepest_json);

}  // namespace quarry
