#include "core/wire/document_schema.h"

#include <algorithm>

namespace quarry::wire {

const DocumentSchema* find_document_schema(std::string_view name) {
    const auto found = std::ranges::find(document_schemas(), name, &DocumentSchema::name);
    return found == document_schemas().end() ? nullptr : &*found;
}

}  // namespace quarry::wire
