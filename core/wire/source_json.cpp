// Sources as JSON.
#include "core/wire/source_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"

namespace quarry::wire {

using Json = nlohmann::ordered_json;

std::string_view source_kind_name(store::SourceKind kind) noexcept {
    switch (kind) {
        case store::SourceKind::file: return "file";
        case store::SourceKind::standard_input: return "standard_input";
        case store::SourceKind::jsonl: return "jsonl";
        case store::SourceKind::url: return "url";
    }
    return "unknown";
}

std::string utc_time(std::int64_t seconds) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

Json source_metadata(const store::Source& source) {
    Json metadata = parse_bounded_json<Json>(source.document_metadata_json);
    const Json given = parse_bounded_json<Json>(source.metadata_json);
    if (!metadata.is_object()) metadata = Json::object();
    if (given.is_object()) metadata.update(given);
    return metadata;
}

Json source_json(const store::Source& source) {
    Json json = {{"uri", source.uri},
                 {"number", source.id},
                 {"collection", source.collection},
                 {"kind", source_kind_name(source.kind)},
                 {"status", source.status == store::SourceStatus::ok ? "ok" : "failed"}};
    if (source.status == store::SourceStatus::failed) json["error"] = source.error;
    if (source.document_id) {
        json["title"] = source.title;
        json["media_type"] = source.media_type;
        json["language"] = source.language;
        json["text_bytes"] = source.text_bytes;
        json["chunks"] = source.chunk_count;
        json["document"] = *source.document_id;
    }
    if (source.kind == store::SourceKind::file) json["file_bytes"] = source.stamp.size;
    json["content_hash"] = source.content_hash;
    json["metadata"] = source_metadata(source);
    json["ingested_at"] = utc_time(source.ingested_at);
    return json;
}

}  // namespace quarry::wire
