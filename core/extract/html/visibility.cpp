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
            if (node.element != nullptr && !hidden_[id] && is_hidden(id)) {
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
        for (HtmlNodeId id = 1; id < tree_.size(); ++id) {
            if (tree_.is(id, "style")) {
                has_sheets_ = true;
                if (tree_[id].first_child != 0) rules_.add_sheet(tree_[tree_[id].first_child].text);
            } else if (tree_.is(id, "link")) {
                has_sheets_ |= ascii_lower(tree_.attribute(id, "rel")).find("stylesheet") != std::string::npos;
            }
        }
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
    std::vector<bool> hidden_;
    std::vector<Colours> colours_;
};

}  // namespace

std::vector<bool> find_hidden(const HtmlTree& tree, RemovedCounts& removed) { return HiddenFinder(tree).find(removed); }

}  // namespace quarry::extract
