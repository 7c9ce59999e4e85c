#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/document/chunk_span.h"

namespace quarry::wire {

/// Appends a chunk as `chunk` prints it (docs/chunking.md), as JSON on one line without a line feed: one of the `spans`
/// of a source's text, by its place. Written without a tree of JSON values, which takes longer than all of the cutting.
void append_cut_chunk(std::string& line, std::string_view source, std::span<const document::ChunkSpan> spans,
                      std::size_t index, std::string_view text);

/// Appends a text as a JSON string, as `line_text` writes it: bytes that are not UTF-8 are replaced.
void append_json_string(std::string& json, std::string_view text);

}  // namespace quarry::wire
