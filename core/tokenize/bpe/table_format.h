#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// How a byte-pair vocabulary is laid out in the binary: cmake/make_bpe_tables.cpp writes it when quarry is built, and
/// RankTable reads it where it lies, so that starting costs nothing.
///
/// A file is a TableHeader and behind it, each begun at a multiple of 8 bytes: the pilots of the short tokens, their
/// slots, the pilots of the long ones, their slots, and the bytes of the long tokens. Both sets of slots are perfect
/// hash tables by "hash and displace": the pilot of a key's bucket moves all keys of the bucket to slots of their own.
/// Little-endian.
namespace quarry::tokenize::bpe {

/// A token up to this many bytes lies in its slot itself.
inline constexpr std::size_t short_token = 8;

struct TableHeader {
    std::uint32_t magic;
    std::uint32_t token_count;
    std::uint32_t longest_token;  ///< In bytes.
    std::uint32_t short_buckets;
    std::uint32_t short_slots;
    std::uint32_t long_buckets;
    std::uint32_t long_slots;
    std::uint32_t long_bytes;
};
inline constexpr std::uint32_t table_magic = 0x31455042;  // "BPE1"

/// A token's rank in the low 24 bits, its length above them; 0 is an empty slot.
using RankAndLength = std::uint32_t;
inline constexpr std::uint32_t rank_bits = 24;

struct ShortSlot {
    std::uint32_t low;   ///< The first four bytes, little-endian.
    std::uint32_t high;  ///< The next four.
    RankAndLength token;
};

struct LongSlot {
    std::uint32_t offset;  ///< Of the token's bytes.
    RankAndLength token;
};

inline constexpr std::uint64_t hash_multiplier = 0x9E3779B97F4A7C15;  // 2^64 / the golden ratio

/// Mixes 64 bits; one to one.
inline std::uint64_t mix(std::uint64_t value) noexcept {
    value *= hash_multiplier;
    return value ^ value >> 32U;
}

inline std::uint64_t load_bytes(const char* bytes, std::size_t count) noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, count);
    return value;
}

/// Of a token of up to `short_token` bytes, `key` being its bytes with zeros behind.
inline std::uint64_t hash_short(std::uint64_t key, std::size_t length) noexcept {
    return mix(mix(key) + length) * 0xD6E8FEB86659FD93;
}

/// Of a longer token.
inline std::uint64_t hash_long(std::string_view token) noexcept {
    std::uint64_t hash = mix(token.size());
    std::size_t at = 0;
    for (; token.size() - at > short_token; at += short_token) {
        hash = mix(hash ^ load_bytes(token.data() + at, short_token)) + at;
    }
    return mix(hash ^ load_bytes(token.data() + token.size() - short_token, short_token)) * 0xD6E8FEB86659FD93;
}

/// Maps the high half of a hash evenly onto [0, count).
inline std::uint32_t reduce(std::uint64_t hash, std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>(((hash >> 32U) * count) >> 32U);
}
inline std::uint32_t bucket_of(std::uint64_t hash, std::uint32_t buckets) noexcept { return reduce(hash, buckets); }
inline std::uint32_t slot_of(std::uint64_t hash, std::uint16_t pilot, std::uint32_t slots) noexcept {
    return reduce((hash ^ (pilot * hash_multiplier)) * 0xD6E8FEB86659FD93, slots);
}

/// What the patterns of the encodings tell apart. The numbers are in the class table.
enum class CodePointClass : std::uint8_t {
    other = 0,    ///< Punctuation, symbols, controls, and what is not assigned.
    upper = 1,    ///< Lu, Lt
    lower = 2,    ///< Ll
    letter = 3,   ///< Lm, Lo
    mark = 4,     ///< M
    number = 5,   ///< N
    space = 6,    ///< White_Space other than CR and LF
    newline = 7,  ///< CR, LF
};

/// The class table: for each block of 256 code points the number of its page, then the pages.
inline constexpr std::uint32_t class_page = 256;
inline constexpr std::uint32_t class_blocks = 0x110000 / class_page;

}  // namespace quarry::tokenize::bpe
