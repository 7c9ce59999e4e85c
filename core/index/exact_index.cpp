// The exact scan: every vector's dot product with the query, the best kept in a heap.

#include "core/index/exact_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/error.h"

namespace quarry::index {
namespace {

bool is_better(const ScoredVector& left, const ScoredVector& right) noexcept {
    return left.score != right.score ? left.score > right.score : left.id < right.id;
}

/// The best few of many, in a heap whose front is the worst of them.
class Best {
public:
    explicit Best(std::size_t limit) : limit_(limit) {}

    void offer(const ScoredVector& candidate) {
        if (heap_.size() < limit_) {
            heap_.push_back(candidate);
            std::push_heap(heap_.begin(), heap_.end(), is_better);
        } else if (limit_ > 0 && is_better(candidate, heap_.front())) {
            std::pop_heap(heap_.begin(), heap_.end(), is_better);
            heap_.back() = candidate;
            std::push_heap(heap_.begin(), heap_.end(), is_better);
        }
    }

    [[nodiscard]] std::vector<ScoredVector> take() && {
        std::sort(heap_.begin(), heap_.end(), is_better);
        return std::move(heap_);
    }

private:
    std::size_t limit_;
    std::vector<ScoredVector> heap_;
};

}  // namespace

float dot_product(std::span<const float> left, std::span<const float> right) noexcept {
    constexpr std::size_t lanes = 16;
    const std::size_t size = std::min(left.size(), right.size());
    const std::size_t whole = size / lanes * lanes;
    const float* a = left.data();
    const float* b = right.data();
    std::array<float, lanes> sums{};
    for (std::size_t i = 0; i < whole; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
    }
    float total = 0;
    for (const float sum : sums) total += sum;
    for (std::size_t i = whole; i < size; ++i) total += a[i] * b[i];
    return total;
}

ExactIndex::ExactIndex(VectorScan scan) : scan_(std::move(scan)) {}

NearestVectors ExactIndex::nearest(std::span<const float> query, std::size_t limit, std::span<const std::int64_t> ids,
                                   const IdSet* within) const {
    std::vector<std::int64_t> wanted(ids.begin(), ids.end());
    std::sort(wanted.begin(), wanted.end());
    NearestVectors found;
    Best best(limit);
    scan_([&](std::int64_t id, std::span<const float> vector) {
        if (vector.size() != query.size()) {
            throw Error(ErrorCode::failed, "cannot compare the query with the base's vectors",
                        "make new vectors: quarry embed")
                .because(
                    fmt::format("the query's vector has {} dimensions, a stored one {}", query.size(), vector.size()));
        }
        const ScoredVector scored{id, dot_product(query, vector)};
        ++found.count;
        if (within == nullptr || within->contains(id)) best.offer(scored);
        if (std::binary_search(wanted.begin(), wanted.end(), id)) found.asked.push_back(scored);
    });
    found.nearest = std::move(best).take();
    std::sort(found.asked.begin(), found.asked.end(),
              [](const ScoredVector& left, const ScoredVector& right) { return left.id < right.id; });
    return found;
}

}  // namespace quarry::index
