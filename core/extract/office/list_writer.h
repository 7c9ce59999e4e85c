#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Writes lists of formats whose items know their level but not their list. Borrows the builder.
class ListWriter {
public:
    explicit ListWriter(TextBuilder& builder) : builder_(builder) {}

    /// An item at a level from 0, below the item before it when that has a lesser level.
    void item(int level, std::string_view marker, std::string_view text) {
        begin_item(level, marker);
        builder_.paragraph(text);
    }
    /// The same of a text whose parts are on pages one after the other.
    void item(int level, std::string_view marker, std::span<const std::string> parts) {
        begin_item(level, marker);
        builder_.paragraph_over_pages(parts);
    }
    /// More text of the item before.
    void continuation(std::string_view text) { builder_.paragraph(text); }
    [[nodiscard]] bool is_open() const noexcept { return !levels_.empty(); }
    /// Ends the list, if one is open: before anything that is no item.
    void close();

private:
    void begin_item(int level, std::string_view marker);
    void close_level();

    TextBuilder& builder_;
    std::vector<int> levels_;
};

}  // namespace quarry::extract
