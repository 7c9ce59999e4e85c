#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace quarry {

/// Remembers the term of each word lately seen: folding and stemming a word costs ten times a look-up.
///
/// Direct-mapped, so memory is bounded by construction: a word whose slot is taken replaces what is there.
class TermCache {
public:
    struct Entry {
        std::string word;
        std::string term;
    };

    TermCache() : entries_(slots) {}

    /// The slot of `word`. It holds the word's term only if `entry.word == word`; the caller fills it otherwise.
    [[nodiscard]] Entry& slot(std::string_view word) { return entries_[hash(word) % slots]; }

private:
    // English text of any size has about 80% of its words among its 8,000 commonest.
    static constexpr std::size_t slots = std::size_t{1} << 14U;

    [[nodiscard]] static std::uint64_t load(const char* bytes, std::size_t count) noexcept {
        std::uint64_t block = 0;
        std::memcpy(&block, bytes, count);  // a plain load, since every caller's count is a constant
        return block;
    }

    /// Eight bytes at a time, multiplied as in FxHash (Firefox, rustc); only speed and spread matter here. Loads
    /// overlap at the end, which needs no loop over single bytes.
    [[nodiscard]] static std::size_t hash(std::string_view word) noexcept {
        constexpr std::uint64_t multiplier = 0x517CC1B727220A95ULL;
        const char* const bytes = word.data();
        const std::size_t size = word.size();
        std::uint64_t state = size;
        const auto mix = [&](std::uint64_t block) { state = (((state << 5U) | (state >> 59U)) ^ block) * multiplier; };
        if (size >= 8) {
            for (std::size_t at = 0; at + 8 < size; at += 8) mix(load(bytes + at, 8));
            mix(load(bytes + size - 8, 8));
        } else if (size >= 4) {
            mix(load(bytes, 4) | (load(bytes + size - 4, 4) << 32U));
        } else if (size > 0) {
            mix(load(bytes, 1) | (load(bytes + size / 2, 1) << 8U) | (load(bytes + size - 1, 1) << 16U));
        }
        return static_cast<std::size_t>(state >> 32U);
    }

    std::vector<Entry> entries_;
};

}  // namespace quarry
