#include "core/extract/office/docx_text.h"

#include <algorithm>
#include <array>

namespace quarry::extract {
namespace {

/// Not shown: properties, fields' codes, what was deleted or moved away, readings above ideographs.
constexpr auto docx_not_shown = std::to_array<std::string_view>(
    {"pPr", "rPr", "instrText", "delInstrText", "delText", "del", "moveFrom", "rt", "fldData", "ctrlPr", "sectPr"});

class ParagraphReader {
public:
    ParagraphReader(const DocxStyles& styles, DocxPageBreaks breaks) : styles_(styles), breaks_(breaks) {}

    DocxParagraph read(pugi::xml_node paragraph) {
        const pugi::xml_node properties = child(paragraph, "pPr");
        const DocxStyle& style = styles_.style(attribute(child(properties, "pStyle"), "val"));
        paragraph_hidden_ = style.hidden;
        if (breaks_ == DocxPageBreaks::explicit_only) {
            result_.page_before = child(properties, "pageBreakBefore") ? docx_switch(properties, "pageBreakBefore")
                                                                       : style.page_break_before;
        }
        walk(paragraph, [this](pugi::xml_node node) { return enter(node); });
        return std::move(result_);
    }

private:
    bool enter(pugi::xml_node node) {
        const std::string_view name = local_name(node);
        if (std::find(docx_not_shown.begin(), docx_not_shown.end(), name) != docx_not_shown.end()) return false;
        if (name == "r") return enter_run(node);
        if (name == "t") {
            result_.text += all_text(node);
            return false;
        }
        if (name == "Fallback") return !is_second_choice(node);
        if (name == "txbxContent") {
            result_.text_boxes.push_back(node);
            return false;
        }
        if (name == "footnoteReference" || name == "endnoteReference") {
            result_.notes.push_back(node);
            result_.note_positions.push_back(result_.text.size());
        }
        add_special(node, name);
        return true;
    }

    void add_special(pugi::xml_node node, std::string_view name) {
        if (name == "tab" || name == "ptab") result_.text += '\t';
        if (name == "cr") result_.text += '\n';
        if (name == "noBreakHyphen") result_.text += '-';
        if (name == "br") {
            if (attribute(node, "type") == "page") {
                if (breaks_ == DocxPageBreaks::explicit_only) page_break();
            } else {
                result_.text += '\n';
            }
        }
        if (name == "lastRenderedPageBreak" && breaks_ == DocxPageBreaks::rendered) page_break();
    }

    void page_break() { (result_.text.empty() ? result_.page_before : result_.page_after) = true; }

    bool enter_run(pugi::xml_node run) {
        const pugi::xml_node properties = child(run, "rPr");
        bool hidden = paragraph_hidden_;
        if (const pugi::xml_node style = child(properties, "rStyle"))
            hidden |= styles_.style(attribute(style, "val")).hidden;
        if (child(properties, "vanish")) hidden = docx_switch(properties, "vanish");
        if (hidden && child(run, "t")) ++result_.hidden_runs;
        return !hidden;
    }

    const DocxStyles& styles_;
    DocxPageBreaks breaks_;
    bool paragraph_hidden_ = false;
    DocxParagraph result_;
};

}  // namespace

DocxParagraph docx_paragraph(pugi::xml_node paragraph, const DocxStyles& styles, DocxPageBreaks breaks) {
    return ParagraphReader(styles, breaks).read(paragraph);
}

}  // namespace quarry::extract
