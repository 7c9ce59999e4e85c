#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// The likeliest encoding of a text that is not UTF-8, by ICU's statistics of the lines that are not ASCII; empty when
/// none is likely enough, and for text that is UTF-8 but for some broken bytes.
[[nodiscard]] std::string detect_encoding(std::string_view bytes);

}  // namespace quarry::extract
