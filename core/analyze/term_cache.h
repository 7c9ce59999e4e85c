#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::analyze {

/// Remembers the term of each word lately seen: folding and stemming a word costs ten times a look-up.
///
/// Direct-mapped, so memory is bounded by construction: a word whose slot is taken replaces what is there. Short words,
/// which nearly all are, lie in slots of half a cache line, and are told apart by two numbers.
class TermCache {
public:
    enum class Size { large, small };  ///< For much text, or for a query: 1 MB, or 10 KB.

    explicit TermCache(Size size = Size::large)
        : short_shift_(64 - (size == Size::large ? large_bits : small_bits)),
          short_words_(std::size_t{1} << (64 - short_shift_)),
          long_words_(size == Size::large ? large_long_slots : small_long_slots) {}

    /// The term of `word`: what `make` (a string of a string_view) gives for it, now or before. Valid until the next
    /// call.
    template <typename Make>
    [[nodiscard]] std::string_view term(std::string_view word, Make&& make) {
        if (word.empty() || word.size() > longest_short_word) return long_term(word, make);
        const Key key = key_of(word);
        ShortEntry& entry = short_words_[mix(mix(word.size(), key.first), key.last) >> short_shift_];
        if (entry.key == key && entry.word_size == word.size()) return {entry.term, entry.term_size};
        const std::string made = make(word);
        if (made.size() > sizeof entry.term) return long_term(word, make);
        entry.key = key;
        entry.word_size = static_cast<std::uint8_t>(word.size());
        entry.term_size = static_cast<std::uint8_t>(made.size());
        std::memcpy(entry.term, made.data(), made.size());
        return {entry.term, entry.term_size};
    }

private:
    // English text of any size has about 80% of its words among its 8,000 commonest.
    static constexpr unsigned large_bits = 15;
    static constexpr unsigned small_bits = 7;
    static constexpr std::size_t large_long_slots = 1024;
    static constexpr std::size_t small_long_slots = 64;
    static constexpr std::size_t longest_short_word = 16;

    /// The bytes of a word of 1 to 16 bytes, some of them twice; no two words of one size have the same.
    struct Key {
        std::uint64_t first = 0;
        std::uint64_t last = 0;

        friend bool operator==(const Key&, const Key&) = default;
    };
    struct ShortEntry {
        Key key;
        char term[14] = {};
        std::uint8_t word_size = 0;  ///< 0: nothing is remembered here.
        std::uint8_t term_size = 0;
    };
    struct LongEntry {
        std::string word;
        std::string term;
    };

    [[nodiscard]] static std::uint64_t load(const char* bytes, std::size_t count) noexcept {
        std::uint64_t block = 0;
        std::memcpy(&block, bytes, count);  // a plain load, since every caller's count is a constant
        return block;
    }

    [[nodiscard]] static Key key_of(std::string_view word) noexcept {
        const char* const bytes = word.data();
        const std::size_t size = word.size();
        if (size >= 8) return {load(bytes, 8), load(bytes + size - 8, 8)};
        if (size >= 4) return {load(bytes, 4), load(bytes + size - 4, 4)};
        return {load(bytes, 1) | (load(bytes + size / 2, 1) << 8U), load(bytes + size - 1, 1)};
    }

    /// As in FxHash (Firefox, rustc): only speed and the spread of the highest bits matter here.
    [[nodiscard]] static std::uint64_t mix(std::uint64_t state, std::uint64_t block) noexcept {
        constexpr std::uint64_t multiplier = 0x517CC1B727220A95ULL;
        return (((state << 5U) | (state >> 59U)) ^ block) * multiplier;
    }

    template <typename Make>
    std::string_view long_term(std::string_view word, Make& make) {
        std::uint64_t state = word.size();
        for (std::size_t at = 0; at + 8 < word.size(); at += 8) state = mix(state, load(word.data() + at, 8));
        if (word.size() >= 8) state = mix(state, load(word.data() + word.size() - 8, 8));
        LongEntry& entry = long_words_[(state >> 32U) & (long_words_.size() - 1)];
        if (entry.word != word) {
            entry.term = make(word);
            entry.word.assign(word);
        }
        return entry.term;
    }

    unsigned short_shift_;
    std::vector<ShortEntry> short_words_;
    std::vector<LongEntry> long_words_;
};

}  // namespace quarry::analyze
