// Dot products of 8-bit codes, with the instructions that the processor turns out to have.

#include "core/index/int8_dot.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace quarry {
namespace {

void dot_rows_portable(const std::int8_t* query, const std::int8_t* rows, std::size_t stride, std::size_t count,
                       std::int32_t* dots) {
    for (std::size_t row = 0; row < count; ++row, rows += stride) {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < stride; ++i) sum += std::int32_t{query[i]} * std::int32_t{rows[i]};
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

#endif

}  // namespace

std::vector<Int8Kernel> int8_kernels() {
    std::vector<Int8Kernel> kernels;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")) {
        kernels.push_back({"avx512vnni", dot_rows_vnni});
    }
    if (__builtin_cpu_supports("avx2")) kernels.push_back({"avx2", dot_rows_avx2});
#elif defined(__aarch64__)
    kernels.push_back({"neon", dot_rows_neon});
#endif
    kernels.push_back({"portable", dot_rows_portable});
    return kernels;
}

const Int8Kernel& int8_kernel() {
    static const Int8Kernel fastest = int8_kernels().front();
    return fastest;
}

}  // namespace quarry
