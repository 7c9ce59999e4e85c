#pragma once

#include <cstdint>

namespace quarry::document {

/// A chunk that a retrieval found.
struct ScoredChunk {
    std::int64_t chunk_id = 0;
    double score = 0;  ///< Higher is better.
};

}  // namespace quarry::document
