// Sources as JSON.
#include "cli/source_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"

namespace quarry::cli {

using Json = nlohmann::ordered_json;

std::string_view source_kind_name(SourceKind kind) noexcept {
    switch (kind) {
        case SourceKind::file: return "file";
        case SourceKind::standard_input: return "standard_input";
        case SourceKind::jsonl: return "jsonl";
        case SourceKind::url: return "url";
    }
    return "unknown";
}

std::string utc_time(std::int64_t seconds) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

Json source_metadata(const Source& source) {
    Json metadata = parse_bounded_json<Json>(source.document_metadata_json);
    const Json given = parse_bounded_json<Json>(source.metadata_json);
    if (!metadata.is_object()) metadata = Json::object();
    if (given.is_object()) metadata.update(given);
    return metadata;
}

Json source_json(const Source& source) {
    Json json = {{"uri", source.uri},
                 {"kind", source_kind_name(source.kind)},
                 {"status", source.status == SourceStatus::ok ? "ok" : "failed"}};
    if (source.status == SourceStatus::failed) json["error"] = source.error;
    if (source.document_id) {
        json["title"] = source.title;
        json["media_type"] = source.media_type;
        json["language"] = source.language;
        json["text_bytes"] = source.text_bytes;
        json["chunks"] = source.chunk_count;
        json["document"] = *source.document_id;
    }
    if (source.kind == SourceKind::file) json["file_bytes"] = source.stamp.size;
    json["content_hash"] = source.content_hash;
    json["metadata"] = source_metadata(source);
    json["ingested_at"] = utc_time(source.ingested_at);
    return json;
}

}  // namespace quarry::cli
