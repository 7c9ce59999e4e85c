#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index/coded_vectors.h"
#include "core/index/row_set.h"

namespace quarry::index {

struct ScoredRow {
    std::uint32_t row = 0;
    float score = 0;

    friend bool operator==(const ScoredRow&, const ScoredRow&) = default;
};

/// Better score first, then the smaller row.
[[nodiscard]] constexpr bool is_better_row(const ScoredRow& left, const ScoredRow& right) noexcept {
    return left.score != right.score ? left.score > right.score : left.row < right.row;
}

/// The `limit` best rows of all, or of those in `within` when it is given, best first.
///
/// Every row is scored by its codes, with a bound on how far that can be from the true score; rows that might be
/// among the best are scored again by all that is stored of them. So the result is exact to `RowScorer`'s accuracy,
/// whatever the vectors.
///
/// With halved codes (CodedRows::halves) every row is scored by these first, and by its codes only if it might then be
/// among the best. Halving is off by 16 / sqrt(12) steps in each dimension, as if by chance, and a row is missed when
/// its score and that of the last of the best are further off than eight such errors together: of random vectors less
/// than one in a thousand million.
///
/// Large scans are shared among `threads` threads; the result does not depend on their number.
[[nodiscard]] std::vector<ScoredRow> scan_rows(const CodedQuery& query, const CodedRows& rows, std::size_t limit,
                                               const RowSet* within, unsigned threads);

/// Scores rows that are likely to be among the best by all that is stored of them; the `limit` best of them.
[[nodiscard]] std::vector<ScoredRow> best_of(const CodedQuery& query, const CodedRows& rows,
                                             std::span<const std::uint32_t> candidates, std::size_t limit);

}  // namespace quarry::index
