#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/mapped_file.h"
#include "core/index/int8_dot.h"

namespace quarry::index {

/// Codes of so many bytes or more are halved too, by which they are scanned in half the time.
inline constexpr std::uint64_t halved_codes_from = std::uint64_t{64} << 20;

/// How to read a row of codes. On disk: never change.
struct RowScale {
    float scale = 0;  ///< What a step of a code is worth.
    float error = 0;  ///< Length of what the codes leave out of the vector: at least the true one.
};

/// Writes a vector as two rows of 8-bit numbers: v = scale * (code + residual / 254), so that codes alone are the
/// vector to some 1/250 of its largest component, and both together to some 1/60,000. Both rows have
/// `code_stride(vector.size())` bytes and are padded with zeros. Components that are no finite number count as 0.
[[nodiscard]] RowScale encode_vector(std::span<const float> vector, std::int8_t* codes, std::int8_t* residuals);

/// A query in codes, and itself for scoring the best again.
struct CodedQuery {
    explicit CodedQuery(std::span<const float> query);

    std::span<const float> vector;   ///< Borrowed.
    std::vector<std::int8_t> codes;  ///< Padded.
    float scale = 0;
    float length = 0;      ///< Of the vector.
    float error = 0;       ///< Length of what the codes leave out.
    std::int32_t sum = 0;  ///< Of the codes.
};

/// Room for rows that are copied or put together.
struct CodeBuffer {
    std::vector<std::int8_t> codes, halves, lower;
};

/// Coded vectors in memory that someone else owns: `count` rows of `stride` bytes.
struct CodedRows {
    std::size_t count = 0;
    std::size_t dimensions = 0;
    std::size_t stride = 0;
    const std::int8_t* codes = nullptr;      ///< Null where they are split into `halves` and `lower`.
    const std::int8_t* residuals = nullptr;  ///< Null: a row is its codes alone.
    const RowScale* scales = nullptr;
    float longest = 0;  ///< No row of codes is longer: bounds what the query's own coding can do to a score.
    /// The file that the codes and residuals are in, from which they are then copied instead of being looked at in
    /// memory; null: none. To look at a page for the first time costs more than to copy it.
    const MappedFile* file = nullptr;
    /// The codes in 4 bits (`halve_codes`), by which a scan finds out of which rows it reads all; null: it reads all of
    /// all rows. `stride / 2` bytes each.
    const std::uint8_t* halves = nullptr;
    /// What the halved codes leave out (`lower_halves`), where codes are kept so.
    const std::uint8_t* lower = nullptr;
    bool whole = false;  ///< A scan reads all of all rows though there are halved codes.

    /// Of rows that are not split.
    [[nodiscard]] const std::int8_t* code_row(std::size_t row) const noexcept { return codes + row * stride; }
    /// The codes of `count` rows: there, or in `buffer`.
    [[nodiscard]] const std::int8_t* read_codes(std::size_t row, std::size_t count, CodeBuffer& buffer) const;
    /// `bytes` from `from` on, which is in one of the parts: there, or copied from the file to `buffer`.
    [[nodiscard]] const std::int8_t* read(const std::int8_t* from, std::size_t bytes,
                                          std::vector<std::int8_t>& buffer) const;
};

/// The score of a row by codes and residuals: the dot product with the query to some 1e-5; by codes alone to some 1e-3.
class RowScorer {
public:
    /// Borrows both.
    RowScorer(const CodedQuery& query, const CodedRows& rows) : query_(query), rows_(rows) {}
    [[nodiscard]] float operator()(std::size_t row);

private:
    const CodedQuery& query_;
    const CodedRows& rows_;
    CodeBuffer codes_;                    ///< Copied ones.
    std::vector<std::int8_t> residuals_;  ///< The same.
};

}  // namespace quarry::index
