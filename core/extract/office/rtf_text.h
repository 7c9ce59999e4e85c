#pragma once

#include <map>
#include <string>
#include <string_view>

namespace quarry::extract {

/// The characters of Rich Text Format as they come, bytes of code pages and Unicode escapes, as valid UTF-8.
class RtfText {
public:
    /// The code page of the bytes that follow: 1252, 932.
    void set_code_page(int code_page);
    void add_bytes(std::string_view bytes);
    /// A UTF-16 unit of \uN, which is signed in the file; halves of a pair come one after the other.
    void add_unit(int unit);
    void add_utf8(std::string_view text);
    /// What came so far; empty then.
    [[nodiscard]] std::string take();
    [[nodiscard]] bool empty() const noexcept { return text_.empty() && bytes_.empty() && high_ == 0; }

private:
    void settle();

    std::string text_;
    std::string bytes_;  ///< Not yet converted: a character may be of several.
    int code_page_ = 1252;
    char32_t high_ = 0;  ///< First half of a pair.
};

/// Code page of a font's \fcharset; 0 when the document's own is meant.
[[nodiscard]] int rtf_charset_code_page(int charset) noexcept;

}  // namespace quarry::extract
