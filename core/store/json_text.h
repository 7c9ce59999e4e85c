#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/document/document.h"

namespace quarry::store {

/// A path of headings or symbols as the base keeps it: a JSON array of strings.
[[nodiscard]] std::string path_json(const std::vector<std::string>& path);
/// The path in such an array; empty for anything else, which `docs verify` reports.
[[nodiscard]] std::vector<std::string> parse_path(std::string_view json);
/// A JSON object of a document's metadata and properties; a name that comes twice keeps its first value.
[[nodiscard]] std::string metadata_json(const document::Document& document);
/// Sets a document's metadata and properties from such an object.
void parse_metadata(std::string_view json, document::Document& document);
/// Blocks as a JSON array of [kind, start, end, level, label].
[[nodiscard]] std::string blocks_json(std::span<const document::Block> blocks);
/// Appends the blocks of such an array; none of an array that is anything else.
void append_blocks(std::string_view json, std::vector<document::Block>& blocks);
/// Offsets as a JSON array.
[[nodiscard]] std::string offsets_json(const std::vector<std::size_t>& offsets);
/// The offsets in such an array, as far as they rise and lie within `size`; empty for anything else.
[[nodiscard]] std::vector<std::size_t> parse_offsets(std::string_view json, std::size_t size);

}  // namespace quarry::store
