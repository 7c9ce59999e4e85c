#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace quarry::index {

/// Rows of codes are padded with zeros to a multiple of this: no kernel needs a tail.
inline constexpr std::size_t code_alignment = 64;

/// Bytes between one row of codes and the next.
[[nodiscard]] constexpr std::size_t code_stride(std::size_t dimensions) noexcept {
    return (dimensions + code_alignment - 1) / code_alignment * code_alignment;
}

/// Codes that have been rounded to 4 bits: two in a byte, in half the space.
struct HalfCodes {
    static constexpr float step = 16;         ///< What one of 4 bits is worth in codes.
    static constexpr float lowest = -120.5F;  ///< What 0 stands for: the middle of the codes from -128 to -113.
};

/// Rounds a row of codes; writes stride / 2 bytes. In each 64 codes those of the first half stand in the lower four
/// bits of the bytes. On disk: never change.
void halve_codes(const std::int8_t* codes, std::size_t stride, std::uint8_t* halves);
/// Writes what `halve_codes` leaves out of a row, the lower 4 bits, in the same order.
void lower_halves(const std::int8_t* codes, std::size_t stride, std::uint8_t* lower);
/// Puts rows of codes, `bytes` in all, together again from both.
void join_halves(const std::uint8_t* halves, const std::uint8_t* lower, std::size_t bytes, std::int8_t* codes);

/// A way to multiply 8-bit codes. Codes are -127 to 127, never -128.
struct Int8Kernel {
    std::string_view name;  ///< "avx512vnni", "avx2", "neon" or "portable".
    /// Writes the dot products of the query with `count` rows that lie `stride` bytes apart. The query has `stride`
    /// codes, a multiple of `code_alignment`; no alignment in memory is needed.
    void (*dot_rows)(const std::int8_t* query, const std::int8_t* rows, std::size_t stride, std::size_t count,
                     std::int32_t* dots);
    /// The same with rows of 4 bits as `halve_codes` writes them, from 0 to 15 each: they lie stride / 2 bytes apart.
    void (*dot_half_rows)(const std::int8_t* query, const std::uint8_t* rows, std::size_t stride, std::size_t count,
                          std::int32_t* dots);
};

/// Every kernel that runs on this processor, the fastest first, the portable one last.
[[nodiscard]] std::vector<Int8Kernel> int8_kernels();

/// The fastest kernel of this processor.
[[nodiscard]] const Int8Kernel& int8_kernel();

}  // namespace quarry::index
