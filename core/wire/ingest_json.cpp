// What ingest did, as JSON.
#include "core/wire/ingest_json.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

nlohmann::ordered_json ingest_json(const ingest::IngestReport& report, const ingest::EmbeddingReport& vectors,
                                   bool dry_run) {
    using Json = nlohmann::ordered_json;
    Json json = {{"schema", "quarry.ingest/1"},   {"dry_run", dry_run},
                 {"added", report.added},         {"updated", report.updated},
                 {"moved", report.moved},         {"unchanged", report.unchanged},
                 {"removed", report.removed},     {"redacted", report.redacted},
                 {"rechunked", report.rechunked}, {"reindexed", report.reindexed},
                 {"skipped", report.skipped},     {"skipped_extensions", report.skipped_extensions},
                 {"failed", Json::array()},       {"warnings", Json::array()},
                 {"chunks", report.chunks},       {"tokens", report.tokens},
                 {"taken_out", report.taken_out}, {"bytes", report.bytes},
                 {"seconds", report.seconds}};
    for (const ingest::IngestReport::Failure& failure : report.failed) {
        json["failed"].push_back({{"uri", failure.uri},
                                  {"reason", failure.reason},
                                  {"hint", failure.hint},
                                  {"as_before", failure.as_before}});
    }
    for (const ingest::IngestReport::Warning& warning : report.warnings) {
        json["warnings"].push_back(
            {{"uri", warning.uri}, {"kind", document::warning_name(warning.kind)}, {"reason", warning.reason}});
    }
    if (dry_run) {
        json["actions"] = Json::array();
        for (const ingest::IngestReport::Planned& planned : report.actions) {
            json["actions"].push_back({{"action", ingest::ingest_action_name(planned.action)},
                                       {"uri", planned.uri},
                                       {"chunks", planned.chunks},
                                       {"reason", planned.reason}});
        }
    }
    json["embedder"] = vectors.embedder;
    json["embedded"] = vectors.embedded;
    return json;
}

}  // namespace quarry::wire
