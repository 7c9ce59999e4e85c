// The exact scan over codes, with bounds that say which rows must be looked at more closely.

#include "core/index/row_scan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "core/base/side_thread.h"

namespace quarry::index {
namespace {

constexpr std::size_t block_rows = 256;
/// A score by halved codes is taken to be off by at most so many times the error that is to be expected.
constexpr float half_errors = 4;
/// Halved codes pay when a row in so many, or fewer, is wanted.
constexpr std::size_t rows_a_result = 256;
/// Below this many bytes of codes a further thread costs more than it saves.
constexpr std::size_t bytes_per_thread = std::size_t{4} << 20;

/// A row that may be among the best: its score is at most this.
struct MaybeBest {
    float at_most = 0;
    std::uint32_t row = 0;
};

/// Rows that may be among the `limit` best, given for each the bounds of its score.
class Shortlist {
public:
    explicit Shortlist(std::size_t limit) : limit_(limit) {}

    /// Below this a row is not among the best.
    [[nodiscard]] float threshold() const noexcept { return threshold_; }

    /// Of a row whose bounds are no numbers, which a damaged file has, `best_of` says so.
    void add(std::uint32_t row, float at_least, float at_most) {
        if (std::isnan(at_least)) at_least = -std::numeric_limits<float>::infinity();
        rows_.push_back({at_most, row});
        if (floors_.size() < limit_) {
            floors_.push_back(at_least);
            std::push_heap(floors_.begin(), floors_.end(), std::greater<>());
        } else if (at_least > floors_.front()) {
            std::pop_heap(floors_.begin(), floors_.end(), std::greater<>());
            floors_.back() = at_least;
            std::push_heap(floors_.begin(), floors_.end(), std::greater<>());
        }
        if (floors_.size() == limit_) threshold_ = floors_.front();
        if (rows_.size() >= prune_at_) prune();
    }

    /// Takes in what another thread found.
    void merge(const Shortlist& other) {
        floors_.insert(floors_.end(), other.floors_.begin(), other.floors_.end());
        std::sort(floors_.begin(), floors_.end(), std::greater<>());
        if (floors_.size() > limit_) floors_.resize(limit_);
        if (floors_.size() == limit_) threshold_ = floors_.back();
        std::make_heap(floors_.begin(), floors_.end(), std::greater<>());
        rows_.insert(rows_.end(), other.rows_.begin(), other.rows_.end());
    }

    [[nodiscard]] std::vector<std::uint32_t> take() {
        prune();
        std::vector<std::uint32_t> rows;
        rows.reserve(rows_.size());
        for (const MaybeBest& maybe : rows_) rows.push_back(maybe.row);
        return rows;
    }

private:
    void prune() {
        std::erase_if(rows_, [this](const MaybeBest& maybe) { return maybe.at_most < threshold_; });
        prune_at_ = std::max<std::size_t>(4'096, rows_.size() * 2);
    }

    std::size_t limit_;
    std::size_t prune_at_ = 4'096;
    float threshold_ = -std::numeric_limits<float>::infinity();
    std::vector<float> floors_;  ///< The best lower bounds, a heap whose front is the least of them.
    std::vector<MaybeBest> rows_;
};

/// Scores rows by their codes into a shortlist.
class CodeScan {
public:
    CodeScan(const CodedQuery& query, const CodedRows& rows)
        : query_(query),
          rows_(rows),
          common_error_((query.error + query.length * 2e-6F) * rows.longest),
          half_error_(half_errors * HalfCodes::step / std::sqrt(12.0F) * query.length) {}

    /// Rows [first, last), without those that `within` leaves out.
    void range(std::size_t first, std::size_t last, const RowSet* within, Shortlist& list) const {
        std::array<std::int32_t, block_rows> dots{};
        CodeBuffer copied;
        for (std::size_t begin = first; begin < last; begin += block_rows) {
            const std::size_t count = std::min(block_rows, last - begin);
            const std::int8_t* const codes = rows_.read_codes(begin, count, copied);
            dot_rows_(query_.codes.data(), codes, rows_.stride, count, dots.data());
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t row = begin + i;
                const auto [middle, error] = bounds(row, dots[i]);
                if (middle + error < list.threshold()) continue;
                if (within != nullptr && !within->contains(row)) continue;
                list.add(static_cast<std::uint32_t>(row), middle - error, middle + error);
            }
        }
    }

    /// The same by halved codes.
    void range_of_halves(std::size_t first, std::size_t last, const RowSet* within, Shortlist& list) const {
        std::array<std::int32_t, block_rows> dots{};
        std::vector<std::int8_t> copied;
        const std::size_t bytes = rows_.stride / 2;
        const float from_lowest = HalfCodes::lowest * static_cast<float>(query_.sum);
        for (std::size_t begin = first; begin < last; begin += block_rows) {
            const std::size_t count = std::min(block_rows, last - begin);
            const auto* const stored = reinterpret_cast<const std::int8_t*>(rows_.halves + begin * bytes);
            const std::int8_t* const halves = rows_.read(stored, count * bytes, copied);
            dot_half_rows_(query_.codes.data(), reinterpret_cast<const std::uint8_t*>(halves), rows_.stride, count,
                           dots.data());
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t row = begin + i;
                const float scale = rows_.scales[row].scale;
                const float dot = static_cast<float>(dots[i]) * HalfCodes::step + from_lowest;
                const float middle = dot * scale * query_.scale;
                const float error = half_error_ * scale;
                if (middle + error < list.threshold()) continue;
                if (within != nullptr && !within->contains(row)) continue;
                list.add(static_cast<std::uint32_t>(row), middle - error, middle + error);
            }
        }
    }

    void each_of(std::span<const std::uint32_t> rows, Shortlist& list) const {
        CodeBuffer copied;
        for (const std::uint32_t row : rows) add_row(row, copied, list);
    }
    void each_of(const RowSet& within, Shortlist& list) const {
        CodeBuffer copied;
        within.for_each([&](std::size_t row) { add_row(row, copied, list); });
    }

private:
    void add_row(std::size_t row, CodeBuffer& copied, Shortlist& list) const {
        std::int32_t dot = 0;
        const std::int8_t* const codes = rows_.read_codes(row, 1, copied);
        dot_rows_(query_.codes.data(), codes, rows_.stride, 1, &dot);
        const auto [middle, error] = bounds(row, dot);
        if (middle + error < list.threshold()) return;
        list.add(static_cast<std::uint32_t>(row), middle - error, middle + error);
    }
    [[nodiscard]] std::pair<float, float> bounds(std::size_t row, std::int32_t dot) const noexcept {
        const RowScale& scale = rows_.scales[row];
        return {static_cast<float>(dot) * scale.scale * query_.scale, query_.length * scale.error + common_error_};
    }

    const CodedQuery& query_;
    const CodedRows& rows_;
    float common_error_;
    float half_error_;  ///< In steps of a row's codes.
    decltype(Int8Kernel::dot_rows) dot_rows_ = int8_kernel().dot_rows;
    decltype(Int8Kernel::dot_half_rows) dot_half_rows_ = int8_kernel().dot_half_rows;
};

/// Runs `work(first, last, list)` over parts of [0, count), each in a thread of its own.
template <typename Work>
Shortlist scan_in_threads(std::size_t count, std::size_t limit, std::size_t threads, const Work& work) {
    std::vector<Shortlist> lists(threads, Shortlist(limit));
    const std::size_t part = (count / threads + block_rows) / block_rows * block_rows;
    std::vector<SideThread> others;
    for (std::size_t i = 1; i < threads; ++i) {
        const std::size_t first = std::min(count, i * part);
        const std::size_t last = std::min(count, first + part);
        others.emplace_back([&work, &lists, first, last, i] { work(first, last, lists[i]); });
    }
    work(0, std::min(count, part), lists[0]);
    for (SideThread& other : others) other.join();
    for (std::size_t i = 1; i < threads; ++i) lists[0].merge(lists[i]);
    return std::move(lists[0]);
}

}  // namespace

std::vector<ScoredRow> best_of(const CodedQuery& query, const CodedRows& rows,
                               std::span<const std::uint32_t> candidates, std::size_t limit) {
    std::vector<ScoredRow> scored;
    scored.reserve(candidates.size());
    RowScorer score(query, rows);
    for (const std::uint32_t row : candidates) scored.push_back({row, score(row)});
    const std::size_t kept = std::min(limit, scored.size());
    std::partial_sort(scored.begin(), scored.begin() + static_cast<std::ptrdiff_t>(kept), scored.end(), is_better_row);
    scored.resize(kept);
    return scored;
}

std::vector<ScoredRow> scan_rows(const CodedQuery& query, const CodedRows& rows, std::size_t limit,
                                 const RowSet* within, unsigned threads) {
    if (limit == 0 || rows.count == 0) return {};
    const CodeScan scan(query, rows);
    Shortlist list(limit);
    // Rows far apart are fetched one by one; from one in eight on, all are read in a row and those that are not
    // wanted dropped.
    if (within != nullptr && within->count() < rows.count / 8) {
        scan.each_of(*within, list);
    } else {
        const bool halved = rows.halves != nullptr && !rows.whole && limit <= rows.count / rows_a_result;
        const std::size_t bytes = rows.count * rows.stride / (halved ? 2 : 1);
        const std::size_t shared =
            std::clamp<std::size_t>(std::min<std::size_t>(threads, bytes / bytes_per_thread), 1, 64);
        list = scan_in_threads(rows.count, limit, shared, [&](std::size_t first, std::size_t last, Shortlist& part) {
            halved ? scan.range_of_halves(first, last, within, part) : scan.range(first, last, within, part);
        });
        if (halved) {
            const std::vector<std::uint32_t> maybe = list.take();
            list = Shortlist(limit);
            scan.each_of(maybe, list);
        }
    }
    return best_of(query, rows, list.take(), limit);
}

}  // namespace quarry::index
