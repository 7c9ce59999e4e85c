// Runs as JSON.
#include "core/wire/run_json.h"

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"

namespace quarry::wire {
namespace {

constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;
constexpr double nanoseconds_a_millisecond = 1e6;

}  // namespace

using Json = nlohmann::ordered_json;

Json run_json(const store::StoredRun& run) {
    return {{"id", run.id},
            {"trace_id", run.trace_id},
            {"name", run.name},
            {"started_at", static_cast<double>(run.started_at) / nanoseconds_a_second},
            {"duration_ms", static_cast<double>(run.duration) / nanoseconds_a_millisecond},
            {"error", run.error.empty() ? Json(nullptr) : Json(run.error)},
            {"model", run.model.empty() ? Json(nullptr) : Json(run.model)},
            {"input_tokens", run.input_tokens},
            {"output_tokens", run.output_tokens},
            {"cost", run.cost ? Json(*run.cost) : Json(nullptr)},
            {"calls", run.calls},
            {"cached_calls", run.cached_calls}};
}

Json run_document(const store::StoredRun& run) {
    Json document = {{"schema", "quarry.trace/1"}};
    document.update(run_json(run));
    const auto spans = parse_bounded_json<Json>(run.spans);
    document["spans"] = spans.is_discarded() ? Json::array() : spans;
    return document;
}

Json runs_json(const std::vector<store::StoredRun>& runs) {
    Json list = Json::array();
    for (const store::StoredRun& run : runs) list.push_back(run_json(run));
    return {{"schema", "quarry.trace.ls/1"}, {"runs", std::move(list)}};
}

Json cleared_runs_json(std::uint64_t removed) { return {{"schema", "quarry.trace.clear/1"}, {"removed", removed}}; }

}  // namespace quarry::wire
