// The loops in which fitting spends its time, written once and compiled for two instruction sets.

#include "core/embed/builtin_kernels.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace quarry::embed::builtin {
namespace {

#define QUARRY_INLINE [[gnu::always_inline]] inline

// Vector extensions rather than intrinsics: both compilers lower them to what the target has, at any -O level.
template <std::size_t Width>
struct Vector {
    typedef float Type __attribute__((vector_size(Width * sizeof(float))));
};

template <typename V>
QUARRY_INLINE void load(const float* from, V& to) {
    std::memcpy(&to, from, sizeof(V));
}

template <typename V>
QUARRY_INLINE void store(float* to, const V& from) {
    std::memcpy(to, &from, sizeof(V));
}

template <std::size_t Width>
QUARRY_INLINE void multiply_add_body(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride,
                                     float* c, std::size_t c_stride, std::size_t m, std::size_t n, std::size_t k) {
    using V = typename Vector<Width>::Type;
    constexpr std::size_t columns = 2 * Width;  // 4 rows x 2 vectors of sums stay in registers.
    for (std::size_t j = 0; j < n; j += columns) {
        for (std::size_t i = 0; i < m; i += 4) {
            V sums[4][2];
            for (std::size_t r = 0; r < 4; ++r) {
                load(c + (i + r) * c_stride + j, sums[r][0]);
                load(c + (i + r) * c_stride + j + Width, sums[r][1]);
            }
            const float* a0 = a + i * a_stride;
            const float* a1 = a0 + a_stride;
            const float* a2 = a1 + a_stride;
            const float* a3 = a2 + a_stride;
            for (std::size_t p = 0; p < k; ++p) {
                V low;
                V high;
                load(b + p * b_stride + j, low);
                load(b + p * b_stride + j + Width, high);
                sums[0][0] += a0[p] * low;
                sums[0][1] += a0[p] * high;
                sums[1][0] += a1[p] * low;
                sums[1][1] += a1[p] * high;
                sums[2][0] += a2[p] * low;
                sums[2][1] += a2[p] * high;
                sums[3][0] += a3[p] * low;
                sums[3][1] += a3[p] * high;
            }
            for (std::size_t r = 0; r < 4; ++r) {
                store(c + (i + r) * c_stride + j, sums[r][0]);
                store(c + (i + r) * c_stride + j + Width, sums[r][1]);
            }
        }
    }
}

template <typename T>
QUARRY_INLINE void add_scaled_body(float factor, const T* __restrict x, float* __restrict y, std::size_t n) {
    for (std::size_t i = 0; i < n; i += 16) {
        for (std::size_t lane = 0; lane < 16; ++lane) y[i + lane] += factor * static_cast<float>(x[i + lane]);
    }
}

// Cephes' expf (S. Moshier): 2^k times a polynomial on [-ln2/2, ln2/2].
QUARRY_INLINE float exponential_of(float x) {
    const float scaled = x * 1.44269504088896341F;
    const float k = static_cast<float>(static_cast<std::int32_t>(scaled + (scaled < 0 ? -0.5F : 0.5F)));
    const float r = x - k * 0.693359375F - k * -2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const std::int32_t power = (static_cast<std::int32_t>(k) + 127) << 23;
    return p * std::bit_cast<float>(power);
}

QUARRY_INLINE void exponential_body(const float* __restrict x, float* __restrict y, std::size_t n) {
    for (std::size_t i = 0; i < n; i += 16) {
        for (std::size_t lane = 0; lane < 16; ++lane) y[i + lane] = exponential_of(x[i + lane]);
    }
}

QUARRY_INLINE void adagrad_body(float rate, const float* __restrict gradient, float* __restrict sums,
                                float* __restrict row, std::size_t n) {
    for (std::size_t i = 0; i < n; i += 16) {
        for (std::size_t lane = 0; lane < 16; ++lane) {
            const float g = gradient[i + lane];
            sums[i + lane] += g * g;
            row[i + lane] -= rate * g / (std::sqrt(sums[i + lane]) + 1e-6F);
        }
    }
}

// Each table is filled from functions of one target; `body` is inlined into them and so compiled for it.
#define QUARRY_KERNELS(name, width, target)                                                                            \
    struct name {                                                                                                      \
        target static void multiply_add(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride,    \
                                        float* c, std::size_t c_stride, std::size_t m, std::size_t n, std::size_t k) { \
            multiply_add_body<width>(a, a_stride, b, b_stride, c, c_stride, m, n, k);                                  \
        }                                                                                                              \
        target static void add_scaled(float factor, const float* x, float* y, std::size_t n) {                         \
            add_scaled_body(factor, x, y, n);                                                                          \
        }                                                                                                              \
        target static void add_scaled_int8(float factor, const std::int8_t* x, float* y, std::size_t n) {              \
            add_scaled_body(factor, x, y, n);                                                                          \
        }                                                                                                              \
        target static void exponential(const float* x, float* y, std::size_t n) { exponential_body(x, y, n); }         \
        target static void adagrad(float rate, const float* gradient, float* sums, float* row, std::size_t n) {        \
            adagrad_body(rate, gradient, sums, row, n);                                                                \
        }                                                                                                              \
        static constexpr Kernels table{multiply_add, add_scaled, add_scaled_int8, exponential, adagrad};               \
    }

QUARRY_KERNELS(Baseline, 4, );
#if defined(__x86_64__)
QUARRY_KERNELS(Avx2, 8, [[gnu::target("avx2")]]);
#endif

#undef QUARRY_KERNELS
#undef QUARRY_INLINE

}  // namespace

const Kernels& baseline_kernels() noexcept { return Baseline::table; }

const Kernels& kernels() noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return Avx2::table;
#endif
    return Baseline::table;
}

float dot(const float* a, const float* b, std::size_t n) noexcept {
    std::array<float, 16> sums{};
    for (std::size_t i = 0; i < n; i += 16) {
        for (std::size_t lane = 0; lane < 16; ++lane) sums[lane] += a[i + lane] * b[i + lane];
    }
    float total = 0;
    for (const float sum : sums) total += sum;
    return total;
}

}  // namespace quarry::embed::builtin
