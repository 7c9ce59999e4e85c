#include "core/extract/office/xml.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "core/base/text.h"
#include "core/extract/xml_tree_size.h"

namespace quarry::extract {
namespace {

/// pugixml takes any bytes, and makes surrogates of references such as &#xD800;.
void make_valid_utf8(pugi::xml_node node) {
    if (find_invalid_utf8(node.value())) node.set_value(replace_invalid_utf8(node.value()).c_str());
    for (pugi::xml_attribute one = node.first_attribute(); one; one = one.next_attribute()) {
        if (find_invalid_utf8(one.value())) one.set_value(replace_invalid_utf8(one.value()).c_str());
    }
}

/// A declaration in the document itself: any that begins as an entity's does. Nothing outside of it is ever read.
bool defines_entities(std::string_view doctype) { return doctype.find("<!ENTITY") != std::string_view::npos; }

constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_doctype;

}  // namespace

XmlDocument::XmlDocument(std::string xml, std::string_view part, ExtractBudget& budget) : xml_(std::move(xml)) {
    if (xml_tree_bytes(xml_) > most_xml_tree_bytes) {
        throw budget.over_limit(fmt::format("the elements of its part \"{}\" take more than {} of memory",
                                            one_line(part, 80), human_bytes(most_xml_tree_bytes)));
    }
    const pugi::xml_parse_result result = tree_.load_buffer_inplace(xml_.data(), xml_.size(), parse_flags);
    if (!result) {
        throw budget.refusal(fmt::format("its part \"{}\" is not well-formed XML, at byte {}: {}", one_line(part, 80),
                                         result.offset, ascii_lower(result.description())),
                             "the file may be damaged: create or download it again");
    }
    check_tree(part, budget);
}

void XmlDocument::check_tree(std::string_view part, ExtractBudget& budget) {
    std::size_t depth = 0;
    walk(
        tree_,
        [&](pugi::xml_node node) {
            budget.check();
            if (node.type() == pugi::node_doctype && defines_entities(node.value())) {
                throw budget.refusal(fmt::format("its part \"{}\" defines its own entities", one_line(part, 80)));
            }
            make_valid_utf8(node);
            if (!node.first_child()) return false;
            if (++depth > budget.limits().max_depth) {
                throw budget.over_limit(fmt::format("its part \"{}\" has elements nested deeper than {}",
                                                    one_line(part, 80), budget.limits().max_depth));
            }
            return true;
        },
        [&](pugi::xml_node node) {
            if (node.first_child()) --depth;
        });
}

std::string_view local_name(const char* name) noexcept {
    const std::string_view whole(name);
    const std::size_t colon = whole.rfind(':');
    return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

pugi::xml_node child(pugi::xml_node node, std::string_view name) noexcept {
    for (pugi::xml_node one = node.first_child(); one; one = one.next_sibling()) {
        if (local_name(one) == name) return one;
    }
    return {};
}

pugi::xml_node child(pugi::xml_node node, std::string_view name, std::string_view grandchild) noexcept {
    return child(child(node, name), grandchild);
}

std::string_view attribute(pugi::xml_node node, std::string_view name) noexcept {
    for (pugi::xml_attribute one = node.first_attribute(); one; one = one.next_attribute()) {
        if (local_name(one.name()) == name) return one.value();
    }
    return {};
}

int to_int(std::string_view text, int fallback) noexcept {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} ? number : fallback;
}

bool is_second_choice(pugi::xml_node fallback) noexcept {
    pugi::xml_node first = fallback.parent().first_child();
    while (first && first.type() != pugi::node_element) first = first.next_sibling();
    return local_name(first) == "Choice";
}

std::string all_text(pugi::xml_node node) {
    std::string text;
    walk(node, [&](pugi::xml_node one) {
        text += one.value();
        return true;
    });
    return text;
}

}  // namespace quarry::extract
