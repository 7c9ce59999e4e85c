#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry {

/// A heading path as the base keeps it: a JSON array of strings.
[[nodiscard]] std::string heading_path_json(const std::vector<std::string>& path);
/// The path in such an array; empty for anything else, which `docs verify` reports.
[[nodiscard]] std::vector<std::string> parse_heading_path(std::string_view json);
/// A JSON object of strings; a name that comes twice keeps its first value.
[[nodiscard]] std::string metadata_json(const std::vector<std::pair<std::string, std::string>>& metadata);

}  // namespace quarry
