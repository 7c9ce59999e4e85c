#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "core/base/id_set.h"

namespace quarry::index {

struct ScoredVector {
    std::int64_t id = 0;
    float score = 0;  ///< Dot product with the query: the cosine, since vectors have length 1.

    friend bool operator==(const ScoredVector&, const ScoredVector&) = default;
};

/// What `VectorIndex::nearest` found.
struct NearestVectors {
    std::vector<ScoredVector> nearest;  ///< Best first; ties by id.
    std::vector<ScoredVector> asked;    ///< Those of the ids asked for that there are, in order of id.
    std::size_t count = 0;              ///< Vectors that there are, whether the filter lets them through or not.
    bool damaged = false;               ///< Scores or ids that cannot be were met: the rest means nothing.
};

/// Finds the vectors with the largest dot product. Not thread-safe, but for what `is_concurrent` says.
class VectorIndex {
public:
    virtual ~VectorIndex() = default;

    /// Whether `nearest` may go on in one thread while another uses the base that the vectors are of.
    [[nodiscard]] virtual bool is_concurrent() const noexcept { return false; }

    /// The `limit` best of all, or of those in `within` when it is given (it decides before anything is ranked: as
    /// many are found as there are, up to the limit); and beside them the scores of `ids`, in `within` or not, so that
    /// candidates of another search can be compared. Throws Error(failed) when the vectors have another length than
    /// the query.
    [[nodiscard]] virtual NearestVectors nearest(std::span<const float> query, std::size_t limit,
                                                 std::span<const std::int64_t> ids,
                                                 const IdSet* within = nullptr) const = 0;

    /// Gives up what is kept of it, so that it is made anew when it is opened next; what is open stays as it is.
    virtual void discard() const noexcept {}
};

}  // namespace quarry::index
