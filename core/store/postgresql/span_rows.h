#pragma once

#include <string_view>

#include "core/document/chunk_span.h"
#include "core/store/json_text.h"
#include "core/store/postgresql/server_connection.h"

namespace quarry::store::postgresql {

/// The columns of a chunk's span, in the order that `read_span` and `add_span` take them; "c" is the table `chunks`.
#define QUARRY_SERVER_SPAN_COLUMNS                                                                                \
    "c.start_byte, c.end_byte, c.start_line, c.end_line, c.heading_path, c.start_char, c.end_char, c.start_page," \
    " c.end_page, c.tokens, c.symbol_path, c.table_header, c.parent_start, c.parent_end"
#define QUARRY_SERVER_SPAN_NAMES                                                                        \
    "start_byte, end_byte, start_line, end_line, heading_path, start_char, end_char, start_page, end_page," \
    " tokens, symbol_path, table_header, parent_start, parent_end"
inline constexpr std::size_t span_columns = 14;

/// The span in a row, whose first column is `first`.
[[nodiscard]] inline document::ChunkSpan read_span(const Rows& rows, std::size_t row, std::size_t first) {
    document::ChunkSpan span;
    span.start_byte = rows.count(row, first);
    span.end_byte = rows.count(row, first + 1);
    span.start_line = rows.count(row, first + 2);
    span.end_line = rows.count(row, first + 3);
    span.heading_path = parse_path(rows.bytes(row, first + 4));
    span.start_char = rows.count(row, first + 5);
    span.end_char = rows.count(row, first + 6);
    span.start_page = rows.count(row, first + 7);
    span.end_page = rows.count(row, first + 8);
    span.tokens = rows.count(row, first + 9);
    span.symbol_path = parse_path(rows.bytes(row, first + 10));
    span.table_header = rows.text(row, first + 11);
    span.parent_start = rows.count(row, first + 12);
    span.parent_end = rows.count(row, first + 13);
    return span;
}

/// Adds the span to a row that is being made.
inline void add_span(CopyRows& rows, const document::ChunkSpan& span) {
    rows.add(span.start_byte).add(span.end_byte).add(span.start_line).add(span.end_line);
    rows.add(std::string_view(path_json(span.heading_path))).add(span.start_char).add(span.end_char);
    rows.add(span.start_page).add(span.end_page).add(span.tokens).add(std::string_view(path_json(span.symbol_path)));
    rows.add(std::string_view(span.table_header)).add(span.parent_start).add(span.parent_end);
}

}  // namespace quarry::store::postgresql
