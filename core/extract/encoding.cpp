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

constexpr std::string_view replacement = "\xEF\xBF\xBD";

std::uint64_t count_replacements(std::string_view text) {
    std::uint64_t count = 0;
    for (std::size_t at = text.find(replacement); at != std::string_view::npos;
         at = text.find(replacement, at + replacement.size())) {
        ++count;
    }
    return count;
}

/// Counts what was replaced: what the text holds besides those replacement characters that it had before.
DecodedText with_replacements(DecodedText text, std::uint64_t before) {
    text.replaced = count_replacements(text.text) - before;
    if (text.replaced > 0)
        text.line = count_line_breaks(std::string_view(text.text).substr(0, text.text.find(replacement))) + 1;
    return text;
}

DecodedText as_utf8(std::string bytes) {
    if (!find_invalid_utf8(bytes)) return {std::move(bytes), {}};
    return with_replacements({replace_invalid_utf8(bytes), {}}, count_replacements(bytes));
}

enum class OnInvalid { replace, stop };

Converter open_converter(const char* encoding, OnInvalid on_invalid) {
    UErrorCode status = U_ZERO_ERROR;
    Converter converter(ucnv_open(encoding, &status));
    if (U_SUCCESS(status) && on_invalid == OnInvalid::stop) {
        ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    }
    if (U_FAILURE(status)) {
        throw Error(ErrorCode::failed, fmt::format("cannot convert from {}", encoding)).because(u_errorName(status));
    }
    return converter;
}

/// Converts in pieces, so that no more than the two texts are in memory.
std::string convert(std::string_view bytes, const char* encoding, std::string_view name, OnInvalid on_invalid) {
    const Converter from = open_converter(encoding, on_invalid);
    const Converter to = open_converter("UTF-8", on_invalid);
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
        return DecodedText{convert(bytes, known, {}, OnInvalid::stop), known};
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

DecodedText decode_text(std::string bytes, std::string_view name, std::string_view declared) {
    const std::string_view view = bytes;
    if (view.starts_with("\xEF\xBB\xBF")) {
        bytes.erase(0, 3);
        return as_utf8(std::move(bytes));
    }
    // An honest text in these encodings has no replacement characters of its own that matter.
    const auto converted = [&](const char* encoding, bool guessed) {
        return with_replacements({convert(view, encoding, name, OnInvalid::replace), encoding, guessed}, 0);
    };
    // UTF-32's little-endian mark begins with UTF-16's, so it is looked for first.
    if (view.starts_with(std::string_view("\xFF\xFE\0\0", 4)) ||
        view.starts_with(std::string_view("\0\0\xFE\xFF", 4))) {
        return converted("UTF-32", false);
    }
    if (view.starts_with("\xFF\xFE") || view.starts_with("\xFE\xFF")) return converted("UTF-16", false);
    if (!find_invalid_utf8(view)) return {std::move(bytes), {}};
    if (std::optional<DecodedText> text = as_declared(view, declared)) return std::move(*text);
    const std::string guess = detect_encoding(view);
    return guess.empty() ? as_utf8(std::move(bytes)) : converted(guess.c_str(), true);
}

void note_source(const DecodedText& source, document::Document& document) {
    const auto known = [](const auto& entry) { return entry.first == "encoding"; };
    if (!source.encoding.empty() && std::ranges::none_of(document.metadata, known)) {
        document.metadata.emplace_back("encoding", source.encoding);
    }
    // Of the chapters of a book, the first.
    const auto noted = [](const document::Warning& warning) {
        return warning.kind == document::Warning::Kind::invalid_bytes;
    };
    if (source.replaced == 0 || std::ranges::any_of(document.warnings, noted)) return;
    document.warnings.push_back(
        {document::Warning::Kind::invalid_bytes,
         source.replaced == 1
             ? fmt::format("an invalid {} sequence was replaced, in line {}",
                           source.encoding.empty() ? "UTF-8" : source.encoding, source.line)
             : fmt::format("{} invalid {} sequences were replaced, the first in line {}", source.replaced,
                           source.encoding.empty() ? "UTF-8" : source.encoding, source.line)});
}

}  // namespace quarry::extract
