#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "core/extract/office/budget.h"

namespace quarry::extract {

/// A part of a container as an XML tree. Nodes borrow from it. Its text is valid UTF-8.
class XmlDocument {
public:
    /// `part` is for messages. Refuses, by the budget, what is not well-formed, a DOCTYPE that defines entities (so
    /// there are none but XML's own five), elements nested too deeply, and parts that are too large for a tree.
    XmlDocument(std::string xml, std::string_view part, ExtractBudget& budget);

    /// The root element.
    [[nodiscard]] pugi::xml_node root() const { return tree_.document_element(); }

private:
    void check_tree(std::string_view part, ExtractBudget& budget);

    std::string xml_;  ///< The tree points into it.
    pugi::xml_document tree_;
};

/// Name without its namespace prefix: producers choose prefixes as they like.
[[nodiscard]] std::string_view local_name(const char* name) noexcept;
[[nodiscard]] inline std::string_view local_name(pugi::xml_node node) noexcept { return local_name(node.name()); }

/// The first child element with that local name, or a null node.
[[nodiscard]] pugi::xml_node child(pugi::xml_node node, std::string_view name) noexcept;
/// The first element of a path of children.
[[nodiscard]] pugi::xml_node child(pugi::xml_node node, std::string_view name, std::string_view grandchild) noexcept;

/// The value of the attribute with that local name; empty when there is none.
[[nodiscard]] std::string_view attribute(pugi::xml_node node, std::string_view name) noexcept;

/// A whole number at the beginning of a text, such as an attribute's; `fallback` when there is none or it is too large.
[[nodiscard]] int to_int(std::string_view text, int fallback = 0) noexcept;

/// The next node in document order below `top` after `node`, without going into it; null at the end. `leave` is called
/// for `node`, and for each parent that is done with it.
template <class Leave>
[[nodiscard]] pugi::xml_node next_after(pugi::xml_node top, pugi::xml_node node, Leave&& leave) {
    while (node != top) {
        leave(node);
        if (const pugi::xml_node sibling = node.next_sibling()) return sibling;
        node = node.parent();
    }
    return {};
}

/// Calls `enter(node)` for each node below `top` in document order, and `leave(node)` for each after what is in it;
/// what `enter` returns false for is not gone into. Needs no stack, however deep the tree.
template <class Enter, class Leave>
void walk(pugi::xml_node top, Enter&& enter, Leave&& leave) {
    pugi::xml_node node = top.first_child();
    while (node) {
        const bool deeper = enter(node);
        if (deeper && node.first_child()) {
            node = node.first_child();
        } else {
            node = next_after(top, node, leave);
        }
    }
}

template <class Enter>
void walk(pugi::xml_node top, Enter&& enter) {
    walk(top, enter, [](pugi::xml_node) {});
}

/// Whether a mc:Fallback stands beside what is to be read in its place: mc:Choice, which comes first.
[[nodiscard]] bool is_second_choice(pugi::xml_node fallback) noexcept;

/// All character data below a node.
[[nodiscard]] std::string all_text(pugi::xml_node node);

}  // namespace quarry::extract
