#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/analyze/analyzer.h"

namespace quarry::chunk {

/// Vectors of the words of texts: each stem is hashed to a few of 256 numbers and weighs the more the fewer of the
/// texts have it. What the "semantic" strategy works with where no model is at hand: needs no fit, and is the same
/// anywhere. Not thread-safe.
class WordVectors {
public:
    static constexpr std::size_t dimensions = 256;

    /// Counts in how many of the texts each word is. `language` is ISO 639-1, or empty for English.
    WordVectors(std::span<const std::string_view> texts, std::string_view language);

    /// A vector a text, row-major, each of length 1, or all zeros for a text without words.
    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts);

private:
    /// Hashes of the text's words, ascending, with repetitions.
    const std::vector<std::uint64_t>& words_of(std::string_view text);

    analyze::Analyzer analyzer_;
    std::vector<analyze::Term> terms_;
    std::vector<std::uint64_t> words_;
    double texts_ = 0;
    std::unordered_map<std::uint64_t, std::uint32_t> texts_with_;
};

}  // namespace quarry::chunk
