#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/chunk/syntax_grammar.h"

#if QUARRY_HAVE_TREESITTER
namespace quarry::chunk {

/// The names that a node gives to a symbol path: {"parse"}, or {"Parser", "parse"} for a definition outside of its
/// class. Empty when it defines nothing: it has no name, is declared only, or is a variable that is no function.
[[nodiscard]] std::vector<std::string> syntax_names(std::string_view text, const SyntaxGrammar& grammar, TSNode node);

}  // namespace quarry::chunk
#endif
