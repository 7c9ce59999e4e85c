#pragma once

#include <cstdint>
#include <optional>

#include "core/app/embedding_cost.h"
#include "core/app/services.h"
#include "core/chunk/chunker.h"
#include "core/ingest/ingest.h"

namespace quarry::app {

/// What is spent at the embedding server on cutting documents by meaning.
struct SentenceSpending {
    EmbeddingPrice price;
    std::optional<double> max_cost;
    std::uint64_t tokens = 0;  ///< Asked for so far, about.
};

/// Lets the strategy "semantic" compare sentences by the model that embed.provider names, if it names one and
/// chunk.sentence_vectors allows it; else their words are compared, which a note says. Other strategies ask no model.
///
/// Borrows `services` and `spending`, which counts. Asking throws Error(budget_exceeded) before max_cost is passed.
/// Throws Error(usage) when the model's name or key is missing.
void use_sentence_vectors(Services& services, SentenceSpending& spending, chunk::ChunkOptions& options);

/// The same for a dry run: cuts by words, as no model may be asked, under the fingerprint of the real run.
void plan_sentence_vectors(Services& services, chunk::ChunkOptions& options);

/// About how many tokens the model would be asked for to cut what a dry run found; 0 when no model is asked. `store`
/// may be null.
[[nodiscard]] std::uint64_t planned_sentence_tokens(const chunk::ChunkOptions& options,
                                                    const ingest::IngestReport& report, const store::Store* store);

}  // namespace quarry::app
