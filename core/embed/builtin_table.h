#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/stored_bytes.h"

namespace quarry::embed::builtin {

/// The fitted token vectors: one int8 row of 256 with a float scale for each term, then for each bucket. As stored,
/// little-endian, without padding: "QTABLE01", u32 dimensions, u32 vocabulary, u32 buckets, u32 grams (0 or
/// gram_buckets), u64 chunks it was fitted on, u64 checksum (FNV-1a of all that follows), u64 term hashes in ascending
/// order, float scales, int8 rows, u8 rarities of grams (core/embed/builtin_grams.h).
class TokenRows {
public:
    virtual ~TokenRows() = default;

    /// Row of a term by its hash; nothing when it has none of its own.
    [[nodiscard]] virtual std::optional<std::size_t> find(std::uint64_t hash) const = 0;
    /// vector[0..256) += factor x the row.
    virtual void add_row(std::size_t row, float factor, float* vector) const = 0;
    /// The rarity of a gram's bucket, below `grams()`.
    [[nodiscard]] virtual std::uint8_t gram_rarity(std::size_t bucket) const = 0;

    [[nodiscard]] std::size_t vocabulary_size() const noexcept { return layout_.vocabulary; }
    [[nodiscard]] std::size_t buckets() const noexcept { return layout_.buckets; }
    [[nodiscard]] std::uint64_t fitted_chunks() const noexcept { return layout_.fitted_chunks; }
    [[nodiscard]] std::size_t grams() const noexcept { return layout_.grams; }

protected:
    /// What the beginning of a table says, and where its parts are.
    struct Layout {
        /// Throws Error(failed) when that is not the beginning of a table of `size` bytes.
        Layout(std::string_view header, std::size_t size);

        std::size_t vocabulary = 0, buckets = 0, grams = 0;
        std::uint64_t fitted_chunks = 0;
        std::uint64_t checksum = 0;
        std::size_t scales_offset = 0, rows_offset = 0, grams_offset = 0;
    };
    explicit TokenRows(const Layout& layout) : layout_(layout) {}

    Layout layout_;
};

/// A table in memory.
class TokenTable final : public TokenRows {
public:
    /// Takes over the bytes. Throws Error(failed) when they are no table, of another version, cut or damaged.
    explicit TokenTable(std::string bytes);

    /// The hashes of the terms that have a row, ascending, in the order of their rows. Valid as long as the table.
    [[nodiscard]] std::span<const std::uint64_t> hashes() const noexcept { return hashes_; }

    [[nodiscard]] std::optional<std::size_t> find(std::uint64_t hash) const noexcept override;
    void add_row(std::size_t row, float factor, float* vector) const override;
    [[nodiscard]] std::uint8_t gram_rarity(std::size_t bucket) const override;
    /// What one unit of a row's int8 stands for.
    [[nodiscard]] float scale(std::size_t row) const noexcept { return scales_[row]; }
    [[nodiscard]] const std::int8_t* row(std::size_t row) const noexcept;
    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
    std::vector<std::uint64_t> hashes_;
    std::vector<float> scales_;
};

/// A table that stays where it is stored: for a few texts, whose terms are far fewer than its rows. Only the beginning
/// is looked at before it is used, so that damage behind it may give wrong vectors, but nothing worse.
class StoredTable final : public TokenRows {
public:
    /// Throws Error(failed) when it does not begin as a table of this version, or is cut.
    explicit StoredTable(std::unique_ptr<const StoredBytes> bytes);

    [[nodiscard]] std::optional<std::size_t> find(std::uint64_t hash) const override;
    /// Throws Error(failed) for a row that is not there, or is damaged.
    void add_row(std::size_t row, float factor, float* vector) const override;
    [[nodiscard]] std::uint8_t gram_rarity(std::size_t bucket) const override;

private:
    [[nodiscard]] std::uint64_t hash_at(std::size_t place) const;

    std::unique_ptr<const StoredBytes> bytes_;
};

/// Quantises and serialises fitted rows ((vocabulary.size() + buckets) x 256); `vocabulary` ascending, `rarities` of
/// grams, if there are any.
[[nodiscard]] std::string serialise_table(std::span<const std::uint64_t> vocabulary, std::size_t buckets,
                                          std::span<const float> rows, std::uint64_t fitted_chunks,
                                          std::string_view rarities = {});

}  // namespace quarry::embed::builtin
