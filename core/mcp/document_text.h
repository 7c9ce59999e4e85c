#pragma once

#include <string>
#include <string_view>

#include "core/mcp/protocol.h"

namespace quarry::mcp {

/// What an operation returned, as text for a model that does not read structuredContent. Without terminal control
/// sequences.
[[nodiscard]] std::string readable_text(std::string_view operation, const Json& document);

/// Gives each passage its resource ("resource") and the SHA-256 of its text ("sha256"), and returns a resource_link for
/// each of them.
[[nodiscard]] Json add_resources(Json& document);
/// Declares in the schema of the document what `add_resources` adds.
void describe_resources(Json& schema);

}  // namespace quarry::mcp
