#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quarry {

/// What ApproximateTokenCounter counts of a whole text, run by run, which is several times as fast.
[[nodiscard]] std::size_t count_approximate_tokens(std::string_view text) noexcept;

/// Estimates how many tokens a byte-pair encoding of today's chat models makes of a text, one code point at a time.
///
/// A rule of thumb, not a vocabulary: a word is a token and a further one for each few letters of a long word, three
/// digits are one, punctuation and line ends count, other scripts count by their usual cost. The count never falls
/// as text is added.
class ApproximateTokenCounter {
public:
    static constexpr std::string_view name = "tokens:approx";

    void add(char32_t code_point) noexcept;
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
    enum class Run : std::uint8_t { none, letters, digits, spaces, newlines, punctuation, alphabet };

    void start(Run run) noexcept {
        run_ = run;
        length_ = 0;
    }

    std::size_t count_ = 0;
    std::uint32_t length_ = 0;  ///< Code points of the run so far.
    Run run_ = Run::none;
};

}  // namespace quarry
