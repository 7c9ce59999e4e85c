#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace quarry {

/// Rows of codes are padded with zeros to a multiple of this: no kernel needs a tail.
inline constexpr std::size_t code_alignment = 64;

/// Bytes between one row of codes and the next.
[[nodiscard]] constexpr std::size_t code_stride(std::size_t dimensions) noexcept {
    return (dimensions + code_alignment - 1) / code_alignment * code_alignment;
}

/// A way to multiply 8-bit codes. Codes are -127 to 127, never -128.
struct Int8Kernel {
    std::string_view name;  ///< "avx512vnni", "avx2", "neon" or "portable".
    /// Writes the dot products of the query with `count` rows that lie `stride` bytes apart. The query has `stride`
    /// codes, a multiple of `code_alignment`; no alignment in memory is needed.
    void (*dot_rows)(const std::int8_t* query, const std::int8_t* rows, std::size_t stride, std::size_t count,
                     std::int32_t* dots);
};

/// Every kernel that runs on this processor, the fastest first, the portable one last.
[[nodiscard]] std::vector<Int8Kernel> int8_kernels();

/// The fastest kernel of this processor.
[[nodiscard]] const Int8Kernel& int8_kernel();

}  // namespace quarry
