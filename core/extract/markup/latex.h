#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// LaTeX: sections, lists, quotes, listings and tables; formulas stay as they are, displayed ones as blocks of code.
/// Comments, the preamble's settings, pictures and unknown commands go, the words in their braces stay. No macro is
/// expanded and no file is read.
[[nodiscard]] document::Document extract_latex(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
