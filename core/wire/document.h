#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace quarry::wire {

/// A document on one line, without a line feed, for NDJSON and events; bytes that are not UTF-8 are replaced. On
/// several lines it is config::dump_json.
[[nodiscard]] std::string line_text(const nlohmann::ordered_json& document);

}  // namespace quarry::wire
