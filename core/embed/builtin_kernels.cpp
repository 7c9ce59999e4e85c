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

/// Some columns of `multiply_add`: as many as `Vectors` of them have, so that 4 rows of sums stay in registers.
template <std::size_t Width, std::size_t Vectors>
QUARRY_INLINE void multiply_add_columns(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride,
                                        float* c, std::size_t c_stride, std::size_t m, std::size_t k) {
    using V = typename Vector<Width>::Type;
    for (std::size_t i = 0; i < m; i += 4) {
        V sums[4][Vectors];
        for (std::size_t r = 0; r < 4; ++r) {
            for (std::size_t v = 0; v < Vectors; ++v) load(c + (i + r) * c_stride + v * Width, sums[r][v]);
        }
        for (std::size_t p = 0; p < k; ++p) {
            V of_b[Vectors];
            for (std::size_t v = 0; v < Vectors; ++v) load(b + p * b_stride + v * Width, of_b[v]);
            for (std::size_t r = 0; r < 4; ++r) {
                for (std::size_t v = 0; v < Vectors; ++v) sums[r][v] += a[(i + r) * a_stride + p] * of_b[v];
            }
        }
        for (std::size_t r = 0; r < 4; ++r) {
            for (std::size_t v = 0; v < Vectors; ++v) store(c + (i + r) * c_stride + v * Width, sums[r][v]);
        }
    }
}

template <std::size_t Width>
QUARRY_INLINE void multiply_add_body(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride,
                                     float* c, std::size_t c_stride, std::size_t m, std::size_t n, std::size_t k) {
    constexpr std::size_t columns = 2 * Width, most = 256;
    // The columns of b next to each other: rows that are a power of two apart push each other out of the cache.
    alignas(64) float packed[most * columns];
    for (std::size_t first = 0; first < k; first += most) {
        const std::size_t depth = k - first < most ? k - first : most;
        for (std::size_t j = 0; j < n;) {
            const std::size_t width = n - j < columns ? n - j : columns;
            for (std::size_t p = 0; p < depth; ++p) {
                std::memcpy(packed + p * width, b + (first + p) * b_stride + j, width * sizeof(float));
            }
            if (width == columns) {
                multiply_add_columns<Width, 2>(a + first, a_stride, packed, width, c + j, c_stride, m, depth);
            } else {
                multiply_add_columns<Width, 1>(a + first, a_stride, packed, width, c + j, c_stride, m, depth);
            }
            j += width;
        }
    }
}

template <std::size_t Width, std::size_t Vectors>
QUARRY_INLINE void add_rows_body(const float* rows, const Feature* features, std::size_t count, float* y) {
    using V = typename Vector<Width>::Type;
    constexpr std::size_t columns = Vectors * Width;  // As many as stay in registers.
    for (std::size_t j = 0; j < dimensions; j += columns) {
        V sums[Vectors];
        for (std::size_t v = 0; v < Vectors; ++v) load(y + j + v * Width, sums[v]);
        for (std::size_t i = 0; i < count; ++i) {
            const float* const row = rows + features[i].row * dimensions + j;
            for (std::size_t v = 0; v < Vectors; ++v) {
                V of_row;
                load(row + v * Width, of_row);
                sums[v] += features[i].weight * of_row;
            }
        }
        for (std::size_t v = 0; v < Vectors; ++v) store(y + j + v * Width, sums[v]);
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

/// In sixteen interleaved partial sums, so that every form adds in the same order.
QUARRY_INLINE float total(const std::array<float, 16>& partial) {
    float sum = 0;
    for (const float part : partial) sum += part;
    return sum;
}

QUARRY_INLINE float add_weights_body(const SoftmaxRow& row, const float* __restrict inverse_sums,
                                     const float* __restrict norms, float* __restrict weights, float* __restrict pulls,
                                     std::size_t n) {
    const float* __restrict exponentials = row.exponentials;
    const float* __restrict dots = row.dots;
    std::array<float, 16> partial{};
    for (std::size_t j = 0; j < n; j += 16) {
        for (std::size_t lane = 0; lane < 16; ++lane) partial[lane] += exponentials[j + lane];
    }
    const float inverse_sum = 1.0F / total(partial);
    partial = {};
    for (std::size_t j = 0; j < n; j += 16) {
        for (std::size_t lane = 0; lane < 16; ++lane) {
            const std::size_t at = j + lane;
            const float target = at == row.partner ? 2.0F : 0.0F;
            const float weight =
                (exponentials[at] * (inverse_sum + inverse_sums[at]) - target) * row.factor * norms[at];
            const float share = weight * dots[at];
            weights[at] += weight;
            partial[lane] += share;
            pulls[at] += share * norms[at] * norms[at];
        }
    }
    return total(partial);
}

// Each table is filled from functions of one target; `body` is inlined into them and so compiled for it.
#define QUARRY_KERNELS(name, width, vectors, target)                                                                   \
    struct name {                                                                                                      \
        target static void multiply_add(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride,    \
                                        float* c, std::size_t c_stride, std::size_t m, std::size_t n, std::size_t k) { \
            multiply_add_body<width>(a, a_stride, b, b_stride, c, c_stride, m, n, k);                                  \
        }                                                                                                              \
        target static void add_rows(const float* rows, const Feature* features, std::size_t count, float* y) {         \
            add_rows_body<width, vectors>(rows, features, count, y);                                                   \
        }                                                                                                              \
        target static float add_weights(const SoftmaxRow& row, const float* inverse_sums, const float* norms,          \
                                        float* weights, float* pulls, std::size_t n) {                                 \
            return add_weights_body(row, inverse_sums, norms, weights, pulls, n);                                      \
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
        static constexpr Kernels table{multiply_add,    add_rows,    add_weights, add_scaled,                          \
                                       add_scaled_int8, exponential, adagrad};                                         \
    }

QUARRY_KERNELS(Baseline, 4, 8, );
#if defined(__x86_64__)
QUARRY_KERNELS(Avx2, 8, 8, [[gnu::target("avx2")]]);
#if defined(__clang__)  // Which does not know the preference.
QUARRY_KERNELS(Avx512, 16, 16, [[gnu::target("avx512f")]]);
#else
QUARRY_KERNELS(Avx512, 16, 16, [[gnu::target("avx512f,prefer-vector-width=512")]]);
#endif
#endif

#undef QUARRY_KERNELS
#undef QUARRY_INLINE

}  // namespace

std::vector<const Kernels*> all_kernels() {
    std::vector<const Kernels*> forms;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) forms.push_back(&Avx512::table);
    if (__builtin_cpu_supports("avx2")) forms.push_back(&Avx2::table);
#endif
    forms.push_back(&Baseline::table);
    return forms;
}

const Kernels& kernels() {
    static const Kernels& fastest = *all_kernels().front();
    return fastest;
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
