#pragma once

#include <string>
#include <string_view>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Manual pages in roff, with the man or the mdoc macros: sections, paragraphs, terms with their texts, examples
/// without filling, tables of tbl. Fonts go; definitions of macros and conditions are not executed.
[[nodiscard]] document::Document extract_man(std::string bytes, const ExtractOptions& options);
/// Whether a text, or its beginning, has lines of roff: a comment, a title or a section. A file whose ending is a
/// number may also be another version of something (GPL-1.2), or a log that was put away.
[[nodiscard]] bool is_manual_page(std::string_view text);

}  // namespace quarry::extract
