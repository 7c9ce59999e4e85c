#include "core/base/invisible.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace quarry {
namespace {

constexpr UChar32 zero_width_space = 0x200B;
constexpr UChar32 zero_width_non_joiner = 0x200C;
constexpr UChar32 zero_width_joiner = 0x200D;
constexpr UChar32 black_flag = 0x1F3F4;
constexpr UChar32 cancel_tag = 0xE007F;
constexpr UChar32 first_complex_script = 0x0590;  // what is below joins nothing
constexpr std::size_t longest_flag = 6;           // "gbeng" and its like: letters of an ISO 3166-2 code

bool in_range(UChar32 c, UChar32 first, UChar32 last) { return c >= first && c <= last; }

bool is_tag(UChar32 c) { return in_range(c, 0xE0000, 0xE007F); }
bool is_variation_selector(UChar32 c) { return in_range(c, 0xFE00, 0xFE0F) || in_range(c, 0xE0100, 0xE01EF); }

/// What the character is called in the report; empty for one that is seen.
std::string_view invisible_kind(UChar32 c) {
    if (c == 0) return "NUL character";
    if (c == 0xAD) return "soft hyphen";
    if (in_range(c, zero_width_space, zero_width_joiner) || in_range(c, 0x2060, 0x2064) || c == 0xFEFF || c == 0x034F ||
        c == 0x180E) {
        return "zero-width character";
    }
    if (c == 0x061C || c == 0x200E || c == 0x200F || in_range(c, 0x202A, 0x202E) || in_range(c, 0x2066, 0x206F)) {
        return direction_mark;
    }
    if (is_tag(c)) return "tag character";
    if (is_variation_selector(c)) return "variation selector";
    if (in_range(c, 0xFFF9, 0xFFFB)) return "annotation mark";
    if (c == 0x3164 || c == 0xFFA0) return "blank filler";
    return {};
}

bool is_pictographic(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) != 0; }

bool ends_emoji(UChar32 c) {
    return is_pictographic(c) || c == 0xFE0F || u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) != 0;
}

/// A letter or mark of a script whose letters take other forms when joined: Arabic, Devanagari, Khmer …
bool is_of_joining_script(UChar32 c) {
    if (c < first_complex_script || invisible_kind(c) != "") return false;
    return u_getIntPropertyValue(c, UCHAR_JOINING_TYPE) != U_JT_NON_JOINING ||
           u_getIntPropertyValue(c, UCHAR_INDIC_SYLLABIC_CATEGORY) != U_INSC_OTHER;
}

bool is_of_script_without_spaces(UChar32 c) {
    return c >= first_complex_script && u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

/// Whether the selector may vary the character in front of it: no letter or mark of punctuation does that in ASCII.
bool can_be_varied(UChar32 before, UChar32 selector) {
    if (invisible_kind(before) != "") return false;
    if (selector >= 0xE0100) return u_hasBinaryProperty(before, UCHAR_IDEOGRAPHIC) != 0;
    return before >= 0xA0 || in_range(before, '0', '9') || before == '#' || before == '*';
}

/// Finds the invisible characters of a text, looking at what stands on both sides of each.
class InvisibleFinder {
public:
    explicit InvisibleFinder(std::string_view text) : text_(text) {}

    std::vector<InvisibleSpan> run() {
        while (at_ < length()) {
            const std::int32_t start = at_;
            const UChar32 c = next(at_);
            const std::string_view kind = c < 0x80 && c != 0 ? std::string_view() : invisible_kind(c);
            if (kind.empty() || must_stay(c)) {
                before_ = c;
            } else {
                found_.push_back({static_cast<std::size_t>(start), static_cast<std::size_t>(at_), kind});
            }
            if (c == black_flag) keep_flag();
        }
        return std::move(found_);
    }

private:
    [[nodiscard]] std::int32_t length() const { return static_cast<std::int32_t>(text_.size()); }

    UChar32 next(std::int32_t& at) const {
        UChar32 c = 0;
        U8_NEXT(reinterpret_cast<const std::uint8_t*>(text_.data()), at, length(), c);
        return c;
    }

    [[nodiscard]] UChar32 peek() const {
        std::int32_t at = at_;
        return at < length() ? next(at) : 0;
    }

    [[nodiscard]] bool must_stay(UChar32 c) const {
        if (c == zero_width_joiner && ends_emoji(before_) && is_pictographic(peek())) return true;
        if (c == zero_width_joiner || c == zero_width_non_joiner) return is_of_joining_script(before_);
        if (c == zero_width_space) {
            return is_of_script_without_spaces(before_) && is_of_script_without_spaces(peek());
        }
        if (is_variation_selector(c)) return can_be_varied(before_, c);
        // Mongolian's vowel separator, and what keeps Hebrew's marks in order.
        if (c == 0x180E) return in_range(before_, 0x1820, 0x18AA);
        if (c == 0x034F) return u_charType(before_) == U_NON_SPACING_MARK && before_ >= first_complex_script;
        return false;
    }

    /// Keeps the tags behind a black flag that make it a region's; other tags hide text.
    void keep_flag() {
        std::int32_t end = at_;
        std::size_t letters = 0;
        while (end < length() && letters <= longest_flag) {
            const UChar32 c = next(end);
            if (c == cancel_tag && letters > 0) {
                before_ = c;
                at_ = end;
                return;
            }
            if (!in_range(c, 0xE0030, 0xE0039) && !in_range(c, 0xE0061, 0xE007A)) return;
            ++letters;
        }
    }

    std::string_view text_;
    std::vector<InvisibleSpan> found_;
    std::int32_t at_ = 0;
    UChar32 before_ = 0;  ///< The last character kept.
};

}  // namespace

bool may_hold_invisible(std::string_view text) noexcept {
    // The first two bytes of what invisible_kind knows: NUL, U+00AD, U+034F, U+061C, U+180E, U+2000-206F, U+3164,
    // U+FE00-FFFF, U+E0000-E01EF.
    for (std::size_t i = 0; i < text.size(); ++i) {
        // Eight bytes of ASCII at a time; a byte of 0 borrows into its highest bit when 1 is taken from each.
        if (std::uint64_t bytes = 0; text.size() - i >= sizeof bytes) {
            std::memcpy(&bytes, text.data() + i, sizeof bytes);
            if (((bytes | (bytes - 0x0101010101010101)) & 0x8080808080808080) == 0) {
                i += sizeof bytes - 1;
                continue;
            }
        }
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0xC2 && byte != 0) continue;
        if (byte == 0) return true;
        const auto second = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        const auto third = static_cast<unsigned char>(i + 2 < text.size() ? text[i + 2] : '\0');
        switch (byte) {
            case 0xC2:
                if (second == 0xAD) return true;
                break;
            case 0xCD:
                if (second == 0x8F) return true;
                break;
            case 0xD8:
                if (second == 0x9C) return true;
                break;
            case 0xE1:
                if (second == 0xA0) return true;
                break;
            case 0xE2:
                // U+2010-2027 are dashes, quotes and the ellipsis, which are common.
                if ((second == 0x80 && (third < 0x90 || third > 0xA7)) || second == 0x81) return true;
                break;
            case 0xE3:
                if (second == 0x85) return true;
                break;
            case 0xEF:
                if (second == 0xB8 || second >= 0xBB) return true;
                break;
            case 0xF3: return true;
            default: break;
        }
    }
    return false;
}

std::vector<InvisibleSpan> find_invisible(std::string_view text) {
    // ICU's macros count in 32 bits; a text is well below that, and a larger one is left as it is.
    if (text.size() > 2'000'000'000 || !may_hold_invisible(text)) return {};
    return InvisibleFinder(text).run();
}

std::string without_invisible(std::string_view text) { return std::string(VisibleText(text).text()); }

VisibleText::VisibleText(std::string_view text) : text_(text) {
    std::size_t at = 0;
    for (const InvisibleSpan& span : find_invisible(text)) {
        kept_.append(text.substr(at, span.start - at));
        at = span.end;
        if (gaps_.empty() || gaps_.back().at < kept_.size()) gaps_.push_back({kept_.size(), 0});
        gaps_.back().source = at;
    }
    if (gaps_.empty()) return;
    kept_.append(text.substr(at));
    text_ = kept_;
}

std::size_t VisibleText::source_of(std::size_t offset) const {
    const auto behind = std::upper_bound(gaps_.begin(), gaps_.end(), offset,
                                         [](std::size_t value, const Gap& gap) { return value < gap.at; });
    if (behind == gaps_.begin()) return offset;
    const Gap& gap = *std::prev(behind);
    return gap.source + (offset - gap.at);
}

}  // namespace quarry
