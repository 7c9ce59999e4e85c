#pragma once

#include <string_view>

namespace quarry::extract {

/// The media type of a document by its first bytes (a few thousand are enough), as far as they are unmistakable:
/// "text/html", "application/pdf", "application/json" … Empty when they are not.
[[nodiscard]] std::string_view sniff_media_type(std::string_view first_bytes) noexcept;

}  // namespace quarry::extract
