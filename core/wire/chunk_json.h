#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "core/document/chunk_span.h"

namespace quarry::wire {

/// A chunk as `chunk` prints it (docs/chunking.md): one of the `spans` of a source's text, by its place.
[[nodiscard]] nlohmann::ordered_json cut_chunk_json(std::string_view source, std::span<const document::ChunkSpan> spans,
                                                    std::size_t index, std::string_view text);

}  // namespace quarry::wire
