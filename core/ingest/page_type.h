#pragma once

#include <string>
#include <string_view>

#include "core/extract/extractor.h"
#include "core/http/url.h"

namespace quarry::ingest {

/// What reads a page: by the media type that the server says; where that says little (nothing, octet-stream, plain
/// text), by the ending of the URL's path, and at last by its first bytes. Null when nothing reads it.
[[nodiscard]] const extract::Extractor* extractor_for_page(std::string_view media_type, const http::HttpUrl& url,
                                                           std::string_view first_bytes);

/// The last part of the URL's path, else its host: for a title, where the page has none.
[[nodiscard]] std::string page_name(const http::HttpUrl& url);

}  // namespace quarry::ingest
