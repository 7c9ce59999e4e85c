// Dot products of 8-bit codes, with the instructions that the processor turns out to have.

#include "core/index/int8_dot.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace quarry::index {
namespace {

void dot_rows_portable(const std::int8_t* query, const std::int8_t* rows, std::size_t stride, std::size_t count,
                       std::int32_t* dots) {
    for (std::size_t row = 0; row < count; ++row, rows += stride) {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < stride; ++i) sum += std::int32_t{query[i]} * std::int32_t{rows[i]};
        dots[row] = sum;
    }
}

constexpr std::size_t half_group = code_alignment / 2;

void dot_half_rows_portable(const std::int8_t* query, const std::uint8_t* rows, std::size_t stride, std::size_t count,
                            std::int32_t* dots) {
    for (std::size_t row = 0; row < count; ++row, rows += stride / 2) {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < stride; i += code_alignment) {
            for (std::size_t j = 0; j < half_group; ++j) {
                const std::uint8_t pair = rows[i / 2 + j];
                sum += std::int32_t{query[i + j]} * (pair & 15) + std::int32_t{query[i + half_group + j]} * (pair >> 4);
            }
        }
        dots[row] = sum;
    }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) inline std::int32_t add_lanes(__m256i sums) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return _mm_cvtsi128_si32(half);
}

__attribute__((target("avx2"))) inline __m256i load_codes(const std::int8_t* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

// The instruction multiplies unsigned by signed bytes, so 128 is added to each code of the row and what that adds to
// the sum, 128 times the query's, is taken off again. Registers of 256 bits keep up with memory, and no processor
// slows down for them.
__attribute__((target("avx2,avx512f,avx512vl,avx512vnni"))) void dot_rows_vnni(const std::int8_t* query,
                                                                               const std::int8_t* rows,
                                                                               std::size_t stride, std::size_t count,
                                                                               std::int32_t* dots) {
    std::int32_t query_sum = 0;
    for (std::size_t i = 0; i < stride; ++i) query_sum += query[i];
    const std::int32_t added = 128 * query_sum;
    const __m256i flip = _mm256_set1_epi8(static_cast<char>(0x80));
    for (std::size_t row = 0; row < count; ++row, rows += stride) {
        __m256i even = _mm256_setzero_si256();
        __m256i odd = _mm256_setzero_si256();
        for (std::size_t i = 0; i < stride; i += 64) {
            even = _mm256_dpbusd_epi32(even, _mm256_xor_si256(load_codes(rows + i), flip), load_codes(query + i));
            odd =
                _mm256_dpbusd_epi32(odd, _mm256_xor_si256(load_codes(rows + i + 32), flip), load_codes(query + i + 32));
        }
        dots[row] = add_lanes(_mm256_add_epi32(even, odd)) - added;
    }
}

__attribute__((target("avx2,avx512f,avx512vl,avx512vnni"))) void dot_half_rows_vnni(
    const std::int8_t* query, const std::uint8_t* rows, std::size_t stride, std::size_t count, std::int32_t* dots) {
    const __m256i low_bits = _mm256_set1_epi8(15);
    for (std::size_t row = 0; row < count; ++row, rows += stride / 2) {
        __m256i low = _mm256_setzero_si256();
        __m256i high = _mm256_setzero_si256();
        for (std::size_t i = 0; i < stride; i += code_alignment) {
            const __m256i pairs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows + i / 2));
            low = _mm256_dpbusd_epi32(low, _mm256_and_si256(pairs, low_bits), load_codes(query + i));
            high = _mm256_dpbusd_epi32(high, _mm256_and_si256(_mm256_srli_epi16(pairs, 4), low_bits),
                                       load_codes(query + i + half_group));
        }
        dots[row] = add_lanes(_mm256_add_epi32(low, high));
    }
}

// Four products fit 16 bits: 4 * 15 * 127 is less than 32,768.
__attribute__((target("avx2"))) void dot_half_rows_avx2(const std::int8_t* query, const std::uint8_t* rows,
                                                        std::size_t stride, std::size_t count, std::int32_t* dots) {
    const __m256i low_bits = _mm256_set1_epi8(15);
    const __m256i ones = _mm256_set1_epi16(1);
    for (std::size_t row = 0; row < count; ++row, rows += stride / 2) {
        __m256i sum = _mm256_setzero_si256();
        for (std::size_t i = 0; i < stride; i += code_alignment) {
            const __m256i pairs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows + i / 2));
            const __m256i low = _mm256_maddubs_epi16(_mm256_and_si256(pairs, low_bits), load_codes(query + i));
            const __m256i high = _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(pairs, 4), low_bits),
                                                      load_codes(query + i + half_group));
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_add_epi16(low, high), ones));
        }
        dots[row] = add_lanes(sum);
    }
}

// The products of a pair fit 16 bits: 2 * 127 * 127 is less than 32,768.
__attribute__((target("avx2"))) void dot_rows_avx2(const std::int8_t* query, const std::int8_t* rows,
                                                   std::size_t stride, std::size_t count, std::int32_t* dots) {
    const __m256i ones = _mm256_set1_epi16(1);
    for (std::size_t row = 0; row < count; ++row, rows += stride) {
        __m256i sum = _mm256_setzero_si256();
        for (std::size_t i = 0; i < stride; i += 32) {
            const __m256i codes = load_codes(rows + i);
            const __m256i wanted = load_codes(query + i);
            const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(wanted, codes));
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
        }
        dots[row] = add_lanes(sum);
    }
}

#elif defined(__aarch64__)

void dot_rows_neon(const std::int8_t* query, const std::int8_t* rows, std::size_t stride, std::size_t count,
                   std::int32_t* dots) {
    for (std::size_t row = 0; row < count; ++row, rows += stride) {
        int32x4_t sum = vdupq_n_s32(0);
        for (std::size_t i = 0; i < stride; i += 16) {
            const int8x16_t codes = vld1q_s8(rows + i);
            const int8x16_t wanted = vld1q_s8(query + i);
            const int16x8_t low = vmull_s8(vget_low_s8(codes), vget_low_s8(wanted));
            sum = vpadalq_s16(sum, vmlal_s8(low, vget_high_s8(codes), vget_high_s8(wanted)));
        }
        dots[row] = vaddvq_s32(sum);
    }
}

void dot_half_rows_neon(const std::int8_t* query, const std::uint8_t* rows, std::size_t stride, std::size_t count,
                        std::int32_t* dots) {
    const auto add_products = [](int32x4_t sum, int8x16_t halves, int8x16_t wanted) {
        const int16x8_t low = vmull_s8(vget_low_s8(halves), vget_low_s8(wanted));
        return vpadalq_s16(sum, vmlal_s8(low, vget_high_s8(halves), vget_high_s8(wanted)));
    };
    for (std::size_t row = 0; row < count; ++row, rows += stride / 2) {
        int32x4_t sum = vdupq_n_s32(0);
        for (std::size_t i = 0; i < stride; i += code_alignment) {
            for (std::size_t j = 0; j < half_group; j += 16) {
                const uint8x16_t pairs = vld1q_u8(rows + i / 2 + j);
                const int8x16_t low = vreinterpretq_s8_u8(vandq_u8(pairs, vdupq_n_u8(15)));
                sum = add_products(sum, low, vld1q_s8(query + i + j));
                const int8x16_t high = vreinterpretq_s8_u8(vshrq_n_u8(pairs, 4));
                sum = add_products(sum, high, vld1q_s8(query + i + half_group + j));
            }
        }
        dots[row] = vaddvq_s32(sum);
    }
}

#endif

}  // namespace

void halve_codes(const std::int8_t* codes, std::size_t stride, std::uint8_t* halves) {
    const auto half = [](std::int8_t code) { return static_cast<std::uint8_t>((code + 128) / 16); };
    for (std::size_t i = 0; i < stride; i += code_alignment) {
        for (std::size_t j = 0; j < half_group; ++j) {
            halves[i / 2 + j] = static_cast<std::uint8_t>(half(codes[i + j]) | half(codes[i + half_group + j]) << 4);
        }
    }
}

void lower_halves(const std::int8_t* codes, std::size_t stride, std::uint8_t* lower) {
    const auto low = [](std::int8_t code) { return (code + 128) & 15; };
    for (std::size_t i = 0; i < stride; i += code_alignment) {
        for (std::size_t j = 0; j < half_group; ++j) {
            lower[i / 2 + j] = static_cast<std::uint8_t>(low(codes[i + j]) | low(codes[i + half_group + j]) << 4);
        }
    }
}

void join_halves(const std::uint8_t* halves, const std::uint8_t* lower, std::size_t bytes, std::int8_t* codes) {
    for (std::size_t i = 0; i < bytes; i += code_alignment) {
        for (std::size_t j = 0; j < half_group; ++j) {
            const unsigned upper = halves[i / 2 + j];
            const unsigned low = lower[i / 2 + j];
            codes[i + j] = static_cast<std::int8_t>(static_cast<int>((upper & 15) << 4 | (low & 15)) - 128);
            codes[i + half_group + j] = static_cast<std::int8_t>(static_cast<int>((upper & 0xF0) | low >> 4) - 128);
        }
    }
}

std::vector<Int8Kernel> int8_kernels() {
    std::vector<Int8Kernel> kernels;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")) {
        kernels.push_back({"avx512vnni", dot_rows_vnni, dot_half_rows_vnni});
    }
    if (__builtin_cpu_supports("avx2")) kernels.push_back({"avx2", dot_rows_avx2, dot_half_rows_avx2});
#elif defined(__aarch64__)
    kernels.push_back({"neon", dot_rows_neon, dot_half_rows_neon});
#endif
    kernels.push_back({"portable", dot_rows_portable, dot_half_rows_portable});
    return kernels;
}

const Int8Kernel& int8_kernel() {
    static const Int8Kernel fastest = int8_kernels().front();
    return fastest;
}

}  // namespace quarry::index
