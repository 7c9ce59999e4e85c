#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace quarry::llm {

/// Parses JSON from servers that cut characters in two: raw bytes that are no UTF-8 inside strings, and lone
/// surrogates (`\ud83d` in one piece, `\ude00` in the next). Discarded (`is_discarded()`) when it is no JSON even so.
///
/// Invalid bytes come out of `original_bytes` as they were, so that the halves of a character can be joined; lone
/// surrogates become U+FFFD.
[[nodiscard]] nlohmann::json parse_lenient_json(std::string_view text);

/// The bytes of a string out of `parse_lenient_json`, with those that were invalid UTF-8 put back.
[[nodiscard]] std::string original_bytes(std::string_view json_string);

}  // namespace quarry::llm
