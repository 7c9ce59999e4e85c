#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/tokenize/bpe/rank_table.h"

namespace quarry::bpe {

/// Encodes pieces: merges the pair of neighbours with the lowest rank, the leftmost of equals, until none is left.
///
/// Remembers what it made of pieces that are no token themselves, by where they stand: texts that pieces come from must
/// outlive it. One a thread.
class BpeEncoder {
public:
    /// For pieces of a text that ends at `text_end`. What is remembered takes half a megabyte, so it is for long texts.
    BpeEncoder(const RankTable& table, const char* text_end, bool remember);

    /// How many tokens a piece is. It is not empty.
    [[nodiscard]] std::size_t count(std::string_view piece) {
        if (rank(piece) != RankTable::none) return 1;
        if (piece.size() > mask_bits) return long_starts(piece).size();
        return static_cast<std::size_t>(std::popcount(starts_mask(piece)));
    }
    /// Calls `on_start` with the offset in the piece of each of its tokens, in order.
    template <typename OnStart>
    void for_each_start(std::string_view piece, OnStart on_start) {
        if (rank(piece) != RankTable::none) {
            on_start(std::size_t{0});
        } else if (piece.size() > mask_bits) {
            for (const std::uint32_t start : long_starts(piece)) on_start(std::size_t{start});
        } else {
            for (std::uint64_t mask = starts_mask(piece); mask != 0; mask &= mask - 1) {
                on_start(static_cast<std::size_t>(std::countr_zero(mask)));
            }
        }
    }
    /// Appends the ranks of the piece's tokens.
    void encode(std::string_view piece, std::vector<std::uint32_t>& ranks);

private:
    /// The starts of the tokens of a piece up to this long are bits of one number.
    static constexpr std::size_t mask_bits = 64;
    static constexpr std::size_t remembered = 1U << 14U;
    /// Longer pieces are mostly rules and indentation, of which texts have few kinds.
    static constexpr std::size_t remembered_long = 1U << 10U;
    static constexpr std::size_t longest_remembered = 1024;
    static constexpr std::size_t most_starts = 1U << 18U;

    struct Known {
        const char* piece = nullptr;
        std::size_t length = 0;
        std::uint64_t starts = 0;
    };
    struct KnownLong {
        std::string_view piece;
        std::size_t first = 0;  ///< In `starts_`.
        std::size_t count = 0;
    };

    [[nodiscard]] std::uint32_t rank(std::string_view bytes) const noexcept {
        return text_end_ - bytes.data() >= static_cast<std::ptrdiff_t>(short_token) ? table_.rank_padded(bytes)
                                                                                    : table_.rank(bytes);
    }
    [[nodiscard]] std::uint64_t starts_mask(std::string_view piece);
    [[nodiscard]] std::uint64_t merge_short(std::string_view piece) const;
    /// The starts; valid until the next call.
    [[nodiscard]] std::span<const std::uint32_t> long_starts(std::string_view piece);
    /// Appends them to `starts_`.
    void merge_long(std::string_view piece);

    RankTable table_;
    const char* text_end_;
    std::vector<Known> known_;
    std::vector<KnownLong> known_long_;
    std::vector<std::uint32_t> starts_;  ///< Of the long pieces that are remembered.
};

}  // namespace quarry::bpe
