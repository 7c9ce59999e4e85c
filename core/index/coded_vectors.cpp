// Vectors as 8-bit codes with a scale for each, and what they leave out as 8 bits more.

#include "core/index/coded_vectors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace quarry::index {
namespace {

constexpr float largest_code = 127.0F;
constexpr float residual_steps = 254.0F;

float largest_component(std::span<const float> vector) {
    float largest = 0;
    for (const float value : vector) {
        if (std::isfinite(value)) largest = std::max(largest, std::fabs(value));
    }
    return largest;
}

/// What keeps the rounding of a few hundred float sums on the safe side of a bound.
constexpr double bound_margin = 1.0 + 1e-4;

}  // namespace

RowScale encode_vector(std::span<const float> vector, std::int8_t* codes, std::int8_t* residuals) {
    const std::size_t stride = code_stride(vector.size());
    std::fill(codes, codes + stride, std::int8_t{0});
    std::fill(residuals, residuals + stride, std::int8_t{0});
    const float scale = largest_component(vector) / largest_code;
    if (!(scale > 0) || !std::isfinite(1.0F / scale)) return {};
    double left_out = 0;
    for (std::size_t i = 0; i < vector.size(); ++i) {
        const float steps = std::isfinite(vector[i]) ? vector[i] / scale : 0.0F;
        const float code = std::clamp(std::nearbyint(steps), -largest_code, largest_code);
        const float rest = std::clamp(std::nearbyint((steps - code) * residual_steps), -largest_code, largest_code);
        codes[i] = static_cast<std::int8_t>(code);
        residuals[i] = static_cast<std::int8_t>(rest);
        left_out += static_cast<double>(steps - code) * static_cast<double>(steps - code);
    }
    return {scale, static_cast<float>(std::sqrt(left_out) * static_cast<double>(scale) * bound_margin)};
}

CodedQuery::CodedQuery(std::span<const float> query) : vector(query), codes(code_stride(query.size())) {
    std::vector<std::int8_t> residuals(codes.size());
    const RowScale coded = encode_vector(query, codes.data(), residuals.data());
    scale = coded.scale;
    error = coded.error;
    sum = std::accumulate(codes.begin(), codes.end(), 0);
    double squares = 0;
    for (const float value : query) {
        if (std::isfinite(value)) squares += static_cast<double>(value) * static_cast<double>(value);
    }
    length = static_cast<float>(std::sqrt(squares) * bound_margin);
}

const std::int8_t* CodedRows::read(const std::int8_t* from, std::size_t bytes, std::vector<std::int8_t>& buffer) const {
    if (file == nullptr) return from;
    if (buffer.size() < bytes) buffer.resize(bytes);
    const auto offset = static_cast<std::size_t>(reinterpret_cast<const char*>(from) - file->bytes().data());
    return file->read(offset, {reinterpret_cast<char*>(buffer.data()), bytes}) ? buffer.data() : from;
}

const std::int8_t* CodedRows::read_codes(std::size_t row, std::size_t count, CodeBuffer& buffer) const {
    if (lower == nullptr) return read(code_row(row), count * stride, buffer.codes);
    const std::size_t bytes = count * stride;
    const auto half = [&](const std::uint8_t* part, std::vector<std::int8_t>& copied) {
        const auto* const from = reinterpret_cast<const std::int8_t*>(part + row * stride / 2);
        return reinterpret_cast<const std::uint8_t*>(read(from, bytes / 2, copied));
    };
    if (buffer.codes.size() < bytes) buffer.codes.resize(bytes);
    join_halves(half(halves, buffer.halves), half(lower, buffer.lower), bytes, buffer.codes.data());
    return buffer.codes.data();
}

float RowScorer::operator()(std::size_t row) {
    constexpr std::size_t lanes = 16;
    const std::int8_t* const codes = rows_.read_codes(row, 1, codes_);
    const float* const wanted = query_.vector.data();
    const std::size_t size = query_.vector.size();
    const auto sum = [&](const auto& steps) {
        std::array<float, lanes> sums{};
        const std::size_t whole = size / lanes * lanes;
        for (std::size_t i = 0; i < whole; i += lanes) {
            for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += wanted[i + lane] * steps(i + lane);
        }
        float total = 0;
        for (const float part : sums) total += part;
        for (std::size_t i = whole; i < size; ++i) total += wanted[i] * steps(i);
        return total * rows_.scales[row].scale;
    };
    if (rows_.residuals == nullptr) return sum([&](std::size_t i) { return static_cast<float>(codes[i]); });
    const std::int8_t* const residuals = rows_.read(rows_.residuals + row * rows_.stride, rows_.stride, residuals_);
    return sum([&](std::size_t i) {
        return static_cast<float>(codes[i]) + static_cast<float>(residuals[i]) * (1.0F / residual_steps);
    });
}

}  // namespace quarry::index
