// Lines of an archive: written.
#include "core/wire/archive_json.h"

#include <nlohmann/json.hpp>

#include "core/base/base64.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/wire/document.h"
#include "core/wire/json_escapes.h"
#include "core/wire/source_json.h"

namespace quarry::wire {
namespace {

using Json = nlohmann::ordered_json;

std::string vector_bytes(const std::vector<float>& vector) {
    return {reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof(float)};
}

/// An object that was stored as text; an empty one for anything else.
Json stored_object(const std::string& text) {
    Json object = parse_bounded_json<Json>(text);
    return object.is_object() ? object : Json::object();
}

Json archived_chunk(const document::ChunkSpan& span) {
    Json chunk = {{"start_byte", span.start_byte}, {"end_byte", span.end_byte}, {"tokens", span.tokens}};
    if (!span.heading_path.empty()) chunk["heading_path"] = span.heading_path;
    if (!span.symbol_path.empty()) chunk["symbol_path"] = span.symbol_path;
    if (!span.table_header.empty()) chunk["table_header"] = span.table_header;
    if (span.parent_end > 0) chunk["parent"] = {span.parent_start, span.parent_end};
    return chunk;
}

Json archived_document(const ArchivedSource& archived) {
    const document::Document& document = *archived.source.document;
    Json blocks = Json::array();
    for (const document::Block& block : document.blocks) {
        blocks.push_back({static_cast<int>(block.kind), block.start, block.end, block.level, block.label});
    }
    Json chunks = Json::array();
    for (std::size_t i = 0; i < archived.source.chunks.size(); ++i) {
        chunks.push_back(archived_chunk(archived.source.chunks[i]));
        if (archived.vectors.empty()) continue;
        Json& vectors = chunks.back()["vectors"] = Json::array();
        for (const auto& of_embedder : archived.vectors) {
            vectors.push_back(of_embedder[i].empty() ? Json(nullptr) : Json(to_base64(vector_bytes(of_embedder[i]))));
        }
    }
    return {{"media_type", document.media_type},
            {"title", document.title},
            {"language", document.language},
            {"metadata", stored_object(document.properties_json)},
            {"page_starts", document.page_starts},
            {"blocks", std::move(blocks)},
            {"text", document.text},
            {"chunks", std::move(chunks)}};
}

/// Without what drives a terminal: the line is what is compared, however it is printed.
std::string plain_line(const Json& line) { return escape_json_controls(line_text(line)); }

}  // namespace

Json import_json(const ImportReport& report) {
    return {{"schema", "quarry.docs.import/1"},
            {"added", report.added},
            {"updated", report.updated},
            {"unchanged", report.unchanged},
            {"without_vectors", report.without_vectors}};
}

std::string archive_line(const ArchiveHead& head) {
    Json line = {{"schema", "quarry.export/1"}, {"chunking", head.chunking},    {"redaction", head.redaction},
                 {"embedder", head.embedder},   {"collections", Json::array()}, {"embedders", Json::array()}};
    for (const store::Collection& one : head.collections) {
        line["collections"].push_back(
            {{"name", one.name}, {"description", one.description}, {"created_at", one.created_at}});
    }
    for (const ArchivedEmbedder& one : head.embedders) {
        line["embedders"].push_back({{"fingerprint", one.fingerprint},
                                     {"dimensions", one.dimensions},
                                     {"name", one.name},
                                     {"server", one.server}});
    }
    return plain_line(line);
}

std::string archive_line(const ArchivedModelPart& part) {
    return plain_line({{"model",
                        {{"fingerprint", part.fingerprint},
                         {"part", part.part},
                         {"parts", part.parts},
                         {"bytes", to_base64(part.bytes)}}}});
}

std::string archive_line(const ArchivedSource& archived) {
    const store::Source& source = archived.source.source;
    Json fields = Json::object();
    // A file's name need not be UTF-8, and JSON is.
    if (find_invalid_utf8(source.uri)) {
        fields["uri_base64"] = to_base64(source.uri);
    } else {
        fields["uri"] = source.uri;
    }
    fields["kind"] = source_kind_name(source.kind);
    fields["collection"] = source.collection;
    fields["file_bytes"] = source.stamp.size;
    fields["mtime_ns"] = source.stamp.mtime_ns;
    fields["validator"] = source.validator;
    fields["content_hash"] = source.content_hash;
    fields["status"] = source.status == store::SourceStatus::ok ? "ok" : "failed";
    fields["error"] = source.error;
    fields["metadata"] = stored_object(source.metadata_json);
    fields["ingested_at"] = source.ingested_at;
    if (archived.source.document) fields["document"] = archived_document(archived);
    return plain_line({{"source", std::move(fields)}});
}

std::string archive_end(std::uint64_t sources) { return plain_line({{"end", {{"sources", sources}}}}); }

}  // namespace quarry::wire
