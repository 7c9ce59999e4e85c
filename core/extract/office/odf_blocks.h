#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/office/budget.h"
#include "core/extract/office/list_writer.h"
#include "core/extract/office/odf_styles.h"
#include "core/extract/office/odf_text.h"
#include "core/extract/office/table_rows.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Writes the blocks of OpenDocument text: of a text document's body, a slide's frame, a cell. Borrows all it is given.
///
/// How deep blocks are nested is bounded by the XML's depth.
class OdfBlocks {
public:
    OdfBlocks(const OdfStyles& styles, TextBuilder& builder, ExtractBudget& budget)
        : styles_(styles), builder_(builder), budget_(budget), lists_(builder) {}

    void write(pugi::xml_node container);
    /// Ends what is open and writes the notes that are left.
    void finish();
    /// All paragraphs below a node, a line each.
    [[nodiscard]] std::string lines(pugi::xml_node node);

private:
    void paragraph(pugi::xml_node node);
    void text_block(pugi::xml_node node, const std::string& text);
    OdfParagraph read_paragraph(pugi::xml_node node);
    void list(pugi::xml_node node, std::size_t level, std::string_view style);
    void list_item(pugi::xml_node item, std::size_t level, std::string_view style);
    [[nodiscard]] std::string item_label(pugi::xml_node item, std::size_t level, std::string_view style);
    void table(pugi::xml_node node);
    [[nodiscard]] TableRows read_table(pugi::xml_node node);
    void cell(pugi::xml_node node, TableRows& rows);
    void end_containers();
    void end_code_and_quote();
    void write_notes();

    const OdfStyles& styles_;
    TextBuilder& builder_;
    ExtractBudget& budget_;
    ListWriter lists_;
    /// By list style: of its numbered levels; 0: not begun.
    std::map<std::string, std::vector<int>, std::less<>> counters_;
    std::vector<std::pair<std::string, pugi::xml_node>> notes_;
    int note_count_ = 0;
    std::optional<std::string> code_;
    bool in_quote_ = false;
};

}  // namespace quarry::extract
