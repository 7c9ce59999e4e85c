#pragma once

#include <vector>

#include "core/app/services.h"
#include "core/store/store.h"

namespace quarry::app {

/// Makes a store ready for searches by vector: its index is brought up to date where that is quick, with a note when
/// there can be none and that costs time. `exact`: every vector is looked at, though there be a graph.
void prepare_vectors(Services& services, const store::Store& store, bool exact);

/// Brings the index to what the base has, with progress, and removes those of embedders that the base has no more:
/// what `ingest`, `embed` and `docs rm` do at their end. Where the index cannot be written that is said in a note,
/// since searches work without it; with `rewrite`, which leaves nothing in it of what was removed, it is an error.
/// Nothing without an embedder.
void update_vector_index(Services& services, const store::Store& store, bool rewrite = false);

/// What is wrong with the index, for people: "the vector index: …". Empty when it agrees with the base, or is of
/// yesterday, which the next search mends.
[[nodiscard]] std::vector<store::VerifyFinding> verify_vector_index(Services& services, const store::Store& store);

}  // namespace quarry::app
