#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Before a function that shall also exist for processors with these: inlined into the versions of its caller.
#define QUARRY_INLINE_KERNEL [[gnu::always_inline]] inline

/// Marks the version of a function that x86-64 processors since 2013 run: counting and finding bits takes one
/// instruction there. See has_bit_instructions.
#if defined(__x86_64__)
#define QUARRY_BIT_INSTRUCTIONS 1
#define QUARRY_WITH_BIT_INSTRUCTIONS [[gnu::target("avx,popcnt,bmi,bmi2")]]
#endif

namespace quarry::tokenize {

#if defined(QUARRY_BIT_INSTRUCTIONS)
/// Whether functions QUARRY_WITH_BIT_INSTRUCTIONS may run here.
[[nodiscard]] inline bool has_bit_instructions() noexcept {
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
                            __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
    return has;
}
#endif

/// 64 bytes of a text, asked for all at a time: bit i of an answer is that of byte i.
class ByteBlock {
public:
    static constexpr std::size_t size = 64;

    /// Reads 64 bytes.
    QUARRY_INLINE_KERNEL explicit ByteBlock(const char* bytes) noexcept {
#if defined(__SSE2__)
        for (std::size_t i = 0; i < std::size(parts_); ++i) {
            parts_[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
        }
#else
        std::memcpy(bytes_.data(), bytes, size);
#endif
    }
    /// Reads up to 64 bytes of a text from `at` on; zeros behind its end.
    QUARRY_INLINE_KERNEL static ByteBlock padded(std::string_view text, std::size_t at) noexcept {
        if (text.size() - at >= size) return ByteBlock(text.data() + at);
        std::array<char, size> bytes{};
        std::memcpy(bytes.data(), text.data() + at, text.size() - at);
        return ByteBlock(bytes.data());
    }

    /// Bytes that are `c`.
    [[nodiscard]] QUARRY_INLINE_KERNEL std::uint64_t equal(char c) const noexcept {
#if defined(__SSE2__)
        const __m128i wanted = _mm_set1_epi8(c);
        return ask([&](__m128i part) { return _mm_cmpeq_epi8(part, wanted); });
#else
        return ask([&](unsigned char byte) { return byte == static_cast<unsigned char>(c); });
#endif
    }
    /// Bytes of [first, last].
    [[nodiscard]] QUARRY_INLINE_KERNEL std::uint64_t between(unsigned char first, unsigned char last) const noexcept {
#if defined(__SSE2__)
        const __m128i low = _mm_set1_epi8(static_cast<char>(first));
        const __m128i span = _mm_set1_epi8(static_cast<char>(last - first));
        return ask([&](__m128i part) {
            const __m128i above = _mm_sub_epi8(part, low);
            return _mm_cmpeq_epi8(_mm_min_epu8(above, span), above);
        });
#else
        return ask([&](unsigned char byte) { return byte >= first && byte <= last; });
#endif
    }
    /// Letters of ASCII.
    [[nodiscard]] QUARRY_INLINE_KERNEL std::uint64_t letters() const noexcept {
#if defined(__SSE2__)
        const __m128i bit = _mm_set1_epi8(0x20), low = _mm_set1_epi8('a'), span = _mm_set1_epi8('z' - 'a');
        return ask([&](__m128i part) {
            const __m128i above = _mm_sub_epi8(_mm_or_si128(part, bit), low);
            return _mm_cmpeq_epi8(_mm_min_epu8(above, span), above);
        });
#else
        return ask([](unsigned char byte) { return (byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z'; });
#endif
    }
    /// Bytes beyond ASCII.
    [[nodiscard]] QUARRY_INLINE_KERNEL std::uint64_t beyond_ascii() const noexcept {
#if defined(__SSE2__)
        return ask([](__m128i part) { return part; });
#else
        return ask([](unsigned char byte) { return byte >= 0x80; });
#endif
    }

private:
#if defined(__SSE2__)
    template <typename Ask>
    [[nodiscard]] QUARRY_INLINE_KERNEL std::uint64_t ask(Ask part_answer) const noexcept {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < std::size(parts_); ++i) {
            const auto answer = static_cast<unsigned>(_mm_movemask_epi8(part_answer(parts_[i])));
            bits |= std::uint64_t{answer} << (16 * i);
        }
        return bits;
    }
    __m128i parts_[size / 16];
#else
    template <typename Ask>
    [[nodiscard]] std::uint64_t ask(Ask byte_answer) const noexcept {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < size; ++i) bits |= std::uint64_t{byte_answer(bytes_[i])} << i;
        return bits;
    }
    std::array<unsigned char, size> bytes_;
#endif
};

}  // namespace quarry::tokenize
