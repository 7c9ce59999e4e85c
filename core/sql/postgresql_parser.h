#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace quarry::sql {

/// Longer texts are not parsed: their trees take a hundred times the memory.
inline constexpr std::size_t longest_parsed_text = std::size_t{256} << 10;

/// The raw parse tree that PostgreSQL's own parser (of version 15) makes of one or more statements, as JSON: "stmts",
/// of which each has its "stmt" and, but for the first, its "stmt_location"; every "location" is a byte in the text.
/// Null when the parser does not understand the text, and when the text is too long or nested too deep for it.
[[nodiscard]] nlohmann::json parse_postgresql(const std::string& text);

}  // namespace quarry::sql
