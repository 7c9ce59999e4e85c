// What stands around a chunk in its document.

#include "core/search/context.h"

#include <algorithm>

#include "core/base/text.h"

namespace quarry::search {
namespace {

ContextSpan between(const store::Store& store, const store::Chunk& chunk, std::size_t start, std::size_t end) {
    ContextSpan context;
    context.start_byte = std::min(start, chunk.span.start_byte);
    context.end_byte = std::max(end, chunk.span.end_byte);
    context.text = store.document_span(chunk.document_id, context.start_byte, context.end_byte);
    const std::string_view text = context.text;
    context.start_line =
        chunk.span.start_line - count_line_breaks(text.substr(0, chunk.span.start_byte - context.start_byte));
    // A line break at the very end belongs to the last line.
    context.end_line = context.start_line + count_line_breaks(text.substr(0, text.empty() ? 0 : text.size() - 1));
    return context;
}

}  // namespace

ContextSpan neighbourhood(const store::Store& store, const store::Chunk& chunk, std::size_t neighbours) {
    const std::size_t first = chunk.ordinal - std::min(chunk.ordinal, neighbours);
    std::size_t start = chunk.span.start_byte;
    std::size_t end = chunk.span.end_byte;
    if (first < chunk.ordinal) {
        if (const std::optional<store::Chunk> before = store.chunk_at(chunk.document_id, first))
            start = before->span.start_byte;
    }
    for (std::size_t ordinal = chunk.ordinal + neighbours; ordinal > chunk.ordinal; --ordinal) {
        if (const std::optional<store::Chunk> behind = store.chunk_at(chunk.document_id, ordinal)) {
            end = behind->span.end_byte;
            break;
        }
    }
    return between(store, chunk, start, end);
}

ContextSpan parent_context(const store::Store& store, const store::Chunk& chunk, std::size_t most_bytes) {
    if (chunk.span.parent_end > chunk.span.parent_start) {
        return between(store, chunk, chunk.span.parent_start, chunk.span.parent_end);
    }
    std::size_t start = chunk.span.start_byte;
    std::size_t end = chunk.span.end_byte;
    const auto belongs = [&](const std::optional<store::Chunk>& other) {
        return other && other->span.heading_path == chunk.span.heading_path &&
               std::max(end, other->span.end_byte) - std::min(start, other->span.start_byte) <= most_bytes;
    };
    for (std::size_t ordinal = chunk.ordinal; ordinal > 0; --ordinal) {
        const std::optional<store::Chunk> before = store.chunk_at(chunk.document_id, ordinal - 1);
        if (!belongs(before)) break;
        start = std::min(start, before->span.start_byte);
    }
    for (std::size_t ordinal = chunk.ordinal + 1;; ++ordinal) {
        const std::optional<store::Chunk> behind = store.chunk_at(chunk.document_id, ordinal);
        if (!belongs(behind)) break;
        end = std::max(end, behind->span.end_byte);
    }
    return between(store, chunk, start, end);
}

}  // namespace quarry::search
