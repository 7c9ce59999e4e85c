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

    /// Eight bytes at a time, multiplied as in FxHash (Firefox, rustc); only speed and spread matter here.
    [[nodiscard]] static std::size_t hash(std::string_view word) noexcept {
        constexpr std::uint64_t multiplier = 0x517CC1B727220A95ULL;
        std::uint64_t state = word.size();
        const char* bytes = word.data();
        std::size_t left = word.size();
        while (left > 0) {
            std::uint64_t block = 0;
            const std::size_t take = left < 8 ? left : 8;
            std::memcpy(&block, bytes, take);
            state = (((state << 5U) | (state >> 59U)) ^ block) * multiplier;
            bytes += take;
            left -= take;
        }
        return static_cast<std::size_t>(state >> 32U);
    }

    std::vector<Entry> entries_;
};

}  // namespace quarry
