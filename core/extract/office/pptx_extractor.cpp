#include "core/extract/office/pptx_extractor.h"

#include <fmt/format.h>

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/extract/office/list_writer.h"
#include "core/extract/office/number_label.h"
#include "core/extract/office/opc_package.h"
#include "core/extract/office/table_rows.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

/// The words of a paragraph (a:p): runs, fields and line breaks.
std::string slide_paragraph(pugi::xml_node paragraph) {
    std::string text;
    walk(paragraph, [&](pugi::xml_node node) {
        const std::string_view name = local_name(node);
        if (name == "t") text += all_text(node);
        if (name == "br") text += '\n';
        if (name == "tab") text += '\t';
        return name != "t" && name != "pPr" && name != "rPr" && name != "Fallback";
    });
    return text;
}

/// All paragraphs below a node, a line each.
std::string slide_lines(pugi::xml_node node) {
    std::string text;
    walk(node, [&](pugi::xml_node one) {
        if (local_name(one) != "p") return local_name(one) != "Fallback";
        const std::string line = slide_paragraph(one);
        if (!trim(line).empty()) text += (text.empty() ? "" : "\n") + line;
        return false;
    });
    return text;
}

/// What a shape is a placeholder for ("title", "body", "sldNum" …); "none" for a shape of its own.
std::string_view placeholder_of(pugi::xml_node shape) {
    const pugi::xml_node placeholder = child(child(child(shape, "nvSpPr"), "nvPr"), "ph");
    if (!placeholder) return "none";
    const std::string_view type = attribute(placeholder, "type");
    return type.empty() ? "obj" : type;
}

bool is_switched_on(std::string_view value) { return value == "1" || value == "true"; }

class PptxReader {
public:
    PptxReader(std::string_view bytes, std::string_view media_type, const ExtractOptions& options)
        : budget_("PPTX", options), package_(bytes, budget_), builder_(options, media_type), lists_(builder_) {}

    document::Document read() {
        const std::string part = package_.main_part();
        const XmlDocument presentation(package_.archive().read_required(part), part, budget_);
        if (local_name(presentation.root()) != "presentation") {
            throw budget_.refusal("it contains no presentation", "check its file extension");
        }
        package_.read_properties(builder_);
        const auto relationships = package_.relationships(part);
        std::size_t number = 0;
        for (const pugi::xml_node one : child(presentation.root(), "sldIdLst").children()) {
            // An "id" of the slide itself stands beside the relationship's, "r:id".
            const auto slide = relationships.find(prefixed_id(one));
            if (local_name(one) != "sldId" || slide == relationships.end()) continue;
            if (!read_.insert(slide->second.target).second) continue;  // no presentation has a slide twice
            builder_.begin_page();
            read_slide(slide->second.target, ++number);
        }
        warn_of_slides_without_text(untitled_, builder_.document());
        return builder_.finish();
    }

private:
    static std::string_view prefixed_id(pugi::xml_node node) {
        for (const pugi::xml_attribute one : node.attributes()) {
            const std::string_view name = one.name();
            if (name.find(':') != std::string_view::npos && local_name(one.name()) == "id") return one.value();
        }
        return {};
    }

    void read_slide(const std::string& part, std::size_t number) {
        const XmlDocument slide(package_.archive().read_required(part), part, budget_);
        const std::string_view show = attribute(slide.root(), "show");
        if (show == "0" || show == "false") {
            builder_.count_removed("hidden slide");
            return;
        }
        const pugi::xml_node tree = child(child(slide.root(), "cSld"), "spTree");
        const std::string title = slide_title(tree);
        if (title.empty()) ++untitled_;
        builder_.heading(1, title.empty() ? fmt::format("Slide {}", number) : title);
        walk(tree, [this](pugi::xml_node node) { return enter_shape(node); });
        lists_.close();
        for (const auto& [id, relationship] : package_.relationships(part)) {
            if (relationship.type == "diagramData") read_diagram(relationship.target);
        }
        for (const auto& [id, relationship] : package_.relationships(part)) {
            if (relationship.type == "notesSlide") read_speaker_notes(relationship.target);
        }
    }

    static bool is_title(pugi::xml_node shape) {
        const std::string_view placeholder = placeholder_of(shape);
        return placeholder == "title" || placeholder == "ctrTitle";
    }

    static std::string slide_title(pugi::xml_node tree) {
        std::string title;
        walk(tree, [&](pugi::xml_node node) {
            if (local_name(node) == "sp" && title.empty() && is_title(node)) title = slide_lines(node);
            return title.empty();
        });
        return std::string(trim(title));
    }

    /// Shapes may stand in groups.
    bool enter_shape(pugi::xml_node node) {
        budget_.check();
        const std::string_view name = local_name(node);
        if (name == "sp") {
            if (!is_title(node)) text_shape(node);
            return false;
        }
        if (name == "tbl") {
            table(node);
            return false;
        }
        return name != "Fallback" || !is_second_choice(node);
    }

    void text_shape(pugi::xml_node shape) {
        const std::string_view placeholder = placeholder_of(shape);
        for (const std::string_view edge : {"dt", "ftr", "hdr", "sldNum", "sldImg"}) {
            if (placeholder == edge) return;
        }
        if (is_switched_on(attribute(child(child(shape, "nvSpPr"), "cNvPr"), "hidden"))) {
            builder_.count_removed("hidden shape");
            return;
        }
        const pugi::xml_node body = child(shape, "txBody");
        const bool bulleted = placeholder == "body" || placeholder == "obj";
        std::vector<int> numbers;
        for (const pugi::xml_node one : body.children()) {
            if (local_name(one) != "p") continue;
            const std::string text = slide_paragraph(one);
            if (trim(text).empty()) continue;
            slide_text(child(one, "pPr"), text, bulleted, numbers);
        }
        lists_.close();
    }

    /// A paragraph, or a list's item: the body of a slide is a list, unless a paragraph says otherwise.
    void slide_text(pugi::xml_node properties, const std::string& text, bool bulleted, std::vector<int>& numbers) {
        const int level = std::min(std::max(to_int(attribute(properties, "lvl")), 0), 8);
        const pugi::xml_node numbered = child(properties, "buAutoNum");
        const bool item = numbered || child(properties, "buChar") || child(properties, "buBlip") ||
                          (bulleted && !child(properties, "buNone"));
        numbers.resize(static_cast<std::size_t>(level) + 1);
        if (!item) {
            lists_.close();
            builder_.paragraph(text);
        } else if (numbered) {
            lists_.item(level, slide_number(numbered, ++numbers.back()), text);
        } else {
            numbers.back() = 0;
            lists_.item(level, "-", text);
        }
    }

    /// "arabicPeriod" is 1., "alphaLcParenR" a), "romanUcPeriod" III.
    static std::string slide_number(pugi::xml_node numbered, int number) {
        const std::string_view type = attribute(numbered, "type");
        const int start = std::max(to_int(attribute(numbered, "startAt"), 1), 1);
        const auto holds = [&](std::string_view word) { return type.find(word) != std::string_view::npos; };
        const std::string_view format = holds("alphaLc")   ? "lowerLetter"
                                        : holds("alphaUc") ? "upperLetter"
                                        : holds("romanLc") ? "lowerRoman"
                                        : holds("romanUc") ? "upperRoman"
                                                           : "decimal";
        // Starts are limited so that the sum is none that overflows.
        return number_label(std::min(start, 32'767) + number - 1, format) + (holds("Paren") ? ")" : ".");
    }

    void table(pugi::xml_node node) {
        lists_.close();
        TableRows rows(budget_);
        for (const pugi::xml_node row : node.children()) {
            if (local_name(row) != "tr") continue;
            rows.begin_row();
            // Each column has its cell: those that a merged one covers are there, and empty.
            for (const pugi::xml_node cell : row.children()) {
                if (local_name(cell) != "tc") continue;
                const bool covered =
                    is_switched_on(attribute(cell, "hMerge")) || is_switched_on(attribute(cell, "vMerge"));
                rows.cell(covered ? std::string() : slide_lines(cell));
            }
        }
        rows.write(builder_);
    }

    void read_diagram(const std::string& part) {
        auto xml = part.empty() ? std::nullopt : package_.archive().read(part);
        if (!xml) return;
        const XmlDocument diagram(std::move(*xml), part, budget_);
        walk(diagram.root(), [this](pugi::xml_node node) {
            if (local_name(node) != "t" || !child(node, "p")) return true;
            const std::string text = slide_lines(node);
            if (!trim(text).empty()) lists_.item(0, "-", text);
            return false;
        });
        lists_.close();
    }

    void read_speaker_notes(const std::string& part) {
        auto xml = part.empty() ? std::nullopt : package_.archive().read(part);
        if (!xml) return;
        const XmlDocument notes(std::move(*xml), part, budget_);
        std::string text;
        walk(notes.root(), [&](pugi::xml_node node) {
            if (local_name(node) != "sp") return true;
            if (placeholder_of(node) == "body") text += slide_lines(node);
            return false;
        });
        if (trim(text).empty()) return;
        builder_.begin_quote();
        builder_.paragraph(text);
        builder_.end_quote();
    }

    ExtractBudget budget_;
    OpcPackage package_;
    TextBuilder builder_;
    ListWriter lists_;
    std::set<std::string> read_;  ///< Slides.
    std::size_t untitled_ = 0;    ///< Whose headings are made up.
};

}  // namespace

std::span<const std::string_view> PptxExtractor::extensions() const noexcept {
    static constexpr auto endings = std::to_array<std::string_view>({"pptx", "pptm", "ppsx", "potx"});
    return endings;
}

document::Document PptxExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    return PptxReader(bytes, media_type(), options).read();
}

}  // namespace quarry::extract
