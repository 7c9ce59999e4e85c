#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/index/vector_index.h"

namespace quarry::index {

/// Calls its argument with every vector; the span is valid during the call only.
using VectorScan =
    std::function<void(const std::function<void(std::int64_t id, std::span<const float> vector)>& visit)>;

/// Looks at every vector where it is kept: exact, needs no file and no memory beside the answer, and fast enough for
/// some ten thousand.
class ExactIndex final : public VectorIndex {
public:
    /// `scan` is called for each query and may throw.
    explicit ExactIndex(VectorScan scan);
    [[nodiscard]] NearestVectors nearest(std::span<const float> query, std::size_t limit,
                                         std::span<const std::int64_t> ids,
                                         const IdSet* within = nullptr) const override;

private:
    VectorScan scan_;
};

/// Dot product of two vectors of the same length, in sixteen partial sums that compilers vectorise.
[[nodiscard]] float dot_product(std::span<const float> left, std::span<const float> right) noexcept;

}  // namespace quarry::index
