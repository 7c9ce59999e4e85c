#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace quarry::testing {

/// Makes texts of many kinds, the same ones for the same seed.
class TextGenerator {
public:
    explicit TextGenerator(std::uint64_t seed) : random_(seed) {}

    /// One of the kinds below, at random, of up to about `size` bytes.
    [[nodiscard]] std::string any(std::size_t size);
    /// Code points of many scripts, emoji, marks, controls and all kinds of white space.
    [[nodiscard]] std::string unicode(std::size_t size);
    /// Sentences of words, in paragraphs, with LF or CR LF.
    [[nodiscard]] std::string prose(std::size_t size);
    /// Blocks of CommonMark and GitHub's extensions, nested and unfinished ones too.
    [[nodiscard]] std::string markdown(std::size_t size);
    /// Lines that look like the beginnings of functions and classes in several languages, indented or not.
    [[nodiscard]] std::string code(std::size_t size);
    /// Any sequence of the characters that mean something in Markdown.
    [[nodiscard]] std::string punctuation(std::size_t size);
    /// White space only.
    [[nodiscard]] std::string blank(std::size_t size);
    /// One line without a break.
    [[nodiscard]] std::string huge_line(std::size_t size);

    [[nodiscard]] std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

private:
    template <typename List>
    [[nodiscard]] const auto& pick(const List& list) {
        return list[below(std::size(list))];
    }
    [[nodiscard]] std::string words(std::size_t most);

    std::mt19937_64 random_;
};

}  // namespace quarry::testing
