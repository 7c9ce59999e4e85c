#include "core/extract/office/docx_extractor.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/extract/office/docx_styles.h"
#include "core/extract/office/docx_text.h"
#include "core/extract/office/list_writer.h"
#include "core/extract/office/opc_package.h"
#include "core/extract/office/table_rows.h"
#include "core/extract/office/xml_elements.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

struct DocxNote {
    pugi::xml_node content;
    std::string mark;  ///< Set when it is first referred to.
};
/// By their id.
using DocxNotes = std::map<std::string, DocxNote, std::less<>>;

class DocxReader {
public:
    DocxReader(std::string_view bytes, std::string_view media_type, const ExtractOptions& options)
        : budget_("DOCX", options), package_(bytes, budget_), builder_(options, media_type), lists_(builder_) {}

    document::Document read() {
        const std::string part = package_.main_part();
        const auto relationships = package_.relationships(part);
        const auto open = [&](std::string_view type) { return open_part(target_of_type(relationships, type)); };
        const auto styles = open("styles");
        if (styles) styles_ = DocxStyles(styles->root());
        const auto numbering = open("numbering");
        if (numbering) numbering_ = DocxNumbering(numbering->root());
        const auto footnotes = open("footnotes"), endnotes = open("endnotes");
        if (footnotes) read_notes(footnotes->root(), footnotes_);
        if (endnotes) read_notes(endnotes->root(), endnotes_);
        package_.read_properties(builder_);
        set_language();
        find_page_breaks(part);
        read_body(part);
        close_containers();
        write_notes();
        return builder_.finish();
    }

private:
    std::unique_ptr<XmlDocument> open_part(const std::string& part) {
        auto xml = part.empty() ? std::nullopt : package_.archive().read(part);
        return xml ? std::make_unique<XmlDocument>(std::move(*xml), part, budget_) : nullptr;
    }

    static void read_notes(pugi::xml_node root, DocxNotes& notes) {
        for (const pugi::xml_node one : root.children()) {
            // Those with a type are the rules between text and notes.
            if (attribute(one, "type").empty()) notes.try_emplace(std::string(attribute(one, "id")), DocxNote{one, {}});
        }
    }

    void set_language() {
        std::string& language = builder_.document().language;
        const std::string& tag = styles_.language();
        if (language.empty()) language = ascii_lower(std::string_view(tag).substr(0, tag.find('-')));
    }

    void find_page_breaks(const std::string& part) {
        bool any = false;
        bool has_body = false;
        const auto look = [&](pugi::xml_node opened) {
            const std::string_view name = local_name(opened);
            has_body |= name == "body";
            if (name == "lastRenderedPageBreak") page_breaks_ = DocxPageBreaks::rendered;
            any |= name == "lastRenderedPageBreak" || name == "pageBreakBefore" ||
                   (name == "br" && attribute(opened, "type") == "page");
            return XmlElements::Use::enter;
        };
        if (!for_each_element(package_.archive(), part, budget_, look, {})) throw package_.archive().lacks(part);
        if (!has_body) {
            throw budget_.refusal("it contains no text document", "check its file extension");
        }
        if (any) builder_.begin_page();
    }

    /// Block by block: the text may be large.
    void read_body(const std::string& part) {
        const auto choose = [](pugi::xml_node opened) {
            const pugi::xml_node parent = opened.parent();
            if (parent.type() == pugi::node_document) return XmlElements::Use::enter;
            if (local_name(parent) == "body") return XmlElements::Use::collect;
            return local_name(opened) == "body" ? XmlElements::Use::enter : XmlElements::Use::skip;
        };
        for_each_element(package_.archive(), part, budget_, choose, [this](pugi::xml_node node) { block(node); });
    }

    /// The blocks in an element: how deep they are nested is bounded by the XML's depth.
    void blocks(pugi::xml_node container) {
        for (const pugi::xml_node node : container.children()) block(node);
    }

    void block(pugi::xml_node node) {
        budget_.check();
        const std::string_view name = local_name(node);
        if (name == "p") {
            paragraph(node);
        } else if (name == "tbl") {
            table(node);
        } else if (name == "sdt") {
            if (!is_contents(node)) blocks(child(node, "sdtContent"));
        } else if (name == "AlternateContent") {
            const pugi::xml_node choice = child(node, "Choice");
            blocks(choice ? choice : child(node, "Fallback"));
        } else if (name == "ins" || name == "moveTo" || name == "customXml" || name == "smartTag") {
            blocks(node);
        }
    }

    static bool is_contents(pugi::xml_node sdt) {
        const pugi::xml_node part = child(child(sdt, "sdtPr"), "docPartObj");
        return attribute(child(part, "docPartGallery"), "val") == "Table of Contents";
    }

    void paragraph(pugi::xml_node node) {
        const pugi::xml_node properties = child(node, "pPr");
        const std::string_view style_id = attribute(child(properties, "pStyle"), "val");
        const DocxStyle& style = styles_.style(style_id);
        DocxParagraph content = read_paragraph(node);
        if (content.page_before) builder_.begin_page();
        if (style.kind != DocxStyle::Kind::contents) write_paragraph(properties, style_id, style, content.text);
        if (content.page_after) builder_.begin_page();
        for (const pugi::xml_node box : content.text_boxes) {
            close_containers();
            blocks(box);
        }
    }

    /// A paragraph's text with the marks of its notes, which are kept for the end of the section.
    DocxParagraph read_paragraph(pugi::xml_node node) {
        DocxParagraph content = docx_paragraph(node, styles_, page_breaks_);
        builder_.count_removed("hidden text", content.hidden_runs);
        std::size_t shift = 0;
        for (std::size_t index = 0; index < content.notes.size(); ++index) {
            const pugi::xml_node reference = content.notes[index];
            DocxNotes& notes = local_name(reference) == "footnoteReference" ? footnotes_ : endnotes_;
            const auto note = notes.find(attribute(reference, "id"));
            if (note == notes.end()) continue;
            std::string& mark = note->second.mark;
            if (mark.empty()) {
                mark = fmt::format("[^{}]", ++note_count_);
                pending_notes_.push_back(note->second);
            }
            content.text.insert(content.note_positions[index] + shift, mark);
            shift += mark.size();
        }
        return content;
    }

    void write_paragraph(pugi::xml_node properties, std::string_view style_id, const DocxStyle& style,
                         const std::string& text) {
        if (style.kind == DocxStyle::Kind::code) {
            lists_.close();
            end_quote();
            if (code_) *code_ += '\n';
            code_ = code_.value_or("") + text;
            return;
        }
        end_code();
        // An empty paragraph is a gap: it takes no number, and ends nothing.
        if (trim(text).empty()) return;
        int level = style.number_level;
        const std::string label = next_label(properties, style_id, style, level);
        int heading = style.kind == DocxStyle::Kind::heading ? style.heading_level : 0;
        if (const pugi::xml_node outline = child(properties, "outlineLvl")) {
            heading = (to_int(attribute(outline, "val"), 9) + 1) % 10;
        }
        if (heading > 0) {
            close_containers();
            write_notes();
            builder_.heading(heading, label.empty() || label == "-" ? text : label + " " + text);
        } else if (!label.empty()) {
            end_quote();
            lists_.item(level, label, text);
        } else if (style.kind == DocxStyle::Kind::quote) {
            lists_.close();
            if (!std::exchange(in_quote_, true)) builder_.begin_quote();
            builder_.paragraph(text);
        } else {
            close_containers();
            builder_.paragraph(text);
        }
    }

    std::string next_label(pugi::xml_node properties, std::string_view style_id, const DocxStyle& style, int& level) {
        std::string id = style.number_id;
        if (const pugi::xml_node number = child(properties, "numPr")) {
            if (const pugi::xml_node own = child(number, "numId")) {
                id = attribute(own, "val");
                level = 0;
            }
            if (const pugi::xml_node own = child(number, "ilvl")) level = to_int(attribute(own, "val"));
        }
        // 0 takes a paragraph out of its style's list.
        return id.empty() || id == "0" ? std::string() : numbering_.next_label(id, level, style_id);
    }

    void table(pugi::xml_node node) {
        close_containers();
        if (const pugi::xml_node only = only_cell(node)) return blocks(only);
        TableRows rows = read_table(node);
        rows.write(builder_);
    }

    /// The cell of a table that is a mere frame around its text, or null.
    static pugi::xml_node only_cell(pugi::xml_node node) {
        pugi::xml_node only;
        for (const pugi::xml_node row : node.children()) {
            const std::string_view name = local_name(row);
            if (name == "tblPr" || name == "tblGrid" || name.empty()) continue;
            if (name != "tr") return {};
            for (const pugi::xml_node cell : row.children()) {
                if (local_name(cell) != "tc") continue;
                if (only) return {};
                only = cell;
            }
        }
        return only;
    }

    TableRows read_table(pugi::xml_node node) {
        TableRows rows(budget_);
        // Rows and cells may be wrapped in content controls and the like.
        walk(node, [&](pugi::xml_node one) {
            const std::string_view name = local_name(one);
            if (name == "tr") {
                if (child(child(one, "trPr"), "del")) return false;
                rows.begin_row();
                const int before = to_int(attribute(child(child(one, "trPr"), "gridBefore"), "val"));
                if (before > 0) rows.cell({}, before);
                return true;
            }
            if (name == "tc") {
                cell(one, rows);
                return false;
            }
            return name == "sdt" || name == "sdtContent" || name == "ins" || name == "customXml" || name == "smartTag";
        });
        return rows;
    }

    void cell(pugi::xml_node node, TableRows& rows) {
        const pugi::xml_node properties = child(node, "tcPr");
        const int span = to_int(attribute(child(properties, "gridSpan"), "val"), 1);
        const pugi::xml_node merge = child(properties, "vMerge");
        const bool covered = merge && attribute(merge, "val") != "restart";
        rows.cell(covered ? std::string() : flat_text(node), span);
    }

    /// All paragraphs below a node as lines: of a cell, or a note.
    std::string flat_text(pugi::xml_node node) {
        std::string text;
        const auto add = [&](const std::string& line) {
            if (!text.empty() && !line.empty()) text += '\n';
            text += line;
        };
        walk(node, [&](pugi::xml_node one) {
            const std::string_view name = local_name(one);
            if (name == "tbl") {
                add(read_table(one).as_line());
                return false;
            }
            if (name != "p") return name != "del" && name != "moveFrom" && name != "Fallback";
            const DocxParagraph content = read_paragraph(one);
            if (content.page_before || content.page_after) page_pending_ = true;
            add(content.text);
            for (const pugi::xml_node box : content.text_boxes) add(flat_text(box));
            return false;
        });
        if (std::exchange(page_pending_, false)) builder_.begin_page();
        return text;
    }

    void write_notes() {
        // A note may refer to others, which are then added behind.
        for (std::size_t index = 0; index < pending_notes_.size(); ++index) {
            const DocxNote note = pending_notes_[index];
            builder_.paragraph(fmt::format("{}: {}", note.mark, trim(flat_text(note.content))));
        }
        pending_notes_.clear();
    }

    void end_code() {
        if (code_) builder_.code(*std::exchange(code_, std::nullopt), "");
    }
    void end_quote() {
        if (std::exchange(in_quote_, false)) builder_.end_quote();
    }
    void close_containers() {
        end_code();
        end_quote();
        lists_.close();
    }

    ExtractBudget budget_;
    OpcPackage package_;
    TextBuilder builder_;
    ListWriter lists_;
    DocxStyles styles_;
    DocxNumbering numbering_;
    DocxNotes footnotes_, endnotes_;
    std::vector<DocxNote> pending_notes_;
    int note_count_ = 0;
    DocxPageBreaks page_breaks_ = DocxPageBreaks::explicit_only;
    std::optional<std::string> code_;
    bool in_quote_ = false;
    bool page_pending_ = false;
};

}  // namespace

std::span<const std::string_view> DocxExtractor::extensions() const noexcept {
    static constexpr auto endings = std::to_array<std::string_view>({"docx", "docm", "dotx", "dotm"});
    return endings;
}

document::Document DocxExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    return DocxReader(bytes, media_type(), options).read();
}

}  // namespace quarry::extract
