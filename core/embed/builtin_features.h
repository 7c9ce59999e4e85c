#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace quarry::embed::builtin {

/// Length of a vector. Prefixes of 128, 64 and 32 are trained too, and usable alone.
inline constexpr std::size_t dimensions = 256;

/// A row of the token table and its share in a text.
struct Feature {
    std::uint32_t row = 0;
    float weight = 0;
};

/// Identifies a term; stable across machines, since tables are stored with it. 64-bit FNV-1a, mixed.
[[nodiscard]] std::uint64_t term_hash(std::string_view term) noexcept;

/// Adds the features of a term that has no row of its own: rows from `first_row` on that it shares with other terms
/// through its character 3-, 4- and 5-grams (with marks at both ends), together as heavy as one row. None when
/// `buckets` is 0. Long terms are cut.
void add_bucket_features(std::string_view term, std::size_t first_row, std::size_t buckets, float weight,
                         std::vector<Feature>& features);

/// The weight of a term that occurs `count` times in a text: its square root, since the tenth repetition says less
/// than the first.
[[nodiscard]] float count_weight(std::size_t count) noexcept;

}  // namespace quarry::embed::builtin
