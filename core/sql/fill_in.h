#pragma once

#include <string_view>
#include <vector>

#include "core/sql/lexer.h"
#include "core/sql/source_text.h"

namespace quarry::sql {

/// What to do about a marked place, "NULL /* FILL IN: users.mail */".
[[nodiscard]] std::string_view fill_in_hint(std::string_view comment) noexcept;

/// The comments "/* FILL IN: ... */" that a generated migration has where a value is wanted, in a part of a text.
[[nodiscard]] std::vector<Section> places_to_fill_in(Dialect dialect, std::string_view text, Section section);

}  // namespace quarry::sql
