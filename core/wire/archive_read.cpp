// Lines of an archive: read, with everything in them checked before it can be stored.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/base/base64.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/chunk/link_chunks.h"
#include "core/wire/archive_json.h"
#include "core/wire/source_json.h"

namespace quarry::wire {
namespace {

using Json = nlohmann::ordered_json;

/// More of it than any model has.
constexpr std::size_t most_archived_dimensions = 1U << 20;
constexpr std::size_t most_model_parts = 2000;

[[noreturn]] void reject_line(std::string why) { throw Error(ErrorCode::failed, std::move(why)); }

/// A member of an object of the line.
const Json& member(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) reject_line(fmt::format("it has no \"{}\"", name));
    return *found;
}

std::string text_of(const Json& object, const char* name) {
    const Json& value = member(object, name);
    if (!value.is_string()) reject_line(fmt::format("its \"{}\" is not a string", name));
    return value.get<std::string>();
}

template <typename Number>
Number number_of(const Json& object, const char* name) {
    const Json& value = member(object, name);
    const bool fits = std::is_unsigned_v<Number>
                          ? value.is_number_unsigned() && value.get<std::uint64_t>() <= std::uint64_t{INT64_MAX}
                          : value.is_number_integer() &&
                                !(value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX});
    if (!fits) reject_line(fmt::format("its \"{}\" is not a whole number that fits", name));
    return value.get<Number>();
}

const Json& list_of(const Json& object, const char* name) {
    const Json& value = member(object, name);
    if (!value.is_array()) reject_line(fmt::format("its \"{}\" is not a list", name));
    return value;
}

const Json& object_of(const Json& object, const char* name) {
    const Json& value = member(object, name);
    if (!value.is_object()) reject_line(fmt::format("its \"{}\" is not an object", name));
    return value;
}

std::string bytes_of(const Json& object, const char* name) {
    std::optional<std::string> bytes = from_base64(text_of(object, name));
    if (!bytes) reject_line(fmt::format("its \"{}\" is not base64", name));
    return std::move(*bytes);
}

std::vector<std::string> path_of(const Json& object, const char* name) {
    std::vector<std::string> path;
    if (!object.contains(name)) return path;
    for (const Json& part : list_of(object, name)) {
        if (!part.is_string()) reject_line(fmt::format("its \"{}\" is not a list of strings", name));
        path.push_back(part.get<std::string>());
    }
    return path;
}

Json parsed_line(std::string_view line) {
    Json object = parse_bounded_json<Json>(line);
    if (object.is_discarded()) reject_line(json_problem(line));
    if (!object.is_object()) reject_line("it is not an object");
    return object;
}

/// Whether [start, end) lies in the text and cuts no character in two.
bool is_span_of(std::string_view text, std::size_t start, std::size_t end) {
    return start < end && end <= text.size() && floor_to_code_point(text, start) == start &&
           floor_to_code_point(text, end) == end;
}

std::vector<document::Block> parse_blocks(const Json& document, std::string_view text) {
    std::vector<document::Block> blocks;
    std::size_t behind = 0;
    for (const Json& entry : list_of(document, "blocks")) {
        const bool has_form = entry.is_array() && entry.size() == 5 && entry[0].is_number_unsigned() &&
                              entry[1].is_number_unsigned() && entry[2].is_number_unsigned() &&
                              entry[3].is_number_unsigned() && entry[4].is_string();
        if (!has_form) reject_line("a block of it is not [kind, start, end, level, label]");
        const auto kind = entry[0].get<std::uint64_t>(), level = entry[3].get<std::uint64_t>();
        document::Block block{document::BlockKind::paragraph, entry[1].get<std::size_t>(), entry[2].get<std::size_t>(),
                              0, entry[4].get<std::string>()};
        const bool is_known = kind <= static_cast<std::uint64_t>(document::BlockKind::record) && level <= 6;
        if (!is_known || block.start < behind || block.end < block.start || block.end > text.size()) {
            reject_line(fmt::format("its block [{}, {}) is out of place, or of a kind that is not known", block.start,
                                    block.end));
        }
        block.kind = static_cast<document::BlockKind>(kind);
        block.level = static_cast<int>(level);
        behind = block.end;
        blocks.push_back(std::move(block));
    }
    return blocks;
}

std::vector<std::size_t> parse_page_starts(const Json& document, std::string_view text) {
    std::vector<std::size_t> starts;
    for (const Json& entry : list_of(document, "page_starts")) {
        const bool rises = entry.is_number_unsigned() && entry.get<std::uint64_t>() <= text.size() &&
                           (starts.empty() || entry.get<std::uint64_t>() > starts.back());
        if (!rises) reject_line("its \"page_starts\" do not rise within its text");
        starts.push_back(entry.get<std::size_t>());
    }
    return starts;
}

document::ChunkSpan parse_span(const Json& chunk, std::string_view text) {
    if (!chunk.is_object()) reject_line("a chunk of it is not an object");
    document::ChunkSpan span;
    span.start_byte = number_of<std::size_t>(chunk, "start_byte");
    span.end_byte = number_of<std::size_t>(chunk, "end_byte");
    if (!is_span_of(text, span.start_byte, span.end_byte)) {
        reject_line(fmt::format("its chunk [{}, {}) is not a span of its text of {} bytes", span.start_byte,
                                span.end_byte, text.size()));
    }
    span.tokens = number_of<std::size_t>(chunk, "tokens");
    span.heading_path = path_of(chunk, "heading_path");
    span.symbol_path = path_of(chunk, "symbol_path");
    if (chunk.contains("table_header")) span.table_header = text_of(chunk, "table_header");
    if (chunk.contains("parent")) {
        const Json& parent = list_of(chunk, "parent");
        if (parent.size() != 2 || !parent[0].is_number_unsigned() || !parent[1].is_number_unsigned()) {
            reject_line("the \"parent\" of its chunk is not [start, end]");
        }
        span.parent_start = parent[0].get<std::size_t>();
        span.parent_end = parent[1].get<std::size_t>();
        if (!is_span_of(text, span.parent_start, span.parent_end) || span.parent_start > span.start_byte ||
            span.parent_end < span.end_byte) {
            reject_line(fmt::format("its chunk [{}, {}) is not within its parent", span.start_byte, span.end_byte));
        }
    }
    return span;
}

std::vector<float> parse_vector(const Json& value, const ArchivedEmbedder& embedder) {
    if (value.is_null()) return {};
    const std::optional<std::string> bytes =
        value.is_string() ? from_base64(value.get<std::string>()) : std::optional<std::string>();
    if (!bytes || embedder.dimensions == 0 || bytes->size() != embedder.dimensions * sizeof(float)) {
        reject_line(
            fmt::format("a vector by {} is not {} numbers in base64", embedder.fingerprint, embedder.dimensions));
    }
    std::vector<float> vector(embedder.dimensions);
    std::memcpy(vector.data(), bytes->data(), bytes->size());
    double square = 0;
    for (const float part : vector) square += static_cast<double>(part) * static_cast<double>(part);
    // Zero stands for a text that the model knows nothing of.
    if (!std::isfinite(square) || (square != 0 && std::abs(square - 1) > 0.01)) {
        reject_line(fmt::format("a vector by {} is not of length 1", embedder.fingerprint));
    }
    return vector;
}

void parse_document(const Json& json, const ArchiveHead& head, ArchivedSource& archived) {
    document::Document document;
    document.text = text_of(json, "text");
    document.media_type = text_of(json, "media_type");
    document.title = text_of(json, "title");
    document.language = text_of(json, "language");
    // The store keeps texts and other values in one object, and does not mind which come from where.
    document.properties_json = object_of(json, "metadata").dump();
    document.page_starts = parse_page_starts(json, document.text);
    document.blocks = parse_blocks(json, document.text);
    std::vector<document::ChunkSpan>& spans = archived.source.chunks;
    archived.vectors.resize(head.embedders.size());
    for (const Json& chunk : list_of(json, "chunks")) {
        spans.push_back(parse_span(chunk, document.text));
        if (spans.size() > 1 && spans[spans.size() - 2].start_byte > spans.back().start_byte) {
            reject_line("its chunks are not in the order of its text");
        }
        if (head.embedders.empty()) continue;
        const Json& vectors = list_of(chunk, "vectors");
        if (vectors.size() != head.embedders.size()) reject_line("a chunk of it has not a vector for each embedder");
        for (std::size_t i = 0; i < vectors.size(); ++i) {
            archived.vectors[i].push_back(parse_vector(vectors[i], head.embedders[i]));
        }
    }
    chunk::place_spans(document, spans);
    archived.source.document = std::move(document);
}

store::SourceKind parse_kind(const Json& source) {
    const std::string name = text_of(source, "kind");
    for (const auto kind : {store::SourceKind::file, store::SourceKind::standard_input, store::SourceKind::jsonl,
                            store::SourceKind::url}) {
        if (source_kind_name(kind) == name) return kind;
    }
    reject_line(fmt::format("its kind '{}' is not known", one_line(strip_terminal_controls(name), 60)));
}

ArchivedSource parse_source(const Json& json, const ArchiveHead& head) {
    ArchivedSource archived;
    store::Source& source = archived.source.source;
    source.uri = json.contains("uri_base64") ? bytes_of(json, "uri_base64") : text_of(json, "uri");
    if (source.uri.empty() || source.uri.find('\0') != std::string::npos) reject_line("its \"uri\" names nothing");
    source.kind = parse_kind(json);
    source.collection = text_of(json, "collection");
    if (std::ranges::find(head.collections, source.collection, &store::Collection::name) == head.collections.end()) {
        reject_line("its \"collection\" is not one of those in the first line");
    }
    source.stamp = {number_of<std::uint64_t>(json, "file_bytes"), number_of<std::int64_t>(json, "mtime_ns")};
    source.validator = text_of(json, "validator");
    source.content_hash = text_of(json, "content_hash");
    source.error = text_of(json, "error");
    source.metadata_json = object_of(json, "metadata").dump();
    source.ingested_at = number_of<std::int64_t>(json, "ingested_at");
    const std::string status = text_of(json, "status");
    const bool has_document = json.contains("document");
    if (status != "ok" && status != "failed") reject_line("its \"status\" is neither ok nor failed");
    source.status = status == "ok" ? store::SourceStatus::ok : store::SourceStatus::failed;
    if (status == "ok" && !has_document) reject_line("it has no \"document\"");
    if (status == "failed" && source.error.empty()) reject_line("it failed without an \"error\"");
    if (has_document) parse_document(object_of(json, "document"), head, archived);
    return archived;
}

}  // namespace

ArchiveHead parse_archive_head(std::string_view line) {
    const Json json = parsed_line(line);
    const std::string schema = json.contains("schema") ? text_of(json, "schema") : "";
    if (!schema.starts_with("quarry.export/")) reject_line("it is not the beginning of what quarry docs export writes");
    if (schema != "quarry.export/1") reject_line(fmt::format("it is of {}, a newer quarry's", one_line(schema, 60)));
    ArchiveHead head{text_of(json, "chunking"), text_of(json, "redaction"), text_of(json, "embedder"), {}, {}};
    for (const Json& one : list_of(json, "collections")) {
        if (!one.is_object()) reject_line("a collection of it is not an object");
        head.collections.push_back(
            {text_of(one, "name"), text_of(one, "description"), number_of<std::int64_t>(one, "created_at")});
        store::check_collection_name(head.collections.back().name);
    }
    for (const Json& one : list_of(json, "embedders")) {
        if (!one.is_object()) reject_line("an embedder of it is not an object");
        ArchivedEmbedder embedder{text_of(one, "fingerprint"), number_of<std::size_t>(one, "dimensions"),
                                  text_of(one, "name"), text_of(one, "server")};
        if (embedder.fingerprint.empty() || embedder.dimensions > most_archived_dimensions ||
            std::ranges::find(head.embedders, embedder.fingerprint, &ArchivedEmbedder::fingerprint) !=
                head.embedders.end()) {
            reject_line("its embedders are not different ones with so many dimensions as models have");
        }
        head.embedders.push_back(std::move(embedder));
    }
    return head;
}

ArchiveEntry parse_archive_line(std::string_view line, const ArchiveHead& head) {
    const Json json = parsed_line(line);
    ArchiveEntry entry;
    if (json.contains("source")) {
        entry.source = parse_source(object_of(json, "source"), head);
    } else if (json.contains("model")) {
        const Json& model = object_of(json, "model");
        entry.model = {text_of(model, "fingerprint"), number_of<std::size_t>(model, "part"),
                       number_of<std::size_t>(model, "parts"), bytes_of(model, "bytes")};
        if (entry.model->parts > most_model_parts || entry.model->part >= entry.model->parts) {
            reject_line("it is a part of a model behind its last one");
        }
    } else if (json.contains("end")) {
        entry.end = number_of<std::uint64_t>(object_of(json, "end"), "sources");
    } else {
        reject_line("it is neither a source nor a model nor the end");
    }
    return entry;
}

}  // namespace quarry::wire
