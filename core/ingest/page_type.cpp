#include "core/ingest/page_type.h"

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry {
namespace {

const Extractor* by_media_type(std::string_view media_type) {
    for (const auto& extractor : extractors()) {
        if (extractor->media_type() == media_type) return extractor.get();
    }
    return nullptr;
}

/// Other names of what extractors call by one.
std::string_view usual_media_type(std::string_view type) {
    if (type == "text/x-markdown") return "text/markdown";
    if (type == "application/xhtml+xml") return "text/html";
    if (type == "application/x-pdf") return "application/pdf";
    return type;
}

}  // namespace

const Extractor* extractor_for_page(std::string_view media_type, const HttpUrl& url) {
    const std::string name = page_name(url);
    const bool has_ending = url.path.find('.', url.path.rfind('/') + 1) != std::string::npos;
    const Extractor* by_name = has_ending ? find_extractor_for_file(name) : nullptr;
    const bool says_little = media_type.empty() || media_type == "application/octet-stream" ||
                             media_type == "binary/octet-stream" || media_type == "text/plain";
    if (says_little && by_name != nullptr) return by_name;
    if (const Extractor* named = by_media_type(usual_media_type(media_type))) return named;
    if (by_name != nullptr) return by_name;
    return media_type.empty() || media_type.starts_with("text/") ? &extractor_by_name("text") : nullptr;
}

std::string page_name(const HttpUrl& url) {
    const std::size_t slash = url.path.rfind('/');
    const std::string last = slash == std::string::npos ? "" : url.path.substr(slash + 1);
    return last.empty() ? url.host : last;
}

std::string page_text(const std::string& body, std::string_view charset) {
    if (charset.empty() || charset == "utf-8" || charset == "utf8" || charset == "us-ascii") return body;
    UErrorCode status = U_ZERO_ERROR;
    UConverter* converter = ucnv_open(std::string(charset).c_str(), &status);
    if (U_FAILURE(status) != 0) {
        throw Error(ErrorCode::failed,
                    fmt::format("its encoding {} is not known", one_line(strip_terminal_controls(charset), 40)));
    }
    const icu::UnicodeString text(body.data(), static_cast<std::int32_t>(std::min<std::size_t>(body.size(), INT32_MAX)),
                                  converter, status);
    ucnv_close(converter);
    std::string converted;
    return text.toUTF8String(converted);
}

}  // namespace quarry
