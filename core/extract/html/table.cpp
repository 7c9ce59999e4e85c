#include "core/extract/html/table.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

// HTML's own limits are 1000 and 65534; what a reader can take in is less.
constexpr std::size_t most_columns = 500;
constexpr std::size_t most_columns_spanned = 50;
constexpr std::size_t most_rows_spanned = 500;

std::size_t span_of(std::string_view value, std::size_t most) {
    std::size_t span = 1;
    std::from_chars(value.data(), value.data() + value.size(), span);
    return std::clamp<std::size_t>(span, 1, most);
}

/// Calls `visit` for each node below `top` that is not left out, without going into those it returns false for.
template <typename Visit>
void visit_below(const HtmlTree& tree, HtmlNodeId top, const std::vector<bool>& left_out, const Visit& visit) {
    for (HtmlNodeId node = tree[top].first_child; node != 0 && node != top;) {
        const bool deeper = !left_out[node] && visit(node);
        if (deeper && tree[node].first_child != 0) {
            node = tree[node].first_child;
            continue;
        }
        while (node != top && tree[node].next == 0) node = tree[node].parent;
        if (node != top) node = tree[node].next;
    }
}

}  // namespace

HtmlTable::HtmlTable(const HtmlTree& tree, HtmlNodeId table, const std::vector<bool>& left_out)
    : tree_(tree), left_out_(left_out) {
    read_rows(table);
    const std::string role = ascii_lower(tree.attribute(table, "role"));
    std::size_t cells = 0;
    for (const auto& row : rows_) {
        std::size_t width = 0;
        for (const HtmlNodeId cell : row) {
            width += span_of(tree.attribute(cell, "colspan"), most_columns_spanned);
            layout_ = layout_ || has_parts_of_a_page(cell);
        }
        cells += row.size();
        columns_ = std::max(columns_, std::min(width, most_columns));
    }
    // One cell, or one column without a header, is a frame around a text.
    layout_ = layout_ || role == "presentation" || role == "none" || cells <= 1 ||
              (columns_ == 1 && !tree.is(rows_.front().front(), "th"));
}

void HtmlTable::read_rows(HtmlNodeId parent) {
    for (HtmlNodeId child = tree_[parent].first_child; child != 0; child = tree_[child].next) {
        if (left_out_[child]) continue;
        if (tree_.is(child, "thead") || tree_.is(child, "tbody") || tree_.is(child, "tfoot")) {
            // Groups stand in the table only, so this is one level deep.
            if (tree_.is(parent, "table")) read_rows(child);
        } else if (tree_.is(child, "tr")) {
            std::vector<HtmlNodeId> row;
            for (HtmlNodeId cell = tree_[child].first_child; cell != 0; cell = tree_[cell].next) {
                if (left_out_[cell]) continue;
                if (tree_.is(cell, "td") || tree_.is(cell, "th")) {
                    row.push_back(cell);
                } else {
                    outside_rows_.push_back(cell);
                }
            }
            if (!row.empty()) rows_.push_back(std::move(row));
        } else {
            outside_rows_.push_back(child);
        }
    }
}

bool HtmlTable::has_parts_of_a_page(HtmlNodeId cell) const {
    bool found = false;
    visit_below(tree_, cell, left_out_, [&](HtmlNodeId node) {
        const HtmlElement* const element = tree_[node].element;
        if (element == nullptr) return false;
        found = found || element->name == "table" || element->is(HtmlElement::heading) || element->name == "pre" ||
                element->name == "blockquote" || element->name == "section" || element->name == "article";
        return !found;
    });
    return found;
}

std::string HtmlTable::cell_text(HtmlNodeId cell) const {
    std::string text;
    visit_below(tree_, cell, left_out_, [&](HtmlNodeId node) {
        const HtmlElement* const element = tree_[node].element;
        if (element == nullptr) {
            append_unescaped(tree_[node].text, text);
        } else if (element->name == "img") {
            append_unescaped(tree_.attribute(node, "alt"), text);
        } else if (element->is(HtmlElement::block) || element->name == "br") {
            if (trim(text) != "" && element->name == "li") text += "; ";
            text += ' ';
        }
        return true;
    });
    return text;
}

void HtmlTable::write_rows(TextBuilder& builder) const {
    struct Reaching {
        std::string text;
        std::size_t rows = 0;  ///< Still to be filled.
    };
    std::vector<Reaching> reaching;  // by column
    std::vector<std::string> cells;
    for (const auto& row : rows_) {
        cells.clear();
        const auto fill = [&] {
            while (cells.size() < reaching.size() && reaching[cells.size()].rows > 0) {
                Reaching& above = reaching[cells.size()];
                --above.rows;
                cells.push_back(above.text);
            }
        };
        for (const HtmlNodeId cell : row) {
            fill();
            if (cells.size() >= most_columns) break;
            const std::size_t column = cells.size();
            cells.push_back(cell_text(cell));
            const std::size_t rows = span_of(tree_.attribute(cell, "rowspan"), most_rows_spanned);
            if (rows > 1) {
                if (reaching.size() <= column) reaching.resize(column + 1);
                reaching[column] = {cells.back(), rows - 1};
            }
            const std::size_t width = span_of(tree_.attribute(cell, "colspan"), most_columns_spanned);
            cells.resize(std::min(column + width, most_columns));
        }
        fill();
        builder.row(cells);
    }
}

}  // namespace quarry::extract
