#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/extract/extract_watch.h"
#include "core/extract/html/tokenizer.h"
#include "core/extract/invisible.h"

namespace quarry::extract {

/// Number of a node in its tree; parents have smaller numbers than their children. 0 is the root, and no node's child.
using HtmlNodeId = std::uint32_t;

struct HtmlNode {
    const HtmlElement* element = nullptr;  ///< Null for a text.
    std::string_view text;                 ///< Of a text: the source's, with entities.
    HtmlNodeId parent = 0;
    HtmlNodeId first_child = 0;  ///< 0 for none.
    HtmlNodeId last_child = 0;
    HtmlNodeId next = 0;  ///< The next sibling, 0 for none.
    std::uint32_t attributes = 0;
    std::uint32_t attribute_count = 0;
};

/// The elements and texts of a page. Borrows the source.
class HtmlTree {
public:
    /// Reads any text: where tags do not match, elements are ended as browsers end them. Elements nested deeper than
    /// the limit are left out, with their content kept, and counted in `removed`. Throws Error(failed) when the page
    /// has too many elements.
    HtmlTree(std::string_view source, ExtractWatch& watch, RemovedCounts& removed);

    [[nodiscard]] const HtmlNode& operator[](HtmlNodeId id) const { return nodes_[id]; }
    [[nodiscard]] HtmlNodeId size() const noexcept { return static_cast<HtmlNodeId>(nodes_.size()); }
    [[nodiscard]] std::span<const HtmlAttribute> attributes(HtmlNodeId id) const {
        return std::span(attributes_).subspan(nodes_[id].attributes, nodes_[id].attribute_count);
    }
    /// The value of an attribute as the source has it; an empty view when there is none.
    [[nodiscard]] std::string_view attribute(HtmlNodeId id, std::string_view name) const;
    [[nodiscard]] bool has_attribute(HtmlNodeId id, std::string_view name) const;
    /// Whether the node is an element of that name.
    [[nodiscard]] bool is(HtmlNodeId id, std::string_view name) const {
        return nodes_[id].element != nullptr && nodes_[id].element->name == name;
    }
    /// All text below the node, entities unescaped, white space as it is.
    [[nodiscard]] std::string text_of(HtmlNodeId id) const;

private:
    friend class HtmlTreeBuilder;

    std::vector<HtmlNode> nodes_;
    std::vector<HtmlAttribute> attributes_;
};

}  // namespace quarry::extract
