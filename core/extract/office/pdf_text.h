#pragma once

#include <vector>

#include "core/extract/office/pdf_pages.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Writes pages as paragraphs, lists, tables and headings, as far as their lines show these.
///
/// A line that is as long as its page's others goes on in the next one; a shorter one ends there. A word divided at a
/// line's end is made whole, unless the document has it with its hyphen elsewhere. Lines with gaps that agree in
/// number are a table. Only headings that are numbered ("2.1 Scope") or customary ("Abstract") are known as such.
void write_pdf_pages(const std::vector<PdfPage>& pages, TextBuilder& builder);

}  // namespace quarry::extract
