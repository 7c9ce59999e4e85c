#pragma once

#include <vector>

#include "core/extract/html/tree.h"

namespace quarry::extract {

/// For each node of the tree, whether a reader of the page does not see it: by an attribute (`hidden`, `aria-hidden`),
/// by its own style or a rule of the page's style sheets, by its colour being that of what is behind it, or because its
/// element or one around it is never shown (<script>) or hidden. Hidden elements with text are counted in `removed`.
[[nodiscard]] std::vector<bool> find_hidden(const HtmlTree& tree, RemovedCounts& removed);

}  // namespace quarry::extract
