#include "core/analyze/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <vector>

#include "core/base/characters.h"
#include "core/base/error.h"

namespace quarry::analyze {
namespace {

// The marks that stay lie in [first, last]; with this base their images end before U+F900, the end of the area.
constexpr char32_t first_kept_mark = 0x0900;
constexpr char32_t last_kept_mark = 0x1FFF;
constexpr char32_t private_use_base = 0xE000;
static_assert(private_use_base + (last_kept_mark - first_kept_mark) < 0xF900);

void require(UErrorCode status) {
    if (U_FAILURE(status)) {
        throw Error(ErrorCode::failed, "cannot normalise Unicode text").because(u_errorName(status));
    }
}

bool is_mark(char32_t code_point) { return (U_GET_GC_MASK(static_cast<UChar32>(code_point)) & U_GC_M_MASK) != 0; }

bool is_letter_or_number(char32_t code_point) {
    return (U_GET_GC_MASK(static_cast<UChar32>(code_point)) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_CO_MASK)) != 0;
}

}  // namespace

struct Folder::Buffers {
    const UNormalizer2* casefold = nullptr;  ///< Owned by ICU, as is the next.
    const UNormalizer2* decompose = nullptr;
    std::vector<UChar> source;
    std::vector<UChar> target;

    Buffers() : source(512), target(1024) {
        UErrorCode status = U_ZERO_ERROR;
        casefold = unorm2_getNFKCCasefoldInstance(&status);
        decompose = unorm2_getNFKDInstance(&status);
        require(status);
    }

    /// Normalises UTF-8 into `target`; returns the number of UTF-16 units.
    std::int32_t normalise(const UNormalizer2* normaliser, std::string_view text) {
        if (source.size() < text.size() + 1) source.resize(text.size() + 1);
        UErrorCode status = U_ZERO_ERROR;
        std::int32_t units = 0;
        u_strFromUTF8WithSub(source.data(), static_cast<std::int32_t>(source.size()), &units, text.data(),
                             static_cast<std::int32_t>(text.size()), 0xFFFD, nullptr, &status);
        require(status);
        std::int32_t length = unorm2_normalize(normaliser, source.data(), units, target.data(),
                                               static_cast<std::int32_t>(target.size()), &status);
        if (status == U_BUFFER_OVERFLOW_ERROR) {
            target.resize(static_cast<std::size_t>(length) + 1);
            status = U_ZERO_ERROR;
            length = unorm2_normalize(normaliser, source.data(), units, target.data(),
                                      static_cast<std::int32_t>(target.size()), &status);
        }
        require(status);
        return length;
    }
};

Folder::Folder() : buffers_(std::make_unique<Buffers>()) {}
Folder::~Folder() = default;
Folder::Folder(Folder&&) noexcept = default;
Folder& Folder::operator=(Folder&&) noexcept = default;

std::string Folder::casefold(std::string_view word) {
    const std::int32_t length = buffers_->normalise(buffers_->casefold, word);
    std::string folded;
    for (std::int32_t i = 0; i < length;) {
        UChar32 code_point = 0;
        U16_NEXT(buffers_->target.data(), i, length, code_point);
        append_utf8(folded, static_cast<char32_t>(code_point));
    }
    return folded;
}

std::string Folder::strip_marks(std::string_view folded) {
    const std::int32_t length = buffers_->normalise(buffers_->decompose, folded);
    std::string stripped;
    for (std::int32_t i = 0; i < length;) {
        UChar32 next = 0;
        U16_NEXT(buffers_->target.data(), i, length, next);
        const auto code_point = static_cast<char32_t>(next);
        if (is_letter_or_number(code_point)) {
            append_utf8(stripped, code_point);
        } else if (code_point >= first_kept_mark && code_point <= last_kept_mark && is_mark(code_point)) {
            append_utf8(stripped, private_use_base + (code_point - first_kept_mark));
        }
    }
    return stripped;
}

std::string Folder::letters_of(std::string_view folded) {
    std::string letters;
    for (std::size_t at = 0; at < folded.size();) {
        const CodePoint point = decode_utf8(folded, at);
        if (is_letter_or_number(point.value)) letters.append(folded, at, point.length);
        at += point.length;
    }
    return letters;
}

void Folder::remove_strokes(std::string& folded) {
    constexpr std::string_view with_stroke = "\u0111";
    for (std::size_t at = 0; (at = folded.find(with_stroke, at)) != std::string::npos;) {
        folded.replace(at, with_stroke.size(), "d");
    }
}

}  // namespace quarry::analyze
