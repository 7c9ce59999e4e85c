#pragma once

#include <cstddef>
#include <cstdint>

namespace quarry::embed::builtin {

/// The arithmetic of the built-in embedder: plain loops over float rows, in a baseline and an AVX2 form chosen at run
/// time. Both forms do the same operations in the same order, so that a result does not depend on the processor.
struct Kernels {
    /// c[m x n] += a[m x k] * b[k x n], row-major with the given strides in floats. m is a multiple of 4, n of 16.
    void (*multiply_add)(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride, float* c,
                         std::size_t c_stride, std::size_t m, std::size_t n, std::size_t k);
    /// y[0..n) += factor * x[0..n); n is a multiple of 16.
    void (*add_scaled)(float factor, const float* x, float* y, std::size_t n);
    /// y[0..n) += factor * x[0..n); n is a multiple of 16.
    void (*add_scaled_int8)(float factor, const std::int8_t* x, float* y, std::size_t n);
    /// y[0..n) = e^x[0..n) for |x| < 80, to a relative error of about 1e-6; n is a multiple of 16.
    void (*exponential)(const float* x, float* y, std::size_t n);
    /// One step of Adagrad: sums[i] += g[i]^2; row[i] -= rate * g[i] / (sqrt(sums[i]) + 1e-6); n a multiple of 16.
    void (*adagrad)(float rate, const float* gradient, float* sums, float* row, std::size_t n);
};

/// The fastest form that this processor runs.
[[nodiscard]] const Kernels& kernels() noexcept;
/// The form that runs everywhere; for tests that hold the two against each other.
[[nodiscard]] const Kernels& baseline_kernels() noexcept;

/// Sum of a[i] * b[i] in sixteen interleaved partial sums, so that compilers can vectorise it; n is a multiple of 16.
[[nodiscard]] float dot(const float* a, const float* b, std::size_t n) noexcept;

}  // namespace quarry::embed::builtin
