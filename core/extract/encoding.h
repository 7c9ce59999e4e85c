#pragma once

#include <string>
#include <string_view>

namespace quarry {

/// The bytes of a text file as valid UTF-8: a byte order mark is removed, UTF-16 and UTF-32 with one are converted.
///
/// Throws Error(failed) with the line and the byte offset of what is no valid text. `name` is for the message.
[[nodiscard]] std::string to_utf8(std::string bytes, std::string_view name);

}  // namespace quarry
