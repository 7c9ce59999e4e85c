#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// A Jupyter notebook (nbformat 3 and 4): its Markdown cells with their structure, its code cells as code blocks in the
/// kernel's language, and the text of their outputs. Pictures and HTML outputs are left out.
[[nodiscard]] document::Document extract_notebook(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
