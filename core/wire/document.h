#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace quarry::wire {

/// A document as doors give it: indented, one line feed at the end, bytes that are not UTF-8 replaced.
[[nodiscard]] std::string document_text(const nlohmann::ordered_json& document);
/// The same on one line, without a line feed: for NDJSON and events.
[[nodiscard]] std::string line_text(const nlohmann::ordered_json& document);

}  // namespace quarry::wire
