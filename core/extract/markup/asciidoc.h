#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// AsciiDoc: sections, lists with continuations, delimited blocks, admonitions and tables; attributes of the header are
/// put in where they are named. Comments, includes and conditions are left out: nothing is read but the text itself.
[[nodiscard]] document::Document extract_asciidoc(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
