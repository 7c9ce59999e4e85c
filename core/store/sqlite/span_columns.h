#pragma once

#include "core/db/sqlite_statement.h"
#include "core/document/chunk_span.h"
#include "core/store/json_text.h"

namespace quarry::store {

/// The columns of a chunk's span, in the order that `read_span` takes them; "c" is the table `chunks`.
#define QUARRY_SPAN_COLUMNS                                                                                       \
    "c.start_byte, c.end_byte, c.start_line, c.end_line, c.heading_path, c.start_char, c.end_char, c.start_page," \
    " c.end_page, c.tokens, c.symbol_path, c.table_header, c.parent_start, c.parent_end"

/// The span in a row, whose first column is `first`.
[[nodiscard]] inline document::ChunkSpan read_span(const db::Query& row, int first) {
    document::ChunkSpan span;
    span.start_byte = row.count(first);
    span.end_byte = row.count(first + 1);
    span.start_line = row.count(first + 2);
    span.end_line = row.count(first + 3);
    span.heading_path = parse_path(row.bytes(first + 4));
    span.start_char = row.count(first + 5);
    span.end_char = row.count(first + 6);
    span.start_page = row.count(first + 7);
    span.end_page = row.count(first + 8);
    span.tokens = row.count(first + 9);
    span.symbol_path = parse_path(row.bytes(first + 10));
    span.table_header = row.text(first + 11);
    span.parent_start = row.count(first + 12);
    span.parent_end = row.count(first + 13);
    return span;
}

}  // namespace quarry::store
