#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/office/docx_styles.h"
#include "core/extract/office/xml.h"

namespace quarry::extract {

/// The words of one paragraph (w:p), as they stand after all tracked changes are accepted.
struct DocxParagraph {
    std::string text;
    std::uint64_t hidden_runs = 0;            ///< Left out.
    bool page_before = false;                 ///< A page begins in front of its first word,
    bool page_after = false;                  ///< or within or behind it.
    std::vector<pugi::xml_node> text_boxes;   ///< w:txbxContent: blocks of their own.
    std::vector<pugi::xml_node> notes;        ///< w:footnoteReference, w:endnoteReference.
    std::vector<std::size_t> note_positions;  ///< Where in the text their marks belong.
};

/// Which element says that a page begins: Word writes where each page began when it was last shown, others only the
/// breaks that the author made.
enum class DocxPageBreaks { rendered, explicit_only };

[[nodiscard]] DocxParagraph docx_paragraph(pugi::xml_node paragraph, const DocxStyles& styles, DocxPageBreaks breaks);

}  // namespace quarry::extract
