// Vectors that were made, or would be, as JSON.
#include "core/wire/embed_json.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

using Json = nlohmann::ordered_json;

Json embed_plan_json(const EmbedPlan& plan) {
    return {{"schema", "quarry.embed.plan/1"},
            {"embedder", plan.embedder},
            {"texts", plan.texts},
            {"tokens", plan.tokens},
            {"requests", plan.requests},
            {"cost", plan.cost ? Json(*plan.cost) : Json(nullptr)},
            {"seconds", plan.seconds ? Json(*plan.seconds) : Json(nullptr)},
            {"note", plan.note}};
}

Json embed_train_json(const EmbedTrainReport& report, const std::string& output) {
    return {{"schema", "quarry.embed.train/1"}, {"output", output},      {"bytes", report.bytes},
            {"passages", report.passages},      {"pairs", report.pairs}, {"words", report.words},
            {"seconds", report.seconds}};
}

Json embed_json(const ingest::EmbeddingReport& report, std::uint64_t vectors) {
    return {{"schema", "quarry.embed/1"},  {"embedder", report.embedder}, {"fitted", report.fitted},
            {"embedded", report.embedded}, {"vectors", vectors},          {"note", report.note}};
}

}  // namespace quarry::wire
