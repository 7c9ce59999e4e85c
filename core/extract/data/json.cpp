#include "core/extract/data/json.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/data/json_paths.h"
#include "core/extract/encoding.h"
#include "core/extract/lines.h"
#include "core/extract/text_builder.h"
#include "core/extract/title.h"

namespace quarry::extract {
namespace {

/// The value of the first "title: …" or "name: …" line, for a title.
std::string title_of_piece(const JsonPiece& piece) {
    for (const std::string_view key : {"title", "name", "headline", "subject"}) {
        if (piece.key != key || !piece.lines.starts_with(key)) continue;
        const std::string_view value = piece.lines.substr(key.size());
        if (value.starts_with(": ")) return one_line(value.substr(2), longest_label);
    }
    return {};
}

}  // namespace

document::Document extract_json(std::string bytes, const ExtractOptions& options) {
    const DecodedText source = decode_text(std::move(bytes), options.name);
    TextBuilder builder(options, "application/json");
    note_source(source, builder.document());
    std::string simple;  // short members stand together
    const auto flush = [&] {
        builder.paragraph(simple);
        simple.clear();
    };
    read_json_pieces(source.text, "", builder.watch(), [&](const JsonPiece& piece) {
        if (builder.document().title.empty()) builder.document().title = title_of_piece(piece);
        if (!piece.key.empty() && piece.lines.find('\n') == std::string_view::npos) {
            simple += piece.lines;
            simple += '\n';
            return;
        }
        flush();
        builder.paragraph(piece.lines);
    });
    flush();
    return builder.finish();
}

document::Document extract_json_lines(std::string bytes, const ExtractOptions& options) {
    const DecodedText source = decode_text(std::move(bytes), options.name);
    TextBuilder builder(options, "application/jsonl");
    note_source(source, builder.document());
    std::size_t number = 0;
    for (Line line = next_line(source.text, 0); line.start < source.text.size();
         line = next_line(source.text, line.next)) {
        ++number;
        const std::string_view json = trim(std::string_view(source.text).substr(line.start, line.end - line.start));
        if (json.empty()) continue;
        std::string record;
        std::string title;
        read_json_pieces(json, fmt::format("line {}, ", number), builder.watch(), [&](const JsonPiece& piece) {
            if (title.empty()) title = title_of_piece(piece);
            record += piece.lines;
            record += '\n';
        });
        builder.begin_record(title);
        builder.paragraph(record);
        builder.end_record();
    }
    return builder.finish();
}

}  // namespace quarry::extract
