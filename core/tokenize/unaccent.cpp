#include "core/tokenize/unaccent.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "core/base/error.h"

namespace quarry::tokenize {

std::string lower_without_accents(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* decomposition = icu::Normalizer2::getNFDInstance(status);
    icu::UnicodeString decomposed;
    if (U_SUCCESS(status)) {
        const icu::UnicodeString lower =
            icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())))
                .toLower(icu::Locale::getRoot());
        decomposed = decomposition->normalize(lower, status);
    }
    if (U_FAILURE(status)) {
        throw Error(ErrorCode::failed, "cannot remove accents from a text",
                    "quarry's Unicode data (ICU) may be incomplete")
            .because(u_errorName(status));
    }
    icu::UnicodeString bare;
    for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
        const UChar32 c = decomposed.char32At(i);
        if (u_charType(c) != U_NON_SPACING_MARK) bare.append(c);
    }
    std::string result;
    bare.toUTF8String(result);
    return result;
}

}  // namespace quarry::tokenize
