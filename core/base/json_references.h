#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace quarry {

/// What is wrong with the references (`$ref`) within a JSON Schema of draft 7; nothing when all can be followed to an
/// end. Wrong are those to something that would have to be fetched, those that lead back to themselves before a value
/// was gone into (`{"$ref": "#"}`, or the same by way of allOf, anyOf, oneOf, not, if, then, else and dependencies),
/// and chains too long to follow. `{"properties": {"child": {"$ref": "#"}}}` is lawful. The schema's depth is bounded
/// by the caller.
[[nodiscard]] std::optional<std::string> find_bad_reference(const nlohmann::json& schema);

}  // namespace quarry
