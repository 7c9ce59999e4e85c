#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/document/document.h"

namespace quarry::extract {

/// A text as UTF-8, and what it was.
struct DecodedText {
    std::string text;      ///< Valid UTF-8, without a byte order mark.
    std::string encoding;  ///< What it was converted from, as IANA names it; empty when it was UTF-8.
    bool guessed = false;  ///< Nothing names the encoding; it is the likeliest one.
    std::uint64_t replaced = 0;  ///< Invalid sequences in place of which U+FFFD stands.
    std::size_t line = 0;        ///< From 1, of the first of them.
};

/// The bytes of a text file as valid UTF-8: by its byte order mark (UTF-8, UTF-16, UTF-32), else as UTF-8 when it is
/// that, else by `declared`, what the format says its encoding is, else by ICU's detection when that is sure enough.
///
/// What is no valid text in that encoding is replaced by U+FFFD and counted; where no encoding is likely, that is
/// UTF-8. `name` is for the message of Error(failed), which is thrown when ICU lacks an encoding.
[[nodiscard]] DecodedText decode_text(std::string bytes, std::string_view name, std::string_view declared = {});

/// Says in the document what the text was: its encoding as metadata, and what was replaced as a warning.
void note_source(const DecodedText& source, document::Document& document);

}  // namespace quarry::extract
