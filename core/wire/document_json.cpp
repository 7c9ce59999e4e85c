// Documents of the base, and the base itself, as JSON.
#include "core/wire/document_json.h"

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/store/metadata_value.h"
#include "core/wire/source_json.h"

namespace quarry::wire {

using Json = nlohmann::ordered_json;

Json document_json(const store::Source& source, std::span<const store::Chunk> chunks) {
    Json json = {{"schema", "quarry.docs.show/1"}, {"document", source_json(source)}, {"chunks", Json::array()}};
    if (source.document_id) {
        json["document"]["document_metadata"] = parse_bounded_json<Json>(source.document_metadata_json);
    }
    for (const store::Chunk& chunk : chunks) {
        json["chunks"].push_back({{"id", chunk.id},
                                  {"start_byte", chunk.span.start_byte},
                                  {"end_byte", chunk.span.end_byte},
                                  {"start_line", chunk.span.start_line},
                                  {"end_line", chunk.span.end_line},
                                  {"heading_path", chunk.span.heading_path},
                                  {"text", chunk.text}});
    }
    return json;
}

Json document_text_json(const store::Source& source, const std::string& text) {
    return {{"schema", "quarry.docs.show/1"}, {"document", source_json(source)}, {"text", text}};
}

Json document_part_json(const DocumentPart& part) {
    Json json = document_text_json(part.source, part.text);
    json["part"] = {{"start_byte", part.start_byte},
                    {"end_byte", part.end_byte},
                    {"start_line", part.start_line},
                    {"end_line", part.end_line},
                    {"lines", part.lines},
                    {"pages", part.pages},
                    {"cut", part.is_cut}};
    return json;
}

Json removed_json(std::size_t removed, std::span<const std::string> uris, std::span<const std::string> again,
                  std::span<const std::string> collections, std::span<const std::string> lost) {
    const auto list = [](std::span<const std::string> names) {
        Json array = Json::array();
        for (const std::string& name : names) array.push_back(name);
        return array;
    };
    return {{"schema", "quarry.docs.rm/1"},
            {"removed", removed},
            {"documents", list(uris)},
            {"ingest_again", list(again)},
            {"collections", list(collections)},
            {"lost", list(lost)}};
}

Json stats_json(const std::string& base, const store::StoreStats& stats) {
    return {{"schema", "quarry.docs.stats/1"}, {"base", base},
            {"sources", stats.sources},        {"failed_sources", stats.failed_sources},
            {"documents", stats.documents},    {"chunks", stats.chunks},
            {"vectors", stats.vectors},        {"text_bytes", stats.text_bytes},
            {"file_bytes", stats.file_bytes}};
}

Json findings_json(const std::string& base, std::span<const store::VerifyFinding> findings) {
    Json json = {
        {"schema", "quarry.docs.verify/1"}, {"base", base}, {"findings", Json::array()}, {"unfinished", Json::array()}};
    for (const store::VerifyFinding& finding : findings) {
        json[finding.is_damage ? "findings" : "unfinished"].push_back(
            {{"subject", finding.subject}, {"problem", finding.problem}});
    }
    return json;
}

Json disk_use_json(const DiskUse& before, const DiskUse& after) {
    return {{"schema", "quarry.docs.gc/1"},
            {"base", {{"bytes_before", before.base}, {"bytes", after.base}}},
            {"index", {{"bytes_before", before.index}, {"bytes", after.index}}}};
}

std::vector<std::pair<std::string, std::string>> metadata_fields(const store::Source& source) {
    std::vector<std::pair<std::string, std::string>> fields;
    const Json metadata = source_metadata(source);
    for (const auto& [name, value] : metadata.items()) fields.emplace_back(name, store::metadata_text(value));
    return fields;
}

}  // namespace quarry::wire
