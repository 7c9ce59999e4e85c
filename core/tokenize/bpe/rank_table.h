#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/tokenize/bpe/table_format.h"

namespace quarry::tokenize::bpe {

/// The tokens of a byte-pair encoding and their ranks, looked up in the tables that are part of the binary.
///
/// A rank is the token's number, and the order in which pairs are merged: the lowest first. Cheap to copy; any thread.
class RankTable {
public:
    /// No token: higher than any rank.
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    /// Reads the table that begins at `file`, aligned to 8 bytes, which must stay.
    explicit RankTable(const char* file) noexcept;

    /// The rank of the token that consists of exactly these bytes, or `none`.
    [[nodiscard]] std::uint32_t rank(std::string_view bytes) const noexcept {
        if (bytes.size() > short_token) return rank_of_long(bytes);
        if (bytes.empty()) return none;
        return rank_of_short(load_bytes(bytes.data(), bytes.size()), bytes.size());
    }
    /// The same, when `short_token` bytes may be read from where `bytes` begins.
    [[nodiscard]] std::uint32_t rank_padded(std::string_view bytes) const noexcept {
        if (bytes.size() > short_token) return rank_of_long(bytes);
        const std::uint64_t unused = 8 * (short_token - bytes.size());
        return rank_of_short(load_bytes(bytes.data(), short_token) << unused >> unused, bytes.size());
    }
    /// Bytes of the longest token.
    [[nodiscard]] std::size_t longest_token() const noexcept { return header_->longest_token; }
    [[nodiscard]] std::size_t size() const noexcept { return header_->token_count; }

private:
    [[nodiscard]] std::uint32_t rank_of_short(std::uint64_t key, std::size_t length) const noexcept {
        const std::uint64_t hash = hash_short(key, length);
        const std::uint16_t pilot = short_pilots_[bucket_of(hash, header_->short_buckets)];
        const ShortSlot& slot = short_slots_[slot_of(hash, pilot, header_->short_slots)];
        const std::uint64_t held = slot.low | static_cast<std::uint64_t>(slot.high) << 32U;
        if (held != key || slot.token >> rank_bits != length) return none;
        return slot.token & ((1U << rank_bits) - 1);
    }
    [[nodiscard]] std::uint32_t rank_of_long(std::string_view bytes) const noexcept;

    const TableHeader* header_;
    const std::uint16_t* short_pilots_;
    const ShortSlot* short_slots_;
    const std::uint16_t* long_pilots_;
    const LongSlot* long_slots_;
    const char* long_bytes_;
};

}  // namespace quarry::tokenize::bpe
