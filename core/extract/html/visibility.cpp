#include "core/extract/html/visibility.h"

#include "core/base/text.h"
#include "core/extract/html/style.h"

namespace quarry::extract {
namespace {

constexpr std::uint32_t white = 0xFFFFFF;

class HiddenFinder {
public:
    explicit HiddenFinder(const HtmlTree& tree) : tree_(tree), hidden_(tree.size(), false), colours_(tree.size()) {}

    std::vector<bool> find(RemovedCounts& removed) {
        read_style_sheets();
        // A page without style sheets is black on white.
        if (!has_sheets_) colours_[0] = {std::nullopt, white};
        std::uint64_t count = 0;
        for (HtmlNodeId id = 1; id < tree_.size(); ++id) {
            const HtmlNode& node = tree_[id];
            colours_[id] = colours_[node.parent];
            hidden_[id] = hidden_[node.parent] || (node.element != nullptr && node.element->is(HtmlElement::no_text));
            if (node.element != nullptr && !hidden_[id] && is_hidden(id) && !is_shown_later(id)) {
                hidden_[id] = true;
                if (trim(tree_.text_of(id)) != "") ++count;
            }
        }
        count_removed(removed, "hidden element", count);
        return std::move(hidden_);
    }

private:
    struct Colours {
        std::optional<std::uint32_t> text;
        std::optional<std::uint32_t> background;
    };

    void read_style_sheets() {
        holds_main_.assign(tree_.size(), false);
        text_.assign(tree_.size(), 0);
        for (HtmlNodeId id = tree_.size(); id-- > 1;) {
            const HtmlElement* element = tree_[id].element;
            if (element == nullptr) text_[id] = trim(tree_[id].text).size();
            if (element == nullptr || !element->is(HtmlElement::no_text)) text_[tree_[id].parent] += text_[id];
            has_scripts_ |= tree_.is(id, "script");
            const bool main =
                tree_.is(id, "main") || tree_.is(id, "article") || tree_.is(id, "h1") || tree_.is(id, "body");
            holds_main_[id] = holds_main_[id] || main;
            if (holds_main_[id]) holds_main_[tree_[id].parent] = true;
        }
        for (HtmlNodeId id = 1; id < tree_.size(); ++id) {
            if (tree_.is(id, "style")) {
                has_sheets_ = true;
                if (tree_[id].first_child != 0) rules_.add_sheet(tree_[tree_[id].first_child].text);
            } else if (tree_.is(id, "link")) {
                has_sheets_ |= ascii_lower(tree_.attribute(id, "rel")).find("stylesheet") != std::string::npos;
            }
        }
    }

    /// Whether it is hidden only until the page's scripts have run.
    [[nodiscard]] bool is_shown_later(HtmlNodeId id) const {
        const bool no_text = tree_[id].element->is(HtmlElement::no_text);
        return has_scripts_ && !no_text && (holds_main_[id] || 2 * text_[id] > text_[0]);
    }

    [[nodiscard]] bool is_hidden(HtmlNodeId id) {
        for (const HtmlAttribute& attribute : tree_.attributes(id)) {
            if (attribute.name.empty()) continue;
            const std::string name = ascii_lower(attribute.name.substr(0, 16));
            if (name == "hidden") return true;
            if (name == "aria-hidden" && ascii_lower(attribute.value) == "true") return true;
            if (name == "class" && is_hidden_by_class(attribute.value)) return true;
            if (name == "id" && !rules_.empty() && rules_.hides_id(std::string(attribute.value))) return true;
            if (name == "bgcolor") colours_[id].background = parse_css_colour(ascii_lower(attribute.value));
            if (name == "color") colours_[id].text = parse_css_colour(ascii_lower(attribute.value));
            if (name == "style") {
                const CssStyle style = parse_css_declarations(unescaped(attribute.value));
                if (style.hidden) return true;
                if (style.text) colours_[id].text = style.text;
                if (style.background) colours_[id].background = style.background;
            }
        }
        return colours_[id].text && colours_[id].text == colours_[id].background;
    }

    [[nodiscard]] bool is_hidden_by_class(std::string_view classes) const {
        if (rules_.empty()) return false;
        std::string name;
        for (const char c : std::string(classes) + ' ') {
            if (c != ' ' && c != '\t' && c != '\n') {
                name += c;
                continue;
            }
            if (!name.empty() && rules_.hides_class(name)) return true;
            name.clear();
        }
        return false;
    }

    const HtmlTree& tree_;
    CssRules rules_;
    bool has_sheets_ = false;
    bool has_scripts_ = false;
    std::vector<std::size_t> text_;  ///< Bytes below each node.
    std::vector<bool> holds_main_;   ///< Is or holds <body>, <main>, <article> or <h1>.
    std::vector<bool> hidden_;
    std::vector<Colours> colours_;
};

}  // namespace

std::vector<bool> find_hidden(const HtmlTree& tree, RemovedCounts& removed) { return HiddenFinder(tree).find(removed); }

}  // namespace quarry::extract
