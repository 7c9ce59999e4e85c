#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// reStructuredText, with the directives and roles of docutils and Sphinx: sections by their underlines, lists, quotes,
/// grid, simple, list and CSV tables, code. Comments, targets and directives without text (toctree, contents, include)
/// are left out. A field list at the beginning is metadata.
[[nodiscard]] document::Document extract_rst(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
