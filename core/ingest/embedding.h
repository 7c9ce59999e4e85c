#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/builtin.h"
#include "core/embed/embedder.h"
#include "core/store/store.h"

namespace quarry::ingest {

/// A base with fewer chunks gets no built-in vectors: there is too little text to fit them on, and what they add to
/// the search by words is within noise (docs/research/built-in-embedder.md has the measurement).
inline constexpr std::uint64_t builtin_minimum_chunks = 64;

/// What bringing the vectors up to date did.
struct EmbeddingReport {
    std::string embedder;        ///< Name of the embedder that searches use now; empty when there is none.
    bool fitted = false;         ///< The built-in table was fitted, for the first time or anew.
    std::uint64_t embedded = 0;  ///< Chunk texts that got a vector.
    std::uint64_t tokens = 0;    ///< Of those, where they may cost something: not for the built-in embedder.
    std::string note;            ///< Why there are no vectors, for people; else empty.
};

enum class EmbeddingStage { fit, embed };

/// Takes how far a stage is. For `fit`, `total` is 100.
using EmbeddingProgress = std::function<void(EmbeddingStage stage, std::uint64_t done, std::uint64_t total)>;

/// Gives every chunk text that has none a vector of this embedder, then makes it the one that searches use. Vectors of
/// other models stay until `Store::drop_embedder`; of built-in tables only the last one is kept.
///
/// In that order: until all vectors are there, searches go on with the old embedder. As many batches are under way as
/// the embedder allows, and each is stored as it comes: a run that was killed loses no more than those, and is
/// continued by the next. After a failure those under way are still waited for and kept. Throws what the embedder and
/// the store throw.
EmbeddingReport update_vectors(store::Store& store, embed::Embedder& embedder, const Cancellation& cancellation,
                               const EmbeddingProgress& progress = {});

/// The chunks of a base, to fit the built-in embedder on. The store must outlive it.
[[nodiscard]] embed::FitSource fit_source(const store::Store& store);

struct BuiltinUpdateOptions {
    bool refit = false;  ///< Fit anew though the rule does not ask for it.
    std::uint64_t minimum_chunks = builtin_minimum_chunks;
    /// From so many chunks on vectors are not kept in the base: the index beside it has them, and the table makes them
    /// again. Below, a base may have no index.
    std::uint64_t computed_from_chunks = 2'000;
    embed::BuiltinFitOptions fit;
};

/// The same with the built-in embedder, whose table is fitted first when the base has none, has twice the chunks of
/// when it was fitted, or lacks vectors for half of its chunks or more. (A table that was fitted on half of a
/// collection finds as well as one fitted on all of it: see above.) The fit is deterministic, so that a run that
/// was killed after it makes the same table again and keeps the vectors that are there.
///
/// With a table to start from (`fit.start`), a base with too few chunks for a fit uses that one as it is, until it has
/// enough.
EmbeddingReport update_builtin_vectors(store::Store& store, const BuiltinUpdateOptions& options,
                                       const Cancellation& cancellation, const EmbeddingProgress& progress = {});

/// Why a base gets no built-in vectors, for people: it has too few chunks to fit a table on, and none that was fitted
/// when it had more. Empty when it gets them.
[[nodiscard]] std::string too_small_for_builtin(const store::Store& store,
                                                std::uint64_t minimum_chunks = builtin_minimum_chunks);

/// What is wrong with the built-in tables that the base holds: bytes that are not those that were stored, that are no
/// table, or whose vectors are of another length. `quarry embed fit` makes them anew. Empty when there are none.
[[nodiscard]] std::vector<store::VerifyFinding> verify_builtin_tables(const store::Store& store);

}  // namespace quarry::ingest
