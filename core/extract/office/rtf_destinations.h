#pragma once

#include <string_view>

namespace quarry::extract {

/// Whether the text in a destination of Rich Text Format is none of the document's: a picture, a header, a style.
[[nodiscard]] bool is_skipped_destination(std::string_view name) noexcept;

/// Whether a destination behind \*, which a reader need not know, holds text all the same.
[[nodiscard]] bool is_read_though_optional(std::string_view name) noexcept;

}  // namespace quarry::extract
