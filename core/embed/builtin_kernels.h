#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/embed/builtin_features.h"

namespace quarry::embed::builtin {

/// A row of a batch's matrix of logits.
struct SoftmaxRow {
    const float* exponentials = nullptr;  ///< Of its logits.
    const float* dots = nullptr;          ///< The dot products that the logits were made from.
    std::size_t partner = 0;              ///< The column that it belongs with.
    float factor = 0;                     ///< The logits' scale / the length of the row's vector.
};

/// The arithmetic of the built-in embedder: plain loops over float rows, in forms for several instruction sets, chosen
/// at run time. All do the same operations in the same order, so that a result does not depend on the processor.
struct Kernels {
    /// c[m x n] += a[m x k] * b[k x n], row-major with the given strides in floats. m is a multiple of 4, n of 16.
    void (*multiply_add)(const float* a, std::size_t a_stride, const float* b, std::size_t b_stride, float* c,
                         std::size_t c_stride, std::size_t m, std::size_t n, std::size_t k);
    /// y[0..256) += weight * rows[256 row .. 256 row + 256) for each feature, in their order.
    void (*add_rows)(const float* rows, const Feature* features, std::size_t count, float* y);
    /// Adds to weights[0..n) the derivative of the loss by the dot products of a row, of the softmax over the row and
    /// those over the columns, whose sums and vectors have these inverses of their sums and lengths; to pulls[0..n)
    /// what of it comes from the lengths of the columns' vectors. Returns the row's own pull times its squared length.
    /// n is a multiple of 16.
    float (*add_weights)(const SoftmaxRow& row, const float* inverse_sums, const float* inverse_lengths, float* weights,
                         float* pulls, std::size_t n);
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
[[nodiscard]] const Kernels& kernels();
/// All that it runs, the fastest first; for tests that hold them against each other.
[[nodiscard]] std::vector<const Kernels*> all_kernels();

/// Sum of a[i] * b[i] in sixteen interleaved partial sums, so that compilers can vectorise it; n is a multiple of 16.
[[nodiscard]] float dot(const float* a, const float* b, std::size_t n) noexcept;

}  // namespace quarry::embed::builtin
