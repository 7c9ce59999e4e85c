#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// A text as UTF-8, and what it was.
struct DecodedText {
    std::string text;      ///< Valid UTF-8, without a byte order mark.
    std::string encoding;  ///< What it was converted from, as IANA names it; empty when it was UTF-8.
    bool guessed = false;  ///< Nothing names the encoding; it is the likeliest one.
};

/// The bytes of a text file as valid UTF-8: by its byte order mark (UTF-8, UTF-16, UTF-32), else as UTF-8 when it is
/// that, else by `declared`, what the format says its encoding is, else by ICU's detection when that is sure enough.
///
/// Text that is UTF-8 but for a few broken bytes is an error, not guessed at. Throws Error(failed) with the line and
/// the byte offset of what is no valid text. `name` is for the message.
[[nodiscard]] DecodedText decode_text(std::string bytes, std::string_view name, std::string_view declared = {});

/// The text of decode_text alone.
[[nodiscard]] std::string to_utf8(std::string bytes, std::string_view name);

}  // namespace quarry::extract
