#include "core/analyze/word_grams.h"

#include <unicode/uchar.h>

#include <array>

#include "core/base/ascii.h"
#include "core/base/characters.h"

namespace quarry::analyze {
namespace {

constexpr char32_t blank = U' ';

/// The character as it is compared; a blank for what is not of a word.
char32_t comparable(char32_t c) {
    if (c < 0x80) {
        const auto ascii = static_cast<char>(c);
        if (is_ascii_upper(ascii)) return c | 0x20U;
        return is_ascii_lower(ascii) || is_ascii_digit(ascii) ? c : blank;
    }
    if (is_cjk(c)) return blank;
    const auto code_point = static_cast<UChar32>(c);
    const bool is_mark =
        u_charType(code_point) == U_NON_SPACING_MARK || u_charType(code_point) == U_COMBINING_SPACING_MARK;
    return u_isalnum(code_point) != 0 || is_mark ? static_cast<char32_t>(u_foldCase(code_point, U_FOLD_CASE_DEFAULT))
                                                 : blank;
}

/// The last four characters of what was read.
class GramWindow {
public:
    void push(char32_t c, std::vector<std::uint32_t>& grams) {
        if (c == blank && last_[3] == blank) return;
        last_ = {last_[1], last_[2], last_[3], c};
        ++count_;
        if (count_ < last_.size() || last_[1] == blank || last_[2] == blank) return;
        std::uint64_t hash = 0;
        for (const char32_t one : last_) hash = (hash ^ one) * 0x9E3779B97F4A7C15ULL;
        grams.push_back(static_cast<std::uint32_t>(hash >> 32U));
    }

private:
    std::array<char32_t, 4> last_{};
    std::size_t count_ = 0;
};

}  // namespace

void append_word_grams(std::string_view text, std::vector<std::uint32_t>& grams) {
    GramWindow window;
    window.push(blank, grams);
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode_utf8(text, at);
        at += point.length;
        window.push(comparable(point.value), grams);
    }
    window.push(blank, grams);
}

}  // namespace quarry::analyze
