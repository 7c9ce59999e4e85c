#include "core/ingest/page_type.h"

namespace quarry::ingest {
namespace {

const extract::Extractor* by_media_type(std::string_view media_type) {
    for (const auto& extractor : extract::extractors()) {
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

const extract::Extractor* extractor_for_page(std::string_view media_type, const http::HttpUrl& url,
                                             std::string_view first_bytes) {
    const std::string name = page_name(url);
    const bool has_ending = url.path.find('.', url.path.rfind('/') + 1) != std::string::npos;
    const extract::Extractor* by_name = has_ending ? extract::find_extractor_for_file(name) : nullptr;
    const bool says_little = media_type.empty() || media_type == "application/octet-stream" ||
                             media_type == "binary/octet-stream" || media_type == "text/plain";
    if (says_little && by_name != nullptr) return by_name;
    if (const extract::Extractor* named = by_media_type(usual_media_type(media_type))) return named;
    if (by_name != nullptr) return by_name;
    if (says_little) {
        if (const extract::Extractor* by_content = extract::find_extractor("", first_bytes)) return by_content;
    }
    return media_type.empty() || media_type.starts_with("text/") ? &extract::extractor_by_name("text") : nullptr;
}

std::string page_name(const http::HttpUrl& url) {
    const std::size_t slash = url.path.rfind('/');
    const std::string last = slash == std::string::npos ? "" : url.path.substr(slash + 1);
    return last.empty() ? url.host : last;
}

}  // namespace quarry::ingest
