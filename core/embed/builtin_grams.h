#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quarry::embed::builtin {

/// Grams of characters (core/analyze/word_grams.h) are told apart by this many values of their hashes.
inline constexpr std::size_t gram_buckets = 65'536;

/// Counts in how many texts each gram is.
class GramCounter {
public:
    GramCounter() : counts_(gram_buckets), last_text_(gram_buckets) {}
    void add(std::string_view text);
    /// The idf of each bucket, in steps of 1/20: what a table keeps.
    [[nodiscard]] std::string rarities() const;

private:
    std::vector<std::uint32_t> counts_, last_text_;
    std::uint32_t texts_ = 0;
    std::vector<std::uint32_t> grams_;
};

/// A question by the grams of its words, but for function words.
class GramQuery {
public:
    /// `rarity` gives a bucket's entry in `GramCounter::rarities`.
    GramQuery(std::string_view question, const std::function<std::uint8_t(std::size_t bucket)>& rarity);
    /// BM25 (k1 0.9, b 0.4, as Lin and others recommend for passages) of each text over these grams, 0 and up. Lengths
    /// are compared with those of the other texts.
    [[nodiscard]] std::vector<double> score(std::span<const std::string_view> texts) const;

private:
    std::unordered_map<std::uint32_t, double> weights_;
    std::vector<bool> asked_;  ///< By bucket: most grams of a text are in none of these.
};

}  // namespace quarry::embed::builtin
