#pragma once

#include <cstddef>
#include <string>

namespace quarry::store {

/// Each document that goes is looked for in every answer that is kept: of more than so many, all answers go.
inline constexpr std::size_t most_names_looked_for = 100;

/// A name as it stands in JSON, without quotation marks.
[[nodiscard]] std::string name_in_json(const std::string& name);

}  // namespace quarry::store
