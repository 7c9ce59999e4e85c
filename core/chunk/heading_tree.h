#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/document/document.h"

namespace quarry::chunk {

/// The sections of a document: each heading with the one that it lies under. Borrows the blocks.
class HeadingTree {
public:
    /// A section by its place in the tree; `root` is the text before the first heading.
    using Section = std::size_t;
    static constexpr Section root = 0;

    explicit HeadingTree(const std::vector<document::Block>& blocks);

    /// The section that `offset` lies in; the heading itself belongs to its section. Offsets must not fall from one
    /// call to the next.
    [[nodiscard]] Section section_at(std::size_t offset);
    /// Heading level of a section, 0 for the root.
    [[nodiscard]] int level(Section section) const { return nodes_[section].level; }
    [[nodiscard]] Section parent(Section section) const { return nodes_[section].parent; }
    /// The innermost section that holds both.
    [[nodiscard]] Section common(Section a, Section b) const;
    /// Labels of the section and those above it, outermost first.
    [[nodiscard]] std::vector<std::string> path(Section section) const;

private:
    struct Node {
        const document::Block* heading = nullptr;
        Section parent = root;
        int level = 0;
    };

    std::vector<Node> nodes_;
    Section current_ = root;
};

}  // namespace quarry::chunk
