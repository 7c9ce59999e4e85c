#include "core/extract/html/main_content.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

// Shares found by trying on pages of news, documentation, blogs, encyclopedias and forums (tests/formats/pages).
constexpr double most_of_the_text = 0.8;   // one child with so much of it is gone into
constexpr double enough_for_main = 0.25;   // of the page's text, for <main> and <article> to be believed
constexpr double dense_links = 0.6;        // of a list's text, to be a list of links
constexpr double furniture_at_most = 0.5;  // of the page's text; a class name on more than that means something else
constexpr double least_left = 0.2;         // of what is shown; with less, nothing is left out
constexpr std::uint32_t fewest_links = 3;
constexpr std::uint32_t most_unlinked = 160;  // bytes beside the links of a list of links

/// Words in class names and ids of what stands around the content. Sorted.
constexpr auto furniture_words = std::to_array<std::string_view>(
    {"ad",          "ads",        "advert",  "advertisement", "banner",     "breadcrumb",   "breadcrumbs",
     "comments",    "consent",    "cookie",  "cookies",       "copyright",  "disqus",       "footer",
     "gdpr",        "headerlink", "infobar", "login",         "masthead",   "menu",         "modal",
     "nav",         "navbar",     "navbox",  "navigation",    "newsletter", "noprint",      "outbrain",
     "pager",       "pagination", "paywall", "popup",         "promo",      "promoted",     "recommendations",
     "recommended", "related",    "search",  "share",         "sharing",    "sidebar",      "signup",
     "skip",        "social",     "sponsor", "sponsored",     "subscribe",  "subscription", "taboola",
     "toolbar",     "trending",   "widget"});
static_assert(std::is_sorted(furniture_words.begin(), furniture_words.end()));

constexpr auto furniture_roles =
    std::to_array<std::string_view>({"alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu",
                                     "menubar", "navigation", "search", "tablist", "toolbar"});

template <typename List>
bool holds(const List& list, std::string_view value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

std::uint32_t visible_bytes(std::string_view text) {
    return static_cast<std::uint32_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; }));
}

/// Whether a word of the class or id, words being divided by spaces, dashes and underscores, is one of furniture's.
bool has_furniture_word(std::string_view names) {
    std::string word;
    for (std::size_t i = 0; i <= names.size(); ++i) {
        const char c = i < names.size() ? names[i] : ' ';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter) {
            word += static_cast<char>(c | 0x20);
            continue;
        }
        if (std::binary_search(furniture_words.begin(), furniture_words.end(), std::string_view(word))) return true;
        word.clear();
    }
    return false;
}

class MainContentFinder {
public:
    MainContentFinder(const HtmlTree& tree, std::vector<bool> hidden) : tree_(tree), hidden_(std::move(hidden)) {}

    HtmlContent find() {
        weigh(hidden_);
        const std::uint32_t shown = weights_[0].text;
        std::vector<bool> left_out = hidden_;
        leave_out_furniture(left_out);
        weigh(left_out);
        if (weights_[0].text < least_left * shown) {
            left_out = hidden_;
            weigh(left_out);
        }
        const HtmlNodeId root = find_root();
        const std::uint32_t in_root = weights_[root].text;
        std::vector<bool> cleaned = left_out;
        leave_out_link_lists(root, cleaned);
        weigh(cleaned);
        if (weights_[root].text >= least_left * in_root) left_out = std::move(cleaned);
        return {root, std::move(left_out)};
    }

private:
    struct Weight {
        std::uint32_t text = 0;    ///< Bytes that are no white space.
        std::uint32_t linked = 0;  ///< Of them, within links.
        std::uint32_t links = 0;
    };

    /// Sums up texts and links of all nodes that are not left out. Children have larger numbers than their parents.
    void weigh(const std::vector<bool>& left_out) {
        weights_.assign(tree_.size(), {});
        for (HtmlNodeId id = tree_.size(); id-- > 1;) {
            if (left_out[id]) continue;
            const HtmlNode& node = tree_[id];
            Weight& own = weights_[id];
            if (node.element == nullptr) own.text += visible_bytes(node.text);
            if (tree_.is(id, "a")) {
                own.linked = own.text;
                ++own.links;
            }
            Weight& parent = weights_[node.parent];
            parent.text += own.text;
            parent.linked += own.linked;
            parent.links += own.links;
        }
    }

    void leave_out_furniture(std::vector<bool>& left_out) const {
        std::vector<bool> in_article(tree_.size(), false);
        for (HtmlNodeId id = 1; id < tree_.size(); ++id) {
            const HtmlNode& node = tree_[id];
            in_article[id] = in_article[node.parent] || tree_.is(id, "article") || tree_.is(id, "main");
            if (left_out[node.parent]) {
                left_out[id] = true;
            } else if (node.element != nullptr && !left_out[id]) {
                left_out[id] = is_furniture(id, in_article[node.parent]);
            }
        }
    }

    [[nodiscard]] bool is_furniture(HtmlNodeId id, bool in_article) const {
        const HtmlElement& element = *tree_[id].element;
        if (element.is(HtmlElement::control)) return true;
        if (element.is(HtmlElement::furniture)) {
            // An article's own header holds its title and author.
            return !(in_article && element.name == "header");
        }
        if (element.is(HtmlElement::heading) || element.name == "body" || element.name == "main" ||
            element.name == "article" || element.name == "pre" || element.name == "code") {
            return false;
        }
        const bool large = weights_[id].text > furniture_at_most * weights_[0].text;
        if (large) return false;
        for (const HtmlAttribute& attribute : tree_.attributes(id)) {
            const std::string name = ascii_lower(attribute.name.substr(0, 8));
            if (name == "role" && holds(furniture_roles, ascii_lower(attribute.value))) return true;
            if ((name == "class" || name == "id") && has_furniture_word(attribute.value)) return true;
        }
        return false;
    }

    /// Text that is not in links, links counting against it twice.
    [[nodiscard]] double goodness(HtmlNodeId id) const {
        return std::max(0.0, static_cast<double>(weights_[id].text) - 2.0 * weights_[id].linked);
    }

    [[nodiscard]] HtmlNodeId find_root() const {
        HtmlNodeId best = 0;
        std::size_t articles = 0;
        for (HtmlNodeId id = 1; id < tree_.size(); ++id) {
            const bool main = tree_.is(id, "main") || ascii_lower(tree_.attribute(id, "role")) == "main";
            const bool article = tree_.is(id, "article");
            if (!main && !article) continue;
            if (weights_[id].text < enough_for_main * weights_[0].text) continue;
            if (main) return narrow(id);
            ++articles;
            if (best == 0 || goodness(id) > goodness(best)) best = id;
        }
        // Several articles beside each other are a list of them, of which none is the page.
        if (articles == 1) return best;
        return narrow(0);
    }

    /// Goes from an element into the child that holds nearly all of its text, as long as there is one.
    [[nodiscard]] HtmlNodeId narrow(HtmlNodeId id) const {
        static constexpr auto containers = std::to_array<std::string_view>(
            {"html", "body", "main", "div", "section", "article", "center", "form", "fieldset", ""});
        while (goodness(id) > 0) {
            HtmlNodeId best = 0;
            for (HtmlNodeId child = tree_[id].first_child; child != 0; child = tree_[child].next) {
                if (tree_[child].element == nullptr || !holds(containers, tree_[child].element->name)) continue;
                if (best == 0 || goodness(child) > goodness(best)) best = child;
            }
            if (best == 0 || goodness(best) < most_of_the_text * goodness(id)) break;
            id = best;
        }
        return id;
    }

    void leave_out_link_lists(HtmlNodeId root, std::vector<bool>& left_out) const {
        static constexpr auto listing =
            std::to_array<std::string_view>({"ul", "ol", "dl", "div", "section", "p", "form", "menu", "table"});
        for (HtmlNodeId id = root + 1; id < tree_.size(); ++id) {
            if (left_out[tree_[id].parent] && tree_[id].parent != 0) {
                left_out[id] = true;
                continue;
            }
            if (tree_[id].element == nullptr || !holds(listing, tree_[id].element->name)) continue;
            const Weight& weight = weights_[id];
            if (weight.links < fewest_links || weight.text - weight.linked > most_unlinked) continue;
            // A sentence that has links in it is no list.
            const double dense = tree_.is(id, "p") ? 0.9 : dense_links;
            if (weight.linked >= dense * weight.text) left_out[id] = true;
        }
        leave_out_lone_headings(root, left_out);
    }

    /// A heading with nothing below it but what was left out goes too.
    void leave_out_lone_headings(HtmlNodeId root, std::vector<bool>& left_out) const {
        for (HtmlNodeId id = root + 1; id < tree_.size(); ++id) {
            if (left_out[id] || tree_[id].element == nullptr || !tree_[id].element->is(HtmlElement::heading)) continue;
            bool dropped = false;
            bool kept = false;
            for (HtmlNodeId next = tree_[id].next; next != 0 && !kept; next = tree_[next].next) {
                if (tree_[next].element != nullptr && tree_[next].element->is(HtmlElement::heading)) break;
                if (left_out[next] && !hidden_[next]) {
                    dropped = true;
                } else if (weights_[next].text > 0) {
                    kept = true;
                }
            }
            if (dropped && !kept) left_out[id] = true;
        }
    }

    const HtmlTree& tree_;
    std::vector<bool> hidden_;
    std::vector<Weight> weights_;
};

}  // namespace

HtmlContent find_main_content(const HtmlTree& tree, std::vector<bool> hidden) {
    return MainContentFinder(tree, std::move(hidden)).find();
}

}  // namespace quarry::extract
