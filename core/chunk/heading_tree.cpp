#include "core/chunk/heading_tree.h"

#include <algorithm>

namespace quarry::chunk {

HeadingTree::HeadingTree(const std::vector<document::Block>& blocks) : nodes_(1) {
    Section open = root;
    for (const document::Block& block : blocks) {
        if (block.kind != document::BlockKind::heading) continue;
        const int level = std::max(1, block.level);
        while (open != root && nodes_[open].level >= level) open = nodes_[open].parent;
        nodes_.push_back({&block, open, level});
        open = nodes_.size() - 1;
    }
}

HeadingTree::Section HeadingTree::section_at(std::size_t offset) {
    while (current_ + 1 < nodes_.size() && nodes_[current_ + 1].heading->start <= offset) ++current_;
    return current_;
}

HeadingTree::Section HeadingTree::common(Section a, Section b) const {
    // A parent's number is smaller than its children's, so the larger of two unequal ones is never the common one.
    while (a != b) {
        Section& larger = a > b ? a : b;
        larger = nodes_[larger].parent;
    }
    return a;
}

std::vector<std::string> HeadingTree::path(Section section) const {
    std::vector<std::string> labels;
    for (; section != root; section = nodes_[section].parent) labels.push_back(nodes_[section].heading->label);
    std::reverse(labels.begin(), labels.end());
    return labels;
}

}  // namespace quarry::chunk
