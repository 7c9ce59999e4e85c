#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Manual pages in roff, with the man or the mdoc macros: sections, paragraphs, terms with their texts, examples
/// without filling, tables of tbl. Fonts go; definitions of macros and conditions are not executed.
[[nodiscard]] document::Document extract_man(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
