#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/extract/office/odf_styles.h"
#include "core/extract/office/xml.h"

namespace quarry::extract {

/// The words of one paragraph (text:p, text:h) of an OpenDocument file.
struct OdfParagraph {
    std::string text;
    std::uint64_t hidden = 0;           ///< Stretches that were left out.
    bool page_before = false;           ///< A page begins in front of its first word,
    bool page_after = false;            ///< or within or behind it.
    std::vector<pugi::xml_node> boxes;  ///< draw:text-box: blocks of their own.
    std::vector<pugi::xml_node> notes;  ///< text:note
    std::vector<std::size_t> note_positions;
};

/// White space is folded as the format says (OpenDocument 1.3, 6.1.2).
[[nodiscard]] OdfParagraph odf_paragraph(pugi::xml_node paragraph, const OdfStyles& styles);

}  // namespace quarry::extract
