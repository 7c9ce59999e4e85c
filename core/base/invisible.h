#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quarry {

/// A character of a text that nobody sees.
struct InvisibleSpan {
    std::size_t start = 0;
    std::size_t end = 0;
    std::string_view kind;  ///< A constant: "soft hyphen".
};

/// The kind of a character that changes the direction of writing.
inline constexpr std::string_view direction_mark = "bidirectional control";

/// The characters of valid UTF-8 that nobody sees, and that carry words past a reader or split them for a search:
/// zero-width spaces and joiners, bidirectional controls, tag characters, stray variation selectors, soft hyphens, NUL
/// and interlinear annotation marks. What writing needs is none: joiners in words of Arabic, Indic and other joining
/// scripts and in emoji, zero-width spaces between letters of scripts without spaces, variation selectors behind what
/// they vary, the flags of England, Scotland and Wales. Linear time, and quick for text without such characters.
[[nodiscard]] std::vector<InvisibleSpan> find_invisible(std::string_view text);

/// Whether the text may hold such a character: false for most texts, after one quick look at its bytes.
[[nodiscard]] bool may_hold_invisible(std::string_view text) noexcept;

/// The text without them; a second pass changes nothing.
[[nodiscard]] std::string without_invisible(std::string_view text);

/// A text without its invisible characters, and where what is left stood. Borrows the text, which must outlive it; not
/// to be copied or moved.
class VisibleText {
public:
    explicit VisibleText(std::string_view text);
    VisibleText(const VisibleText&) = delete;
    VisibleText& operator=(const VisibleText&) = delete;

    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] bool is_whole() const noexcept { return gaps_.empty(); }
    /// Where the byte of `text()` at `offset` stands in the source.
    [[nodiscard]] std::size_t source_of(std::size_t offset) const;
    /// Where what ends before `end`, which is not 0, ends in the source.
    [[nodiscard]] std::size_t source_end(std::size_t end) const { return source_of(end - 1) + 1; }

private:
    struct Gap {
        std::size_t at = 0;      ///< In text().
        std::size_t source = 0;  ///< What stands at `at`, in the source.
    };

    std::string_view text_;
    std::string kept_;
    std::vector<Gap> gaps_;
};

}  // namespace quarry
