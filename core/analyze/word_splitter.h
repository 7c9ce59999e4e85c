#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace quarry::analyze {

/// A half-open span of bytes.
struct ByteSpan {
    std::size_t start = 0;
    std::size_t end = 0;

    friend bool operator==(const ByteSpan&, const ByteSpan&) = default;
};

/// End of the word (UAX #29) that begins with the ASCII letter, digit or underscore at `start`.
///
/// Knows ASCII only: [start, limit) must be ASCII, and what follows `limit` must not continue a word.
[[nodiscard]] std::size_t ascii_word_end(std::string_view text, std::size_t start, std::size_t limit) noexcept;

/// Finds words by UAX #29 with ICU, dictionaries for Thai, Lao, Khmer and Burmese included. One a thread.
class WordSplitter {
public:
    WordSplitter();
    ~WordSplitter();
    WordSplitter(WordSplitter&&) noexcept;
    WordSplitter& operator=(WordSplitter&&) noexcept;

    /// Appends the words of `text` (numbers included; punctuation and spaces are none), offsets moved by `base`.
    void split(std::string_view text, std::size_t base, std::vector<ByteSpan>& words);

private:
    struct Iterator;
    std::unique_ptr<Iterator> iterator_;
};

}  // namespace quarry::analyze
