#include "core/tokenize/bpe/rank_table.h"

namespace quarry::tokenize::bpe {
namespace {

/// Takes `count` things from `at`, and moves it on to the next multiple of 8 bytes.
template <typename Thing>
const Thing* take_array(const char*& at, std::size_t count) noexcept {
    const auto* array = reinterpret_cast<const Thing*>(at);
    at += (count * sizeof(Thing) + 7) / 8 * 8;
    return array;
}

}  // namespace

RankTable::RankTable(const char* file) noexcept {
    header_ = take_array<TableHeader>(file, 1);
    short_pilots_ = take_array<std::uint16_t>(file, header_->short_buckets);
    short_slots_ = take_array<ShortSlot>(file, header_->short_slots);
    long_pilots_ = take_array<std::uint16_t>(file, header_->long_buckets);
    long_slots_ = take_array<LongSlot>(file, header_->long_slots);
    long_bytes_ = file;
}

std::uint32_t RankTable::rank_of_long(std::string_view bytes) const noexcept {
    if (bytes.size() > header_->longest_token) return none;
    const std::uint64_t hash = hash_long(bytes);
    const std::uint16_t pilot = long_pilots_[bucket_of(hash, header_->long_buckets)];
    const LongSlot& slot = long_slots_[slot_of(hash, pilot, header_->long_slots)];
    if (slot.token >> rank_bits != bytes.size()) return none;
    if (std::memcmp(long_bytes_ + slot.offset, bytes.data(), bytes.size()) != 0) return none;
    return slot.token & ((1U << rank_bits) - 1);
}

}  // namespace quarry::tokenize::bpe
