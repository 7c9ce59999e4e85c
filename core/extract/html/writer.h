#pragma once

#include <vector>

#include "core/extract/html/tree.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Writes what is below `root`, without the nodes that are left out, to the builder: white space as a browser folds it.
void write_html(const HtmlTree& tree, HtmlNodeId root, const std::vector<bool>& left_out, TextBuilder& builder);

}  // namespace quarry::extract
