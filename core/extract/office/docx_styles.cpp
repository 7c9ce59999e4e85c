#include "core/extract/office/docx_styles.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/extract/office/number_label.h"

namespace quarry::extract {
namespace {

/// Styles are based on others no deeper than this; a circle ends here.
constexpr int longest_chain = 32;
constexpr std::size_t docx_list_levels = 9;
constexpr std::size_t longest_list_label = 40;

void set_heading(DocxStyle& style, int level) {
    style.kind = DocxStyle::Kind::heading;
    style.heading_level = level;
}

void classify_by_name(std::string_view name, DocxStyle& style) {
    constexpr std::string_view heading = "heading ";
    const auto holds = [&](std::string_view word) { return name.find(word) != std::string_view::npos; };
    if (name.starts_with(heading)) {
        const int level = to_int(name.substr(heading.size()));
        if (level >= 1 && level <= 9) set_heading(style, level);
    } else if (name == "title") {
        set_heading(style, 1);
    } else if (name.starts_with("toc ") || name.starts_with("index ") || name == "table of figures") {
        style.kind = DocxStyle::Kind::contents;
    } else if (holds("source code") || holds("preformatted") || holds("code block") || name == "code" ||
               name == "macro text") {
        style.kind = DocxStyle::Kind::code;
    } else if (name == "quote" || name == "intense quote" || name == "block text" || name == "quotations") {
        style.kind = DocxStyle::Kind::quote;
    }
}

void apply_style_element(pugi::xml_node element, DocxStyle& style) {
    classify_by_name(ascii_lower(attribute(child(element, "name"), "val")), style);
    const pugi::xml_node paragraph = child(element, "pPr");
    if (const pugi::xml_node outline = child(paragraph, "outlineLvl")) {
        const int level = to_int(attribute(outline, "val"), 9) + 1;
        if (level >= 1 && level <= 9) {
            set_heading(style, level);
        } else if (style.kind == DocxStyle::Kind::heading) {
            style.kind = DocxStyle::Kind::text;
        }
    }
    if (const pugi::xml_node number = child(paragraph, "numPr")) {
        if (const pugi::xml_node id = child(number, "numId")) style.number_id = attribute(id, "val");
        if (const pugi::xml_node level = child(number, "ilvl")) style.number_level = to_int(attribute(level, "val"));
    }
    if (child(paragraph, "pageBreakBefore")) style.page_break_before = docx_switch(paragraph, "pageBreakBefore");
    if (child(child(element, "rPr"), "vanish")) style.hidden = docx_switch(child(element, "rPr"), "vanish");
}

/// "%1.%2" has the counters of levels 1 and 2 in it.
void replace_counters(std::string& text, const std::vector<std::string>& counters) {
    for (std::size_t level = 0; level < counters.size(); ++level) {
        const std::string place = "%" + std::to_string(level + 1);
        for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at)) {
            text.replace(at, place.size(), counters[level]);
            at += counters[level].size();
        }
    }
}

}  // namespace

bool docx_switch(pugi::xml_node properties, std::string_view name) noexcept {
    const pugi::xml_node property = child(properties, name);
    if (!property) return false;
    const std::string_view value = attribute(property, "val");
    return value != "0" && value != "false" && value != "off";
}

DocxStyles::DocxStyles(pugi::xml_node styles) {
    std::map<std::string_view, pugi::xml_node> elements;
    for (const pugi::xml_node one : styles.children()) {
        if (local_name(one) == "style") elements.try_emplace(attribute(one, "styleId"), one);
    }
    for (const auto& [id, element] : elements) {
        std::vector<pugi::xml_node> chain;
        auto next = elements.find(id);
        while (next != elements.end() && chain.size() < longest_chain) {
            chain.push_back(next->second);
            next = elements.find(attribute(child(next->second, "basedOn"), "val"));
        }
        DocxStyle style;
        std::for_each(chain.rbegin(), chain.rend(), [&](pugi::xml_node one) { apply_style_element(one, style); });
        if (attribute(element, "default") == "1" && attribute(element, "type") == "paragraph") ordinary_ = style;
        styles_.try_emplace(std::string(id), std::move(style));
    }
    const pugi::xml_node defaults = child(child(child(styles, "docDefaults"), "rPrDefault"), "rPr");
    language_ = attribute(child(defaults, "lang"), "val");
}

const DocxStyle& DocxStyles::style(std::string_view id) const {
    const auto found = styles_.find(id);
    return found == styles_.end() ? ordinary_ : found->second;
}

DocxNumbering::List DocxNumbering::read_list(pugi::xml_node definition) {
    List list;
    list.levels.resize(docx_list_levels);
    list.counters.resize(docx_list_levels);
    for (const pugi::xml_node one : definition.children()) {
        if (local_name(one) == "numStyleLink") list.linked_style = attribute(one, "val");
        if (local_name(one) != "lvl") continue;
        const int level = to_int(attribute(one, "ilvl"), -1);
        if (level < 0 || level >= static_cast<int>(docx_list_levels)) continue;
        list.levels[static_cast<std::size_t>(level)] = {
            std::string(attribute(child(one, "numFmt"), "val")),
            one_line(attribute(child(one, "lvlText"), "val"), longest_list_label),
            std::string(attribute(child(one, "pStyle"), "val")), to_int(attribute(child(one, "start"), "val"), 1)};
    }
    return list;
}

DocxNumbering::DocxNumbering(pugi::xml_node numbering) {
    std::map<std::string, std::string, std::less<>> list_of_style;
    for (const pugi::xml_node one : numbering.children()) {
        if (local_name(one) != "abstractNum") continue;
        const std::string id(attribute(one, "abstractNumId"));
        lists_[id] = read_list(one);
        if (const pugi::xml_node link = child(one, "styleLink"))
            list_of_style[std::string(attribute(link, "val"))] = id;
    }
    for (auto& [id, list] : lists_) {
        const auto linked = list_of_style.find(list.linked_style);
        if (!list.linked_style.empty() && linked != list_of_style.end() && linked->second != id) {
            list.levels = lists_[linked->second].levels;
        }
    }
    for (const pugi::xml_node one : numbering.children()) {
        if (local_name(one) != "num") continue;
        Number number{std::string(attribute(child(one, "abstractNumId"), "val")), {}};
        for (const pugi::xml_node change : one.children()) {
            const pugi::xml_node start = child(change, "startOverride");
            if (local_name(change) == "lvlOverride" && start) {
                number.starts[to_int(attribute(change, "ilvl"))] = to_int(attribute(start, "val"), 1);
            }
        }
        numbers_.try_emplace(std::string(attribute(one, "numId")), std::move(number));
    }
}

std::string DocxNumbering::label(const List& list, std::size_t level) {
    std::string text = list.levels[level].text;
    std::vector<std::string> counters;
    for (std::size_t each = 0; each <= level; ++each) {
        const int count = list.counters[each] > 0 ? list.counters[each] : list.levels[each].start;
        counters.push_back(number_label(count, list.levels[each].format));
    }
    replace_counters(text, counters);
    return one_line(text, longest_list_label);
}

std::string DocxNumbering::next_label(std::string_view number_id, int& level, std::string_view style_id) {
    const auto number = numbers_.find(number_id);
    const auto found = number == numbers_.end() ? lists_.end() : lists_.find(number->second.list);
    if (found == lists_.end()) {
        level = std::max(level, 0);
        return {};
    }
    List& list = found->second;
    if (level < 0) {
        const auto named = std::find_if(list.levels.begin(), list.levels.end(), [&](const Level& one) {
            return !style_id.empty() && one.style_id == style_id;
        });
        level = named == list.levels.end() ? 0 : static_cast<int>(named - list.levels.begin());
    }
    level = std::min(level, static_cast<int>(docx_list_levels) - 1);
    if (!std::exchange(number->second.begun, true)) {
        for (const auto& [each, start] : number->second.starts) {
            if (each >= 0 && each < static_cast<int>(docx_list_levels))
                list.counters[static_cast<std::size_t>(each)] = 0;
            if (each == level) list.counters[static_cast<std::size_t>(each)] = start - 1;
        }
    }
    const auto at = static_cast<std::size_t>(level);
    int& counter = list.counters[at];
    counter = counter == 0 && number->second.starts.count(level) == 0 ? list.levels[at].start : counter + 1;
    std::fill(list.counters.begin() + level + 1, list.counters.end(), 0);
    if (list.levels[at].format == "bullet") return "-";
    return list.levels[at].format == "none" ? std::string() : label(list, at);
}

}  // namespace quarry::extract
