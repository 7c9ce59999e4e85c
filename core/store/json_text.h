#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/document.h"

namespace quarry {

/// A heading path as the base keeps it: a JSON array of strings.
[[nodiscard]] std::string heading_path_json(const std::vector<std::string>& path);
/// The path in such an array; empty for anything else, which `docs verify` reports.
[[nodiscard]] std::vector<std::string> parse_heading_path(std::string_view json);
/// A JSON object of strings; a name that comes twice keeps its first value.
[[nodiscard]] std::string metadata_json(const std::vector<std::pair<std::string, std::string>>& metadata);
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_metadata(std::string_view json);
/// Blocks as a JSON array of [kind, start, end, level, label].
[[nodiscard]] std::string blocks_json(const std::vector<Block>& blocks);
[[nodiscard]] std::vector<Block> parse_blocks(std::string_view json);

}  // namespace quarry
