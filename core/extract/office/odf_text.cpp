#include "core/extract/office/odf_text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace quarry::extract {
namespace {

/// One element may stand for any number of spaces; no text has more in a row.
constexpr int most_spaces = 200;

constexpr auto odf_not_shown =
    std::to_array<std::string_view>({"annotation", "annotation-end", "tracked-changes", "ruby-text", "title", "desc",
                                     "note-citation", "note-body", "object", "image", "forms", "notes"});

class OdfParagraphReader {
public:
    explicit OdfParagraphReader(const OdfStyles& styles) : styles_(styles) {}

    OdfParagraph read(pugi::xml_node paragraph) {
        const OdfStyle& style = styles_.style(attribute(paragraph, "style-name"));
        result_.page_before = style.page_break_before;
        if (style.hidden) {
            ++result_.hidden;
            return std::move(result_);
        }
        walk(paragraph, [this](pugi::xml_node node) { return enter(node); });
        return std::move(result_);
    }

private:
    bool enter(pugi::xml_node node) {
        if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
            fold(node.value());
            return false;
        }
        const std::string_view name = local_name(node);
        if (std::find(odf_not_shown.begin(), odf_not_shown.end(), name) != odf_not_shown.end()) return false;
        if (name == "hidden-text" || (name == "span" && styles_.style(attribute(node, "style-name")).hidden)) {
            ++result_.hidden;
            return false;
        }
        if (name == "note") {
            result_.notes.push_back(node);
            result_.note_positions.push_back(result_.text.size());
            return false;
        }
        if (name == "text-box") {
            result_.boxes.push_back(node);
            return false;
        }
        if (name == "s") {
            result_.text.append(static_cast<std::size_t>(std::clamp(to_int(attribute(node, "c"), 1), 1, most_spaces)),
                                ' ');
        }
        if (name == "s" || name == "tab" || name == "line-break") after_blank_ = false;
        if (name == "tab") result_.text += '\t';
        if (name == "line-break") result_.text += '\n';
        if (name == "soft-page-break") (result_.text.empty() ? result_.page_before : result_.page_after) = true;
        return true;
    }

    void fold(std::string_view characters) {
        for (const char c : characters) {
            const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            if (!blank) {
                result_.text += c;
            } else if (!after_blank_) {
                result_.text += ' ';
            }
            after_blank_ = blank;
        }
    }

    const OdfStyles& styles_;
    OdfParagraph result_;
    bool after_blank_ = true;  ///< White space that follows is folded into what was before.
};

}  // namespace

OdfParagraph odf_paragraph(pugi::xml_node paragraph, const OdfStyles& styles) {
    return OdfParagraphReader(styles).read(paragraph);
}

}  // namespace quarry::extract
