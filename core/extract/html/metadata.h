#pragma once

#include "core/extract/html/tree.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Gives the document what the page says of itself, in JSON-LD, OpenGraph and <meta>, the first that says it: title,
/// language, author, description, dates.
void read_html_metadata(const HtmlTree& tree, TextBuilder& builder);

/// The text of the first <title>, on one line; empty when there is none.
[[nodiscard]] std::string html_title(const HtmlTree& tree);

/// The encoding that the first bytes of a page name in a <meta>, or an XML declaration; empty when none is named.
[[nodiscard]] std::string declared_encoding(std::string_view bytes);

}  // namespace quarry::extract
