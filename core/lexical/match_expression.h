#pragma once

#include <span>
#include <string>

#include "core/lexical/lexical_query.h"

namespace quarry::lexical {

/// FTS5 expressions; every term is quoted, so that nothing in it can be an operator. Empty when no term can be looked
/// for (FTS5 reads an expression up to the first NUL).
[[nodiscard]] std::string match_any(std::span<const LexicalTerm> terms);
/// What fulfils each of the conditions, none of which excludes.
[[nodiscard]] std::string match_all(std::span<const TermCondition> conditions);
/// What fulfils at least one of the conditions, whether they exclude or not.
[[nodiscard]] std::string match_one(std::span<const TermCondition> conditions);

}  // namespace quarry::lexical
