#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace quarry::index {

/// Which of an index's rows a search may return: a bit for each.
class RowSet {
public:
    RowSet(std::size_t rows, bool all) : words_((rows + 63) / 64, all ? ~std::uint64_t{0} : 0), count_(all ? rows : 0) {
        if (all && rows % 64 != 0) words_.back() = (std::uint64_t{1} << (rows % 64)) - 1;
    }

    void insert(std::size_t row) noexcept {
        const std::uint64_t bit = std::uint64_t{1} << (row % 64);
        count_ += (words_[row / 64] & bit) == 0 ? 1 : 0;
        words_[row / 64] |= bit;
    }
    void erase(std::size_t row) noexcept {
        const std::uint64_t bit = std::uint64_t{1} << (row % 64);
        count_ -= (words_[row / 64] & bit) != 0 ? 1 : 0;
        words_[row / 64] &= ~bit;
    }
    [[nodiscard]] bool contains(std::size_t row) const noexcept { return (words_[row / 64] >> (row % 64) & 1) != 0; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    /// Calls `visit(row)` for each row, ascending.
    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (std::uint64_t rest = words_[i]; rest != 0; rest &= rest - 1) {
                visit(i * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
            }
        }
    }

private:
    std::vector<std::uint64_t> words_;
    std::size_t count_ = 0;
};

}  // namespace quarry::index
