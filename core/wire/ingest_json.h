#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/ingest/embedding.h"
#include "core/ingest/ingest.h"

namespace quarry::wire {

/// What a run of ingest did, or of a dry run would do: schema quarry.ingest/1 (docs/ingest.md).
[[nodiscard]] nlohmann::ordered_json ingest_json(const ingest::IngestReport& report,
                                                 const ingest::EmbeddingReport& vectors, bool dry_run);

}  // namespace quarry::wire
