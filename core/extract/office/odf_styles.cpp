#include "core/extract/office/odf_styles.h"

#include <algorithm>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

constexpr int longest_odf_chain = 32;
constexpr std::size_t longest_list_affix = 20;

OdfStyle read_odf_style(pugi::xml_node element) {
    OdfStyle style;
    const std::string name = ascii_lower(attribute(element, "name"));
    if (name == "title") style.kind = OdfStyle::Kind::title;
    if (name.starts_with("preformatted") || name == "source_20_code") style.kind = OdfStyle::Kind::code;
    if (name == "quotations" || name == "block_20_text") style.kind = OdfStyle::Kind::quote;
    for (const pugi::xml_node properties : element.children()) {
        const std::string_view kind = local_name(properties);
        if (kind == "text-properties") style.hidden |= attribute(properties, "display") == "none";
        if (kind == "table-properties") style.hidden |= attribute(properties, "display") == "false";
        if (kind == "drawing-page-properties") style.hidden |= attribute(properties, "visibility") == "hidden";
        if (kind == "paragraph-properties") style.page_break_before |= attribute(properties, "break-before") == "page";
    }
    return style;
}

/// OpenDocument names number formats by their first number.
std::string number_format(std::string_view first) {
    if (first == "a") return "lowerLetter";
    if (first == "A") return "upperLetter";
    if (first == "i") return "lowerRoman";
    return first == "I" ? "upperRoman" : "decimal";
}

}  // namespace

void OdfStyles::add(pugi::xml_node root) {
    for (const char* section : {"styles", "automatic-styles"}) {
        for (const pugi::xml_node one : child(root, section).children()) {
            const std::string_view kind = local_name(one);
            if (kind == "list-style") add_list(one);
            if (kind != "style") continue;
            styles_[std::string(attribute(one, "name"))] = {
                std::string(attribute(one, "parent-style-name")), read_odf_style(one), {}};
        }
    }
}

void OdfStyles::add_list(pugi::xml_node list) {
    auto& levels = lists_[std::string(attribute(list, "name"))];
    for (const pugi::xml_node one : list.children()) {
        const int level = to_int(attribute(one, "level"));
        if (level < 1 || level > 10) continue;
        OdfListLevel& entry = levels[static_cast<std::size_t>(level) - 1];
        entry.numbered = local_name(one) == "list-level-style-number" && !attribute(one, "num-format").empty();
        entry.format = number_format(attribute(one, "num-format"));
        entry.prefix = trim(one_line(attribute(one, "num-prefix"), longest_list_affix));
        entry.suffix = trim(one_line(attribute(one, "num-suffix"), longest_list_affix));
        entry.start = to_int(attribute(one, "start-value"), 1);
        entry.shown_levels = std::clamp(to_int(attribute(one, "display-levels"), 1), 1, 10);
    }
}

void OdfStyles::resolve() {
    for (auto& [name, entry] : styles_) {
        entry.resolved = entry.own;
        auto parent = styles_.find(entry.parent);
        for (int step = 0; step < longest_odf_chain && parent != styles_.end(); ++step) {
            const OdfStyle& inherited = parent->second.own;
            if (entry.resolved.kind == OdfStyle::Kind::text) entry.resolved.kind = inherited.kind;
            entry.resolved.hidden |= inherited.hidden;
            entry.resolved.page_break_before |= inherited.page_break_before;
            parent = styles_.find(parent->second.parent);
        }
    }
}

const OdfStyle& OdfStyles::style(std::string_view name) const {
    const auto found = styles_.find(name);
    return found == styles_.end() ? ordinary_ : found->second.resolved;
}

const OdfListLevel* OdfStyles::list_level(std::string_view name, std::size_t level) const {
    const auto list = lists_.find(name);
    if (list == lists_.end()) return nullptr;
    const auto found = list->second.find(level);
    return found == list->second.end() ? nullptr : &found->second;
}

}  // namespace quarry::extract
