// Chunks of a text that was only cut.
#include "core/wire/chunk_json.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

using json = nlohmann::ordered_json;

json cut_chunk_json(std::string_view source, std::span<const document::ChunkSpan> spans, std::size_t index,
                    std::string_view text) {
    const document::ChunkSpan& span = spans[index];
    json object = {{"source", source},
                   {"index", index},
                   {"start_byte", span.start_byte},
                   {"end_byte", span.end_byte},
                   {"start_char", span.start_char},
                   {"end_char", span.end_char},
                   {"start_line", span.start_line},
                   {"end_line", span.end_line}};
    if (span.end_page > 0) {
        object["start_page"] = span.start_page;
        object["end_page"] = span.end_page;
    }
    object["heading_path"] = span.heading_path;
    if (!span.symbol_path.empty()) object["symbol_path"] = span.symbol_path;
    object["tokens"] = span.tokens;
    if (!span.table_header.empty()) object["table_header"] = span.table_header;
    if (span.parent_end > 0) object["parent"] = {{"start_byte", span.parent_start}, {"end_byte", span.parent_end}};
    object["previous"] = index > 0 ? json(index - 1) : json();
    object["next"] = index + 1 < spans.size() ? json(index + 1) : json();
    object["text"] = text;
    return object;
}

}  // namespace quarry::wire
