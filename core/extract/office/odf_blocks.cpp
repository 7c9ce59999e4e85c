#include "core/extract/office/odf_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/extract/office/number_label.h"

namespace quarry::extract {
namespace {

/// Sections, indexes of subjects and the like: what is in them stands as if they were not there.
bool is_wrapper(std::string_view name) {
    for (const char* wrapper :
         {"section", "frame", "text-box", "g", "custom-shape", "page-sequence", "rect", "numbered-paragraph"}) {
        if (name == wrapper) return true;
    }
    return false;
}

}  // namespace

void OdfBlocks::write(pugi::xml_node container) {
    for (const pugi::xml_node node : container.children()) {
        budget_.check();
        const std::string_view name = local_name(node);
        if (name == "p" || name == "h") {
            paragraph(node);
        } else if (name == "list") {
            end_code_and_quote();
            list(node, 0, attribute(node, "style-name"));
        } else if (name == "table") {
            table(node);
        } else if (name == "soft-page-break") {
            builder_.begin_page();
        } else if (is_wrapper(name)) {
            write(node);
        }
    }
}

OdfParagraph OdfBlocks::read_paragraph(pugi::xml_node node) {
    OdfParagraph content = odf_paragraph(node, styles_);
    builder_.count_removed("hidden text", content.hidden);
    std::size_t shift = 0;
    for (std::size_t index = 0; index < content.notes.size(); ++index) {
        const std::string mark = fmt::format("[^{}]", ++note_count_);
        content.text.insert(content.note_positions[index] + shift, mark);
        shift += mark.size();
        notes_.emplace_back(mark, child(content.notes[index], "note-body"));
    }
    return content;
}

void OdfBlocks::paragraph(pugi::xml_node node) {
    const OdfParagraph content = read_paragraph(node);
    if (content.page_before) builder_.begin_page();
    text_block(node, content.text);
    if (content.page_after) builder_.begin_page();
    for (const pugi::xml_node box : content.boxes) {
        end_containers();
        write(box);
    }
}

void OdfBlocks::text_block(pugi::xml_node node, const std::string& text) {
    const OdfStyle& style = styles_.style(attribute(node, "style-name"));
    const bool heading = local_name(node) == "h";
    if (!heading && style.kind == OdfStyle::Kind::code) {
        if (!code_) end_containers();
        code_ = code_ ? *code_ + "\n" + text : text;
        return;
    }
    if (trim(text).empty()) return;
    if (!heading && style.kind == OdfStyle::Kind::quote) {
        if (!in_quote_) end_containers();
        if (!std::exchange(in_quote_, true)) builder_.begin_quote();
        builder_.paragraph(text);
        return;
    }
    end_containers();
    if (heading || style.kind == OdfStyle::Kind::title) {
        write_notes();
        builder_.heading(heading ? to_int(attribute(node, "outline-level"), 1) : 1, text);
    } else {
        builder_.paragraph(text);
    }
}

void OdfBlocks::list(pugi::xml_node node, std::size_t level, std::string_view style) {
    // What goes on counts on, also when another list stands between.
    const bool goes_on = attribute(node, "continue-numbering") == "true" || !attribute(node, "continue-list").empty();
    std::vector<int>& counters = counters_[std::string(style)];
    if (!goes_on) counters.resize(std::min(counters.size(), level));
    for (const pugi::xml_node item : node.children()) {
        const std::string_view name = local_name(item);
        if (name == "list-item" || name == "list-header") list_item(item, level, style);
    }
}

void OdfBlocks::list_item(pugi::xml_node item, std::size_t level, std::string_view style) {
    bool begun = false;
    for (const pugi::xml_node node : item.children()) {
        budget_.check();
        const std::string_view name = local_name(node);
        if (name == "list") {
            const std::string_view own = attribute(node, "style-name");
            list(node, level + 1, own.empty() ? style : own);
        } else if (name == "h") {
            lists_.close();  // a numbered heading
            paragraph(node);
        } else if (name == "p") {
            const OdfParagraph content = read_paragraph(node);
            if (content.page_before) builder_.begin_page();
            if (!trim(content.text).empty()) {
                if (std::exchange(begun, true)) {
                    lists_.continuation(content.text);
                } else {
                    lists_.item(static_cast<int>(level), item_label(item, level, style), content.text);
                }
            }
            if (content.page_after) builder_.begin_page();
        }
    }
}

std::string OdfBlocks::item_label(pugi::xml_node item, std::size_t level, std::string_view style) {
    const OdfListLevel* const definition = styles_.list_level(style, level);
    if (definition == nullptr || !definition->numbered) return "-";
    std::vector<int>& counters = counters_[std::string(style)];
    counters.resize(level + 1);
    int& counter = counters[level];
    const int given = to_int(attribute(item, "start-value"));
    counter = given > 0 ? given : counter > 0 ? counter + 1 : std::max(definition->start, 1);
    std::string number;
    const auto shown = static_cast<std::size_t>(definition->shown_levels);
    for (std::size_t each = level + 1 > shown ? level + 1 - shown : 0; each <= level; ++each) {
        const OdfListLevel* const outer = styles_.list_level(style, each);
        if (outer == nullptr || !outer->numbered) continue;
        if (!number.empty()) number += '.';
        number += number_label(std::max(counters[each], 1), outer->format);
    }
    return one_line(definition->prefix + number + definition->suffix, 40);
}

void OdfBlocks::table(pugi::xml_node node) {
    end_containers();
    if (styles_.style(attribute(node, "style-name")).hidden) return builder_.count_removed("hidden table");
    read_table(node).write(builder_);
}

TableRows OdfBlocks::read_table(pugi::xml_node node) {
    TableRows rows(budget_);
    // Rows may be in groups, and among header rows.
    walk(node, [&](pugi::xml_node one) {
        const std::string_view name = local_name(one);
        if (name == "table-row") {
            rows.begin_row();
            return true;
        }
        if (name == "table-cell" || name == "covered-table-cell") {
            cell(one, rows);
            return false;
        }
        return name == "table-header-rows" || name == "table-rows" || name == "table-row-group";
    });
    return rows;
}

void OdfBlocks::cell(pugi::xml_node node, TableRows& rows) {
    const int repeated = std::max(to_int(attribute(node, "number-columns-repeated"), 1), 1);
    const std::string text = local_name(node) == "table-cell" ? lines(node) : std::string();
    rows.repeated_cell(text, repeated);
}

std::string OdfBlocks::lines(pugi::xml_node node) {
    std::string text;
    const auto add = [&](const std::string& line) {
        if (!text.empty() && !line.empty()) text += '\n';
        text += line;
    };
    walk(node, [&](pugi::xml_node one) {
        const std::string_view name = local_name(one);
        if (name == "table") {
            add(read_table(one).as_line());
            return false;
        }
        if (name != "p" && name != "h") return name != "annotation" && name != "title" && name != "desc";
        const OdfParagraph content = read_paragraph(one);
        add(content.text);
        for (const pugi::xml_node box : content.boxes) add(lines(box));
        return false;
    });
    return text;
}

void OdfBlocks::end_containers() {
    end_code_and_quote();
    lists_.close();
}

void OdfBlocks::end_code_and_quote() {
    if (code_) builder_.code(*std::exchange(code_, std::nullopt), "");
    if (std::exchange(in_quote_, false)) builder_.end_quote();
}

void OdfBlocks::write_notes() {
    // A note may hold others, which are then added behind; the tree ends that.
    for (std::size_t index = 0; index < notes_.size(); ++index) {
        const auto [mark, body] = notes_[index];
        builder_.paragraph(fmt::format("{}: {}", mark, trim(lines(body))));
    }
    notes_.clear();
}

void OdfBlocks::finish() {
    end_containers();
    write_notes();
}

}  // namespace quarry::extract
