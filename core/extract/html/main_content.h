#pragma once

#include <vector>

#include "core/extract/html/tree.h"

namespace quarry::extract {

/// The part of a page that it is about.
struct HtmlContent {
    HtmlNodeId root = 0;         ///< The element around it; 0 for the whole page.
    std::vector<bool> left_out;  ///< For each node of the tree, whether it is not shown or not wanted.
};

/// Finds the main content: without navigation, headers and footers of the site, banners, forms, comments and lists of
/// links, known by their elements, roles, names of classes, and by how much of their text is in links.
///
/// A name alone leaves out nothing that is mostly prose in the main part. A page where little would be left is given
/// whole, its comments not counted unless there is nothing else. `hidden` is what find_hidden says.
[[nodiscard]] HtmlContent find_main_content(const HtmlTree& tree, std::vector<bool> hidden);

}  // namespace quarry::extract
