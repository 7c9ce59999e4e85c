#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::builtin {

/// The fitted token vectors as stored: one int8 row of 256 with a float scale for each term, then for each bucket.
///
/// Layout, little-endian, without padding: "QTABLE01", u32 dimensions, u32 vocabulary, u32 buckets, u32 reserved (0),
/// u64 chunks it was fitted on, u64 checksum (FNV-1a of all that follows), u64 term hashes in ascending order, float
/// scales, int8 rows.
class TokenTable {
public:
    /// Takes over the bytes. Throws Error(failed) when they are no table, of another version, cut or damaged.
    explicit TokenTable(std::string bytes);

    /// Row of a term by its hash; nothing when it has none of its own.
    [[nodiscard]] std::optional<std::size_t> find(std::uint64_t hash) const noexcept;
    [[nodiscard]] std::size_t vocabulary_size() const noexcept { return hashes_.size(); }
    [[nodiscard]] std::size_t buckets() const noexcept { return buckets_; }
    [[nodiscard]] std::uint64_t fitted_chunks() const noexcept { return fitted_chunks_; }
    /// What one unit of a row's int8 stands for.
    [[nodiscard]] float scale(std::size_t row) const noexcept { return scales_[row]; }
    [[nodiscard]] const std::int8_t* row(std::size_t row) const noexcept;
    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
    std::size_t buckets_ = 0;
    std::uint64_t fitted_chunks_ = 0;
    std::size_t rows_offset_ = 0;
    std::vector<std::uint64_t> hashes_;
    std::vector<float> scales_;
};

/// Quantises and serialises fitted rows ((vocabulary.size() + buckets) x 256); `vocabulary` ascending.
[[nodiscard]] std::string serialise_table(std::span<const std::uint64_t> vocabulary, std::size_t buckets,
                                          std::span<const float> rows, std::uint64_t fitted_chunks);

}  // namespace quarry::builtin
