#pragma once

#include <string>
#include <string_view>

#include "core/extract/encoding.h"
#include "core/extract/invisible.h"

namespace quarry::extract {

/// The byte order mark of UTF-8.
inline constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

/// The text of a file that stays as it is, byte for byte when it is UTF-8, its mark and invisible characters included:
/// offsets into it are offsets into the file. Others are decoded. NUL is no text: it goes, and is counted. A mark alone
/// is no text either. Throws what decode_text throws.
[[nodiscard]] DecodedText source_text(std::string bytes, std::string_view name, RemovedCounts& removed);

}  // namespace quarry::extract
