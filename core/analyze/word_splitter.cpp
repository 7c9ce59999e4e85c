#include "core/analyze/word_splitter.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "core/base/error.h"

namespace quarry::analyze {
namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Whether `c` joins two letters (WB6, WB7) or two digits (WB11, WB12) on its sides. The colon does not: ICU follows
/// CLDR there, which joins with it in Swedish and Finnish only.
bool joins(char before, char c, char after) noexcept {
    switch (c) {
        case '\'':
        case '.': return (is_letter(before) && is_letter(after)) || (is_digit(before) && is_digit(after));
        case ',':
        case ';': return is_digit(before) && is_digit(after);
        default: return false;
    }
}

void require_icu(UErrorCode status) {
    if (U_FAILURE(status)) {
        throw Error(ErrorCode::failed, "cannot split text into words", "quarry's Unicode data (ICU) may be incomplete")
            .because(u_errorName(status));
    }
}

}  // namespace

std::size_t ascii_word_end(std::string_view text, std::size_t start, std::size_t limit) noexcept {
    std::size_t i = start;
    while (i < limit) {
        const char c = text[i];
        if (is_letter(c) || is_digit(c) || c == '_') {
            ++i;
        } else if (i > start && i + 1 < limit && joins(text[i - 1], c, text[i + 1])) {
            i += 2;
        } else {
            break;
        }
    }
    return i;
}

struct WordSplitter::Iterator {
    UBreakIterator* breaks = nullptr;
    UText* text = nullptr;

    Iterator() {
        UErrorCode status = U_ZERO_ERROR;
        breaks = ubrk_open(UBRK_WORD, "root", nullptr, 0, &status);
        require_icu(status);
    }
    ~Iterator() {
        utext_close(text);
        ubrk_close(breaks);
    }
    Iterator(const Iterator&) = delete;
    Iterator& operator=(const Iterator&) = delete;
};

WordSplitter::WordSplitter() : iterator_(std::make_unique<Iterator>()) {}
WordSplitter::~WordSplitter() = default;
WordSplitter::WordSplitter(WordSplitter&&) noexcept = default;
WordSplitter& WordSplitter::operator=(WordSplitter&&) noexcept = default;

void WordSplitter::split(std::string_view text, std::size_t base, std::vector<ByteSpan>& words) {
    UErrorCode status = U_ZERO_ERROR;
    iterator_->text = utext_openUTF8(iterator_->text, text.data(), static_cast<std::int64_t>(text.size()), &status);
    ubrk_setUText(iterator_->breaks, iterator_->text, &status);
    require_icu(status);
    std::int32_t start = ubrk_first(iterator_->breaks);
    for (std::int32_t end = ubrk_next(iterator_->breaks); end != UBRK_DONE; end = ubrk_next(iterator_->breaks)) {
        if (ubrk_getRuleStatus(iterator_->breaks) >= UBRK_WORD_NONE_LIMIT) {
            words.push_back({base + static_cast<std::size_t>(start), base + static_cast<std::size_t>(end)});
        }
        start = end;
    }
}

}  // namespace quarry::analyze
