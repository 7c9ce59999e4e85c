#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/store/store.h"

namespace quarry::search {

/// A stretch of a document around a chunk that was found.
struct ContextSpan {
    std::size_t start_byte = 0;  ///< Of the document's text.
    std::size_t end_byte = 0;
    std::size_t start_line = 1;
    std::size_t end_line = 1;
    std::string text;
};

/// The chunk with up to `neighbours` chunks before and behind it in its document.
[[nodiscard]] ContextSpan neighbourhood(const store::Store& store, const store::Chunk& chunk, std::size_t neighbours);

/// The larger span that the chunk was cut from; where the base was made without such spans, the section: the
/// neighbouring chunks under the same headings, at most about `most_bytes` of them.
[[nodiscard]] ContextSpan parent_context(const store::Store& store, const store::Chunk& chunk,
                                         std::size_t most_bytes = 20'000);

}  // namespace quarry::search
