// Chunks of a text that was only cut.
#include "core/wire/chunk_json.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/text.h"
#include "core/wire/document.h"

namespace quarry::wire {
namespace {

constexpr std::array<bool, 256> escaped_bytes = [] {
    std::array<bool, 256> escaped{};
    for (std::size_t control = 0; control < 0x20; ++control) escaped[control] = true;
    escaped['"'] = escaped['\\'] = true;
    return escaped;
}();

void append_escape(std::string& json, char byte) {
    switch (byte) {
        case '"': json += "\\\""; break;
        case '\\': json += "\\\\"; break;
        case '\b': json += "\\b"; break;
        case '\f': json += "\\f"; break;
        case '\n': json += "\\n"; break;
        case '\r': json += "\\r"; break;
        case '\t': json += "\\t"; break;
        default: fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned char>(byte));
    }
}

void append_number(std::string& line, std::string_view name, std::size_t number) {
    const fmt::format_int digits(number);
    line += ",\"";
    line += name;
    line += "\":";
    line.append(digits.data(), digits.size());
}

void append_strings(std::string& line, std::string_view name, const std::vector<std::string>& strings) {
    line += ",\"";
    line += name;
    line += "\":[";
    for (std::size_t i = 0; i < strings.size(); ++i) {
        if (i > 0) line += ',';
        append_json_string(line, strings[i]);
    }
    line += ']';
}

void append_text(std::string& line, std::string_view name, std::string_view text) {
    line += ",\"";
    line += name;
    line += "\":";
    append_json_string(line, text);
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
    if (find_invalid_utf8(text)) {
        json += line_text(text);
        return;
    }
    json += '"';
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!escaped_bytes[static_cast<unsigned char>(text[at])]) continue;
        json.append(text, copied, at - copied);
        append_escape(json, text[at]);
        copied = at + 1;
    }
    json.append(text, copied);
    json += '"';
}

void append_cut_chunk(std::string& line, std::string_view source, std::span<const document::ChunkSpan> spans,
                      std::size_t index, std::string_view text) {
    const document::ChunkSpan& span = spans[index];
    line += "{\"source\":";
    append_json_string(line, source);
    append_number(line, "index", index);
    append_number(line, "start_byte", span.start_byte);
    append_number(line, "end_byte", span.end_byte);
    append_number(line, "start_char", span.start_char);
    append_number(line, "end_char", span.end_char);
    append_number(line, "start_line", span.start_line);
    append_number(line, "end_line", span.end_line);
    if (span.end_page > 0) {
        append_number(line, "start_page", span.start_page);
        append_number(line, "end_page", span.end_page);
    }
    append_strings(line, "heading_path", span.heading_path);
    if (!span.symbol_path.empty()) append_strings(line, "symbol_path", span.symbol_path);
    append_number(line, "tokens", span.tokens);
    if (!span.table_header.empty()) append_text(line, "table_header", span.table_header);
    if (span.parent_end > 0) {
        fmt::format_to(std::back_inserter(line), ",\"parent\":{{\"start_byte\":{},\"end_byte\":{}}}", span.parent_start,
                       span.parent_end);
    }
    if (index > 0) {
        append_number(line, "previous", index - 1);
    } else {
        line += ",\"previous\":null";
    }
    if (index + 1 < spans.size()) {
        append_number(line, "next", index + 1);
    } else {
        line += ",\"next\":null";
    }
    append_text(line, "text", text);
    line += '}';
}

}  // namespace quarry::wire
