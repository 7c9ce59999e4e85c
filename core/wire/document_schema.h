#pragma once

#include <span>
#include <string_view>

namespace quarry::wire {

/// The form of a document that doors give.
struct DocumentSchema {
    std::string_view name;  ///< What the document's "schema" says: "quarry.search/1".
    std::string_view json;  ///< JSON Schema, draft 2020-12. Later versions may have more fields.
};

/// Those of core/wire/schemas, in the order of their names.
[[nodiscard]] std::span<const DocumentSchema> document_schemas();

/// The schema of this name; null when there is none.
[[nodiscard]] const DocumentSchema* find_document_schema(std::string_view name);

}  // namespace quarry::wire
