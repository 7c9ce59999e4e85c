#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace quarry::analyze {

/// Folds words so that spellings which mean the same compare equal. Not thread-safe: one a thread.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(Folder&&) noexcept;
    Folder& operator=(Folder&&) noexcept;

    /// Unicode's NFKC_Casefold: case, width, ligatures and invisible characters gone; accents kept.
    [[nodiscard]] std::string casefold(std::string_view word);
    /// `folded` (from `casefold`) without accents and without what is no letter or digit.
    ///
    /// Vowel signs and other marks of Indic and South-East Asian scripts carry meaning and stay, as code points of
    /// the private use area: FTS5's unicode61 tokenizer would end the term at the marks themselves.
    [[nodiscard]] std::string strip_marks(std::string_view folded);
    /// `folded` with its accents, without what is no letter or digit.
    [[nodiscard]] static std::string letters_of(std::string_view folded);
    /// Makes the Vietnamese đ a d: to Unicode its stroke is no accent.
    static void remove_strokes(std::string& folded);

private:
    struct Buffers;
    std::unique_ptr<Buffers> buffers_;
};

}  // namespace quarry::analyze
