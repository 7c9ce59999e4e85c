#pragma once

#include <string>
#include <string_view>

#include "core/extract/extractor.h"
#include "core/http/url.h"

namespace quarry {

/// What reads a page: by the media type that the server says; where that says little (nothing, octet-stream, plain
/// text), by the ending of the URL's path. Null when nothing reads it.
[[nodiscard]] const Extractor* extractor_for_page(std::string_view media_type, const HttpUrl& url);

/// The last part of the URL's path, else its host: for a title, where the page has none.
[[nodiscard]] std::string page_name(const HttpUrl& url);

/// The body as UTF-8 where the server says another encoding; else as it is. Throws Error(failed) for an encoding that
/// is not known.
[[nodiscard]] std::string page_text(const std::string& body, std::string_view charset);

}  // namespace quarry
