#pragma once

#include <span>

#include "core/base/json_schema_graph.h"

namespace quarry {

/// The first of these schemas whose references lead back to themselves before a value was gone into (`{"$ref": "#"}`,
/// or the same by way of allOf, not, if and the like), or through more than 200 schemas; null when all come to an end.
/// `{"properties": {"child": {"$ref": "#"}}}` does.
[[nodiscard]] const SchemaNode* find_endless_schema(const SchemaGraph& graph, std::span<SchemaNode* const> schemas);

}  // namespace quarry
