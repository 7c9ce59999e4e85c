#include "core/extract/encoding.h"

#include <fmt/format.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/detect_encoding.h"

namespace quarry::extract {
namespace {

struct CloseConverter {
    void operator()(UConverter* converter) const noexcept { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

std::string printable(std::string_view name) { return one_line(strip_terminal_controls(name), 200); }

void require_utf8(std::string_view text, std::string_view name, std::size_t bytes_before) {
    const std::optional<std::size_t> invalid = find_invalid_utf8(text);
    if (!invalid) return;
    const auto before = text.substr(0, *invalid);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    throw Error(
        ErrorCode::failed, fmt::format("{} is not valid UTF-8", printable(name)),
        "save it as UTF-8; \"file\" guesses the encoding, and \"iconv -f latin1 -t utf8\" converts Latin-1 text")
        .because(fmt::format("invalid byte 0x{:02X} at offset {} (line {})", static_cast<unsigned char>(text[*invalid]),
                             *invalid + bytes_before, line));
}

Converter open_converter(const char* encoding) {
    UErrorCode status = U_ZERO_ERROR;
    Converter converter(ucnv_open(encoding, &status));
    if (U_SUCCESS(status)) {
        // Broken input is an error here, not replaced silently.
        ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    }
    if (U_FAILURE(status)) {
        throw Error(ErrorCode::failed, fmt::format("cannot convert from {}", encoding)).because(u_errorName(status));
    }
    return converter;
}

/// Converts in pieces, so that no more than the two texts are in memory.
std::string convert(std::string_view bytes, const char* encoding, std::string_view name) {
    const Converter from = open_converter(encoding);
    const Converter to = open_converter("UTF-8");
    std::string text;
    text.reserve(bytes.size());
    std::vector<UChar> pivot(4096);
    UChar* pivot_source = pivot.data();
    UChar* pivot_target = pivot.data();
    std::vector<char> piece(16384);
    const char* source = bytes.data();
    const char* const source_end = source + bytes.size();
    UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
    for (bool first = true; status == U_BUFFER_OVERFLOW_ERROR; first = false) {
        status = U_ZERO_ERROR;
        char* target = piece.data();
        ucnv_convertEx(to.get(), from.get(), &target, target + piece.size(), &source, source_end, pivot.data(),
                       &pivot_source, &pivot_target, pivot.data() + pivot.size(), first, true, &status);
        text.append(piece.data(), static_cast<std::size_t>(target - piece.data()));
    }
    if (U_FAILURE(status)) {
        throw Error(ErrorCode::failed, fmt::format("{} is not valid {}", printable(name), encoding),
                    "the file may be truncated; save it again as UTF-8")
            .because(fmt::format("{} near byte {}", u_errorName(status), source - bytes.data()));
    }
    return text;
}

/// The text in the encoding that it claims to have; nothing when there is no such encoding, or the text breaks it.
std::optional<DecodedText> as_declared(std::string_view bytes, std::string_view declared) {
    UErrorCode status = U_ZERO_ERROR;
    const std::string asked(declared.substr(0, 40));
    const char* known = asked.empty() ? nullptr : ucnv_getStandardName(asked.c_str(), "IANA", &status);
    if (known == nullptr || std::string_view(known).starts_with("UTF")) return std::nullopt;
    // What calls itself ISO-8859-1 is Windows' superset of it, as browsers have it.
    if (std::string_view(known) == "ISO-8859-1" || std::string_view(known) == "US-ASCII") known = "windows-1252";
    try {
        return DecodedText{convert(bytes, known, {}), known};
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

DecodedText decode_text(std::string bytes, std::string_view name, std::string_view declared) {
    const std::string_view view = bytes;
    if (view.starts_with("\xEF\xBB\xBF")) {
        require_utf8(view.substr(3), name, 3);
        bytes.erase(0, 3);
        return {std::move(bytes), {}};
    }
    // UTF-32's little-endian mark begins with UTF-16's, so it is looked for first.
    if (view.starts_with(std::string_view("\xFF\xFE\0\0", 4)) ||
        view.starts_with(std::string_view("\0\0\xFE\xFF", 4))) {
        return {convert(view, "UTF-32", name), "UTF-32"};
    }
    if (view.starts_with("\xFF\xFE") || view.starts_with("\xFE\xFF")) {
        return {convert(view, "UTF-16", name), "UTF-16"};
    }
    if (!find_invalid_utf8(view)) return {std::move(bytes), {}};
    if (std::optional<DecodedText> text = as_declared(view, declared)) return std::move(*text);
    const std::string guess = detect_encoding(view);
    if (guess.empty()) require_utf8(view, name, 0);
    return {convert(view, guess.c_str(), name), guess, true};
}

std::string to_utf8(std::string bytes, std::string_view name) { return decode_text(std::move(bytes), name).text; }

}  // namespace quarry::extract
