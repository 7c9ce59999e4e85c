#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/tokenize/bpe/rank_table.h"

namespace quarry::tokenize::bpe {

/// Encodes pieces: merges the pair of neighbours with the lowest rank, the leftmost of equals, until none is left.
///
/// Remembers what it made of pieces that are no token themselves, by where they stand: texts that pieces come from must
/// outlive it. One a thread.
class BpeEncoder {
public:
    /// For pieces of `text`. What is remembered takes up to a megabyte for a long text, and nothing for a short one.
    BpeEncoder(const RankTable& table, std::string_view text);

    /// How many tokens a piece is. It is not empty.
    [[nodiscard]] std::size_t count(std::string_view piece) {
        if (is_kept_short(piece)) return known_short(piece).count;
        if (rank(piece) != RankTable::none) return 1;
        if (piece.size() > mask_bits) return long_starts(piece).size();
        return static_cast<std::size_t>(std::popcount(starts_mask(piece)));
    }
    /// Calls `on_start` with the offset in the piece of each of its tokens, in order.
    template <typename OnStart>
    void for_each_start(std::string_view piece, OnStart on_start) {
        if (const std::uint64_t mask = starts(piece); mask != 0) {
            for (std::uint64_t left = mask; left != 0; left &= left - 1) {
                on_start(static_cast<std::size_t>(std::countr_zero(left)));
            }
        } else {
            for (const std::uint32_t start : long_starts(piece)) on_start(std::size_t{start});
        }
    }
    /// Where its tokens begin as bits, the first byte being bit 0; 0 when it is too long for that.
    [[nodiscard]] std::uint64_t starts(std::string_view piece) {
        if (is_kept_short(piece)) return known_short(piece).starts;
        if (rank(piece) != RankTable::none) return 1;
        return piece.size() > mask_bits ? 0 : starts_mask(piece);
    }
    /// Appends the ranks of the piece's tokens.
    void encode(std::string_view piece, std::vector<std::uint32_t>& ranks);

private:
    /// The starts of the tokens of a piece up to this long are bits of one number.
    static constexpr std::size_t mask_bits = 64;
    static constexpr std::size_t remembered = 1U << 11U;
    static constexpr std::size_t remembered_short = 1U << 15U;
    static constexpr std::uint32_t unknown_pair = RankTable::none - 1;
    /// Bytes that a short piece is read in.
    static constexpr std::size_t short_bytes = 16;
    /// Longer pieces are mostly rules and indentation, of which texts have few kinds.
    static constexpr std::size_t remembered_long = 1U << 10U;
    static constexpr std::size_t longest_remembered = 1024;
    static constexpr std::size_t most_starts = 1U << 18U;

    /// A piece of up to 15 bytes, by its bytes. Most of a text are the same few thousand.
    struct KnownShort {
        std::uint64_t low = 0;                 ///< The first eight bytes, zeros behind the last.
        std::uint64_t high = 0;                ///< The next seven, and the length, which no piece has that is 0.
        std::uint32_t rank = RankTable::none;  ///< Of the token that it is.
        std::uint16_t starts = 0;
        std::uint16_t count = 0;
    };
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
    [[nodiscard]] bool is_kept_short(std::string_view piece) const noexcept {
        return piece.size() < short_bytes && !known_short_.empty() &&
               text_end_ - piece.data() >= static_cast<std::ptrdiff_t>(short_bytes);
    }
    [[nodiscard]] const KnownShort& known_short(std::string_view piece) {
        static constexpr std::uint64_t all = ~std::uint64_t{0};
        const std::size_t size = piece.size();
        const std::uint64_t low = load_bytes(piece.data(), 8) & (size >= 8 ? all : all >> (64 - 8 * size));
        const std::uint64_t rest = size <= 8 ? 0 : load_bytes(piece.data() + 8, 8) & (all >> (128 - 8 * size));
        const std::uint64_t high = rest | std::uint64_t{size} << 56U;
        const std::uint64_t hash = low * 0x9FB21C651E98DF25 ^ high * hash_multiplier;
        KnownShort& known = known_short_[(hash ^ hash >> 29U) * hash_multiplier >> short_shift_];
        if (known.low != low || known.high != high) learn_short(piece, {low, high}, known);
        return known;
    }
    /// The rank of two bytes, which merging asks for most.
    [[nodiscard]] std::uint32_t rank_of_two(std::string_view bytes) {
        const auto first = static_cast<unsigned char>(bytes[0]);
        const auto second = static_cast<unsigned char>(bytes[1]);
        if ((first | second) >= 0x80 || known_pairs_.empty()) return rank(bytes);
        std::uint32_t& known = known_pairs_[first * 128U + second];
        if (known == unknown_pair) known = rank(bytes);
        return known;
    }
    void learn_short(std::string_view piece, KnownShort key, KnownShort& known);
    [[nodiscard]] std::uint64_t starts_mask(std::string_view piece);
    [[nodiscard]] std::uint64_t merge_short(std::string_view piece);
    /// The starts; valid until the next call.
    [[nodiscard]] std::span<const std::uint32_t> long_starts(std::string_view piece);
    /// Appends them to `starts_`.
    void merge_long(std::string_view piece);

    RankTable table_;
    const char* text_end_;
    unsigned short_shift_ = 0;  ///< Of a hash, to the number of one of the short pieces.
    std::vector<KnownShort> known_short_;
    std::vector<std::uint32_t> known_pairs_;  ///< Of ASCII.
    std::vector<Known> known_;
    std::vector<KnownLong> known_long_;
    std::vector<std::uint32_t> starts_;  ///< Of the long pieces that are remembered.
};

}  // namespace quarry::tokenize::bpe
