#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry::extract {

/// A rectangle in points; y goes downward.
struct PdfBox {
    float left = 0, top = 0, right = 0, bottom = 0;

    [[nodiscard]] float width() const noexcept { return right - left; }
    [[nodiscard]] float height() const noexcept { return bottom - top; }
    [[nodiscard]] float middle() const noexcept { return (left + right) / 2; }
    [[nodiscard]] float centre() const noexcept { return (top + bottom) / 2; }
    /// Becomes the smallest box that holds both.
    void include(const PdfBox& other) noexcept;
};

/// A word of a page: its box is as high as its font, so that heights compare sizes.
struct PdfWord : PdfBox {
    std::uint32_t start = 0, size = 0;  ///< In the page's text.
    std::uint32_t line = 0;             ///< Number of the line that pdftotext found it in.
};

/// A page as words at places. Coordinates are finite, within ±100,000, and left <= right, top <= bottom.
struct PdfPage {
    float width = 0, height = 0;
    std::string text;  ///< Of all words, without anything between them.
    std::vector<PdfWord> words;

    /// Valid until the page's text changes.
    [[nodiscard]] std::string_view text_of(const PdfWord& word) const noexcept {
        return std::string_view(text).substr(word.start, word.size);
    }
};

/// Reads what `pdftotext -bbox-layout` writes, piece by piece as it comes, and keeps words and boxes only.
class PdfWordReader {
public:
    void add(std::string_view piece);
    [[nodiscard]] std::size_t word_count() const noexcept { return words_; }
    /// The pages, with words as valid UTF-8; the reader is empty then.
    [[nodiscard]] std::vector<PdfPage> finish() { return std::move(pages_); }

private:
    void add_word(std::string_view tag, std::string_view text);

    std::vector<PdfPage> pages_;
    std::string rest_;          ///< What no whole element has been made of.
    std::size_t searched_ = 0;  ///< So much of it has no end of the word that it begins with.
    std::size_t words_ = 0;
    std::uint32_t line_ = 0;
};

/// Takes words that run up or down the page out of it when they are only a few, such as a stamp in the margin; returns
/// how many. A page that is set sideways as a whole keeps its words, in the order of pdftotext: `sideways` becomes
/// true.
std::size_t remove_upright_words(PdfPage& page, bool& sideways);

}  // namespace quarry::extract
