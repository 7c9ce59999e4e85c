#include "core/extract/html/tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

// About four million elements and texts.
constexpr std::size_t most_html_tree_bytes = 240'000'000;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos; }

}  // namespace

/// Puts tags and texts where they belong: HTML, 13.2.6, without what moves nodes about afterwards.
class HtmlTreeBuilder {
public:
    HtmlTreeBuilder(HtmlTree& tree, ExtractWatch& watch, RemovedCounts& removed)
        : tree_(tree), watch_(watch), removed_(removed) {
        tree_.nodes_.push_back({&html_element("html"), {}});
        open_.push_back(0);
    }

    void read(std::string_view source) {
        // A tag, and the text behind it: so that the nodes are not moved, which would need them twice.
        const auto tags = static_cast<std::size_t>(std::count(source.begin(), source.end(), '<'));
        tree_.nodes_.reserve(std::min(2 * tags + 2, most_html_tree_bytes / sizeof(HtmlNode)));
        HtmlTokenizer tokenizer(source);
        HtmlToken token;
        for (tokenizer.next(token); token.kind != HtmlToken::Kind::end; tokenizer.next(token)) {
            watch_.poll();
            switch (token.kind) {
                case HtmlToken::Kind::text: add_text(token.text); break;
                case HtmlToken::Kind::start_tag: start(token); break;
                case HtmlToken::Kind::end_tag: end(*token.element); break;
                case HtmlToken::Kind::end: break;
            }
        }
    }

private:
    [[nodiscard]] const HtmlElement& element(std::size_t depth) const { return *tree_.nodes_[open_[depth]].element; }
    [[nodiscard]] const HtmlElement& innermost() const { return element(open_.size() - 1); }

    HtmlNodeId add_node(HtmlNode node) {
        require_room();
        const HtmlNodeId id = tree_.size();
        node.parent = open_.back();
        HtmlNode& parent = tree_.nodes_[node.parent];
        if (parent.last_child != 0) {
            tree_.nodes_[parent.last_child].next = id;
        } else {
            parent.first_child = id;
        }
        parent.last_child = id;
        tree_.nodes_.push_back(node);
        return id;
    }

    void require_room() const {
        const std::size_t bytes =
            tree_.nodes_.size() * sizeof(HtmlNode) + tree_.attributes_.size() * sizeof(HtmlAttribute);
        if (bytes < most_html_tree_bytes) return;
        throw Error(ErrorCode::failed, fmt::format("cannot read {}", printable_name(watch_.options().name)),
                    "split the page into smaller ones")
            .because(
                fmt::format("it has {} elements and {} attributes", tree_.nodes_.size(), tree_.attributes_.size()));
    }

    void add_text(std::string_view text) {
        if (innermost().name == "head" && !is_blank(text)) open_.pop_back();
        add_node({nullptr, text});
    }

    void start(const HtmlToken& token) {
        const HtmlElement& started = *token.element;
        if (started.name == "html") {
            if (tree_.nodes_[0].attribute_count == 0) set_attributes(0, token);
            return;
        }
        end_implied(started);
        // The root, and one level for each of the others.
        const bool too_deep = open_.size() > watch_.options().limits.max_depth;
        const bool has_content = !started.is(HtmlElement::void_) && !(token.self_closing && inside_math());
        if (too_deep && has_content && !started.is(HtmlElement::raw_text)) {
            ++too_deep_;
            count_removed(removed_, "element nested too deeply");
            return;
        }
        const HtmlNodeId id = add_node({&started, {}});
        set_attributes(id, token);
        if (started.name == "math") math_depth_ = math_depth_ == 0 ? open_.size() : math_depth_;
        if (has_content) open_.push_back(id);
        if (has_content && started.name == "p") ++open_paragraphs_;
    }

    [[nodiscard]] bool inside_math() const { return math_depth_ != 0 && open_.size() > math_depth_; }

    void set_attributes(HtmlNodeId id, const HtmlToken& token) {
        tree_.nodes_[id].attributes = static_cast<std::uint32_t>(tree_.attributes_.size());
        tree_.nodes_[id].attribute_count = static_cast<std::uint32_t>(token.attributes.size());
        tree_.attributes_.insert(tree_.attributes_.end(), token.attributes.begin(), token.attributes.end());
    }

    /// Ends what a start tag ends by itself: <li> an open <li>, <td> an open <td>, blocks an open <p>.
    void end_implied(const HtmlElement& started) {
        if (innermost().name == "head" && !started.is(HtmlElement::in_head)) open_.pop_back();
        if (started.is(HtmlElement::ends_p)) end_nearest({"p"}, {});
        if (started.is(HtmlElement::heading) && innermost().is(HtmlElement::heading)) open_.pop_back();
        const std::string_view name = started.name;
        if (name == "li") {
            end_nearest({"li"}, {"ul", "ol", "menu", "dir"});
        } else if (name == "dd" || name == "dt") {
            end_nearest({"dd", "dt"}, {"dl"});
        } else if (name == "td" || name == "th") {
            end_nearest({"td", "th", "caption"}, {"tr", "table"});
        } else if (name == "tr") {
            end_nearest({"tr", "caption", "colgroup"}, {"table"});
        } else if (is_one_of(name, {"thead", "tbody", "tfoot"})) {
            end_nearest({"thead", "tbody", "tfoot", "caption", "colgroup"}, {"table"});
        } else if (name == "option" || name == "optgroup") {
            if (innermost().name == "option") open_.pop_back();
        } else if (name == "a") {
            end(started);
        }
    }

    /// Ends the innermost open element of those names, and what is open in it, unless one of `borders`, or an element
    /// that ends the scope, is in between.
    void end_nearest(std::initializer_list<std::string_view> names, std::initializer_list<std::string_view> borders) {
        if (open_paragraphs_ == 0 && names.size() == 1 && *names.begin() == "p") return;
        for (std::size_t depth = open_.size(); depth-- > 1;) {
            const HtmlElement& candidate = element(depth);
            if (is_one_of(candidate.name, names)) {
                close_down_to(depth);
                return;
            }
            if (is_one_of(candidate.name, borders)) return;
            const bool cells = is_one_of("td", names) || is_one_of("tr", names) || is_one_of("tbody", names);
            if (candidate.is(HtmlElement::scope) && !(cells && is_one_of(candidate.name, {"td", "th", "caption"}))) {
                return;
            }
        }
    }

    void end(const HtmlElement& ended) {
        if (ended.name == "br") {
            add_node({&ended, {}});
            return;
        }
        if (ended.name == "html" || ended.name == "body" || ended.is(HtmlElement::void_)) return;
        if (too_deep_ > 0) {
            --too_deep_;
            return;
        }
        const bool table_part = is_one_of(ended.name, {"table", "thead", "tbody", "tfoot", "tr", "td", "th"});
        for (std::size_t depth = open_.size(); depth-- > 1;) {
            const HtmlElement& candidate = element(depth);
            const bool same =
                candidate.name == ended.name || (candidate.is(HtmlElement::heading) && ended.is(HtmlElement::heading));
            if (same) {
                close_down_to(depth);
                return;
            }
            // An inline element's end does not reach out of a block, nor any but a table's out of a cell.
            if (candidate.is(HtmlElement::block) && !ended.is(HtmlElement::block) && ended.name != "head") return;
            if (candidate.is(HtmlElement::scope) && !(table_part && candidate.name != "table")) return;
        }
    }

    void close_down_to(std::size_t depth) {
        for (std::size_t each = depth; each < open_.size(); ++each) {
            if (element(each).name == "p") --open_paragraphs_;
        }
        open_.resize(depth);
        if (math_depth_ >= depth) math_depth_ = 0;
    }

    HtmlTree& tree_;
    ExtractWatch& watch_;
    RemovedCounts& removed_;
    std::vector<HtmlNodeId> open_;  ///< The open elements, outermost first.
    std::size_t open_paragraphs_ = 0;  ///< Looking for one where there is none takes no time.
    std::size_t too_deep_ = 0;      ///< Open elements that were left out.
    std::size_t math_depth_ = 0;    ///< Where <math> stands in open_; 0 outside.
};

HtmlTree::HtmlTree(std::string_view source, ExtractWatch& watch, RemovedCounts& removed) {
    HtmlTreeBuilder(*this, watch, removed).read(source);
}

std::string_view HtmlTree::attribute(HtmlNodeId id, std::string_view name) const {
    for (const HtmlAttribute& each : attributes(id)) {
        if (each.name.size() == name.size() && ascii_lower(each.name) == name) return each.value;
    }
    return {};
}

bool HtmlTree::has_attribute(HtmlNodeId id, std::string_view name) const {
    const auto all = attributes(id);
    return std::any_of(all.begin(), all.end(), [&](const HtmlAttribute& each) {
        return each.name.size() == name.size() && ascii_lower(each.name) == name;
    });
}

std::string HtmlTree::text_of(HtmlNodeId id) const {
    std::string text;
    HtmlNodeId node = id;
    while (true) {
        if (nodes_[node].element == nullptr) append_unescaped(nodes_[node].text, text);
        if (nodes_[node].first_child != 0) {
            node = nodes_[node].first_child;
            continue;
        }
        while (node != id && nodes_[node].next == 0) node = nodes_[node].parent;
        if (node == id) return text;
        node = nodes_[node].next;
    }
}

}  // namespace quarry::extract
