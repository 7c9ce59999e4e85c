#pragma once

#include <string>
#include <string_view>

#include "core/document/document.h"
#include "core/extract/extractor.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Which part of a page is wanted.
enum class HtmlPart {
    whole,         ///< All that is shown: a chapter of a book, a mail.
    main_content,  ///< Without navigation, headers, footers, banners and lists of links.
};

/// The HTML page in `bytes`, of any encoding, as text with structure: headings, lists, quotes, tables, code.
///
/// Elements that are not shown (`hidden`, `display: none`, white on white …) are left out and counted in
/// Document::removed. Title, language, author, dates and description are taken from the page's metadata. The tree is
/// built as browsers build it, within limits: what is nested deeper than those is read as if it were not nested.
/// Throws Error(failed) for what is no text, and for what ExtractWatch refuses.
[[nodiscard]] document::Document html_text(std::string bytes, const ExtractOptions& options, HtmlPart part);

/// Appends all that is shown of an HTML text, valid UTF-8, to a document that is being built: the chapter of a book.
/// The metadata is not taken. Returns the page's own title, or an empty string.
std::string append_html(std::string_view html, TextBuilder& builder);

}  // namespace quarry::extract
