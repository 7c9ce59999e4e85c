#pragma once

#include <vector>

#include "core/extract/html/tree.h"

namespace quarry::extract {

/// For each node of the tree, whether a reader of the page does not see it: by an attribute (`hidden`, `aria-hidden`),
/// by its own style or a rule of the page's style sheets, by its colour being that of what is behind it, or because its
/// element or one around it is never shown (<script>) or hidden. Hidden elements with text are counted in `removed`.
///
/// What scripts show later is not hidden: the page's body, what holds its <main>, <article> or <h1> or most of its
/// text, and what a rule of `opacity: 0` lets appear by a transition or an animation. A page without scripts has none
/// of the first three.
[[nodiscard]] std::vector<bool> find_hidden(const HtmlTree& tree, RemovedCounts& removed);

}  // namespace quarry::extract
