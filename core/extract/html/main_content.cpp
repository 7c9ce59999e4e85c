#include "core/extract/html/main_content.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

// Shares found by trying on pages of news, documentation, blogs, encyclopedias and forums (tests/formats/pages).
constexpr double most_of_the_text = 0.8;   // one child with so much of it is gone into
constexpr double enough_for_main = 0.25;   // of the page's text, for <main> and <article> to be believed
constexpr double prose_beside = 0.05;      // of the main part's prose; with more beside it, that is part of it
constexpr double dense_links = 0.75;       // of a list's text, to be a list of links
constexpr double furniture_at_most = 0.5;  // of the page's text; a class name on more than that means something else
constexpr double least_left = 0.2;         // of what is shown; with less, nothing is left out
constexpr std::uint32_t fewest_links = 3;
constexpr std::uint32_t most_unlinked = 160;  // bytes beside the links of a list of links
constexpr std::uint32_t text_run = 40;        // bytes of a text that is no label, wherever it stands
constexpr std::uint32_t least_prose = 80;     // bytes; a block with less is no prose
constexpr std::uint32_t teaser_text = 150;    // bytes for each link in a list of teasers, at most
constexpr std::uint32_t least_article = 120;  // bytes that comments are comments on

/// Words in class names and ids of what stands around the content. Sorted.
constexpr auto furniture_words = std::to_array<std::string_view>(
    {"ad",      "ads",        "advert",     "advertisement", "banner",          "breadcrumb",  "breadcrumbs",
     "consent", "cookie",     "cookies",    "copyright",     "footer",          "gdpr",        "headerlink",
     "infobar", "login",      "masthead",   "menu",          "modal",           "nav",         "navbar",
     "navbox",  "navigation", "newsletter", "noprint",       "outbrain",        "pager",       "pagination",
     "paywall", "popup",      "promo",      "promoted",      "recommendations", "recommended", "related",
     "search",  "share",      "sharing",    "sidebar",       "signup",          "skip",        "social",
     "sponsor", "sponsored",  "subscribe",  "subscription",  "taboola",         "toolbar",     "trending",
     "widget"});
static_assert(std::is_sorted(furniture_words.begin(), furniture_words.end()));

/// Words in class names and ids of what readers wrote below the content. Sorted.
constexpr auto comment_words = std::to_array<std::string_view>(
    {"comment", "commentlist", "comments", "disqus", "replies", "reply", "respond", "responses"});
static_assert(std::is_sorted(comment_words.begin(), comment_words.end()));

constexpr auto furniture_roles =
    std::to_array<std::string_view>({"alert", "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu",
                                     "menubar", "navigation", "search", "tablist", "toolbar"});

constexpr auto prose_elements = std::to_array<std::string_view>({"p", "pre"});

template <typename List>
bool holds(const List& list, std::string_view value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

std::uint32_t visible_bytes(std::string_view text) {
    return static_cast<std::uint32_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; }));
}

/// The words of a class, an id or a heading, in lower case: letters, divided by anything else.
std::vector<std::string> words_of(std::string_view names) {
    std::vector<std::string> words(1);
    for (const char c : names) {
        if (is_ascii_letter(c)) {
            words.back() += static_cast<char>(c | 0x20);
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

template <typename List>
bool has_word(const List& list, std::string_view names) {
    const std::vector<std::string> words = words_of(names);
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return std::binary_search(list.begin(), list.end(), std::string_view(word));
    });
}

class MainContentFinder {
public:
    MainContentFinder(const HtmlTree& tree, std::vector<bool> hidden)
        : tree_(tree), hidden_(std::move(hidden)), holds_block_(tree.size(), false) {
        for (HtmlNodeId id = tree.size(); id-- > 1;) {
            const bool block = tree[id].element != nullptr && tree[id].element->is(HtmlElement::block);
            if (block || holds_block_[id]) holds_block_[tree[id].parent] = true;
        }
    }

    HtmlContent find() {
        weigh(hidden_);
        look_below();
        const std::uint32_t shown = weights_[0].text;
        std::vector<bool> left_out = hidden_;
        leave_out_furniture(left_out, nothing);
        const std::uint32_t not_comments = shown - comment_text_;
        weigh(left_out);
        const bool is_comments = comment_text_ > 0 && weights_[0].text < least_article;
        const bool kept_enough = weights_[0].text >= least_left * not_comments && !is_comments;
        if (!kept_enough) {
            left_out = hidden_;
            weigh(left_out);
        }
        const HtmlNodeId root = find_root();
        if (kept_enough) {
            // Now that the main part is known, what only has the name of furniture comes back.
            weigh(hidden_);
            left_out = hidden_;
            leave_out_furniture(left_out, root);
            weigh(left_out);
        }
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
        std::uint32_t prose = 0;  ///< Of the text, in paragraphs and code, or in long runs, and not within links.
    };
    /// Whether there is one of these among the elements below a node.
    struct Below {
        bool control : 1 = false, form : 1 = false, code : 1 = false, heading : 1 = false;
        bool title : 1 = false;  ///< <h1>
        bool linked_heading : 1 = false;
        bool comment : 1 = false;  ///< A block whose class is one of comments.
    };
    static constexpr HtmlNodeId nothing = ~HtmlNodeId{0};

    /// Sums up texts and links of all nodes that are not left out. Children have larger numbers than their parents.
    void weigh(const std::vector<bool>& left_out) {
        weights_.assign(tree_.size(), {});
        for (HtmlNodeId id = tree_.size(); id-- > 1;) {
            if (left_out[id]) continue;
            const HtmlNode& node = tree_[id];
            Weight& own = weights_[id];
            if (node.element == nullptr) {
                own.text += visible_bytes(node.text);
                if (own.text >= text_run) own.prose = own.text;
            } else if (is_text_block(id)) {
                own.prose = own.text - own.linked;
            }
            if (tree_.is(id, "a") && tree_.has_attribute(id, "href")) {
                own.linked = own.text;
                own.prose = 0;
                ++own.links;
            }
            Weight& parent = weights_[node.parent];
            parent.text += own.text;
            parent.linked += own.linked;
            parent.links += own.links;
            parent.prose += own.prose;
        }
    }

    /// A paragraph, code, or another block with inline text only that is longer than a label.
    [[nodiscard]] bool is_text_block(HtmlNodeId id) const {
        const HtmlElement& element = *tree_[id].element;
        if (holds(prose_elements, element.name)) return true;
        const bool leaf = element.is(HtmlElement::block) && !element.is(HtmlElement::heading) && !holds_block_[id];
        return leaf && weights_[id].text - weights_[id].linked >= 2 * text_run;
    }

    /// `root` is the main part, in which a name alone says nothing of what is mostly prose; or nothing.
    void leave_out_furniture(std::vector<bool>& left_out, HtmlNodeId root) {
        std::vector<bool> in_article(tree_.size(), false);
        std::vector<bool> in_root(tree_.size(), false);
        in_root[0] = root == 0;
        comment_text_ = 0;
        for (HtmlNodeId id = 1; id < tree_.size(); ++id) {
            const HtmlNode& node = tree_[id];
            in_article[id] = in_article[node.parent] || tree_.is(id, "article") || tree_.is(id, "main");
            if (left_out[node.parent]) {
                left_out[id] = true;
            } else if (node.element != nullptr && !left_out[id]) {
                left_out[id] = is_furniture(id, in_article[node.parent], in_root[node.parent]);
            }
            in_root[id] = in_root[node.parent] || id == root;
        }
    }

    [[nodiscard]] bool is_furniture(HtmlNodeId id, bool in_article, bool in_root) {
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
        bool named = false;
        for (const HtmlAttribute& attribute : tree_.attributes(id)) {
            const std::string name = ascii_lower(attribute.name.substr(0, 8));
            if (name == "role" && !large && holds(furniture_roles, ascii_lower(attribute.value))) return true;
            if (name != "class" && name != "id") continue;
            if (has_word(comment_words, attribute.value) && are_comments(id)) {
                comment_text_ += weights_[id].text;
                return true;
            }
            named = named || has_word(furniture_words, attribute.value);
        }
        return named && !large && !(in_root && is_section(id));
    }

    /// Whether a block in the main part is mostly prose that belongs to it.
    [[nodiscard]] bool is_section(HtmlNodeId id) const {
        if (!is_prose(id)) return false;
        const Weight& weight = weights_[id];
        const Below& below = below_[id];
        if (below.linked_heading && weight.links >= fewest_links && weight.text < teaser_text * weight.links)
            return false;
        // A banner, a box to subscribe: something to press that does not belong to code.
        return (!below.control && !below.form) || below.code;
    }

    /// Whether something below the node is a comment or a form to write one: a chapter on comments has neither. A page
    /// is not its comments.
    [[nodiscard]] bool are_comments(HtmlNodeId id) const {
        return (below_[id].comment || below_[id].form) && !below_[id].title;
    }

    /// Notes of each node what is below it. Children have larger numbers than their parents.
    void look_below() {
        below_.assign(tree_.size(), {});
        for (HtmlNodeId id = tree_.size(); id-- > 1;) {
            if (tree_[id].element == nullptr) continue;
            const HtmlElement& element = *tree_[id].element;
            const Below& own = below_[id];
            const Weight& weight = weights_[id];
            Below& parent = below_[tree_[id].parent];
            const bool heading = element.is(HtmlElement::heading);
            parent.control |= own.control || element.is(HtmlElement::control);
            parent.form |= own.form || element.name == "form" || element.name == "textarea";
            parent.code |= own.code || element.name == "pre";
            parent.heading |= own.heading || heading;
            parent.linked_heading |= own.linked_heading || (heading && weight.text > 0 && weight.linked == weight.text);
            parent.title |= own.title || element.name == "h1";
            const bool block = element.is(HtmlElement::block);
            parent.comment |= own.comment || (block && has_word(comment_words, tree_.attribute(id, "class")));
        }
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
            // What is mostly links is a list of articles, and no article.
            if (article && goodness(id) <= 0) continue;
            if (main) return narrow(id);
            ++articles;
            if (best == 0 || goodness(id) > goodness(best)) best = id;
        }
        // Several articles beside each other are a list of them, of which none is the page.
        if (articles == 1) return best;
        return narrow(0);
    }

    /// Goes from an element into the child that holds nearly all of its text, as long as there is one and what is
    /// beside it is not prose as well.
    [[nodiscard]] HtmlNodeId narrow(HtmlNodeId id) const {
        static constexpr auto containers = std::to_array<std::string_view>(
            {"html", "body", "main", "div", "section", "article", "center", "form", "fieldset", ""});
        while (goodness(id) > 0) {
            HtmlNodeId best = 0;
            for (HtmlNodeId child = tree_[id].first_child; child != 0; child = tree_[child].next) {
                if (tree_[child].element == nullptr || !holds(containers, tree_[child].element->name)) continue;
                if (best == 0 || goodness(child) > goodness(best)) best = child;
            }
            if (best == 0 || goodness(best) < most_of_the_text * goodness(id) || has_prose_beside(best)) break;
            id = best;
        }
        return id;
    }

    /// Whether the siblings hold prose that belongs to the same text: its title, a
    /// paragraph, sections alike, or a good part of all.
    [[nodiscard]] bool has_prose_beside(HtmlNodeId id) const {
        std::uint32_t beside = 0;
        for (HtmlNodeId other = tree_[tree_[id].parent].first_child; other != 0; other = tree_[other].next) {
            if (other == id || tree_[other].element == nullptr) continue;
            if (tree_.is(other, "h1") && weights_[other].text > 0 && !below_[id].heading) return true;
            if (!is_prose(other)) continue;
            const bool alike = tree_[other].element == tree_[id].element && !tree_.attribute(id, "class").empty() &&
                               tree_.attribute(other, "class") == tree_.attribute(id, "class");
            if (alike || tree_.is(other, "p")) return true;
            beside += weights_[other].prose;
        }
        return beside > prose_beside * weights_[id].prose;
    }

    [[nodiscard]] bool is_prose(HtmlNodeId id) const {
        const Weight& weight = weights_[id];
        return weight.prose >= least_prose && 2 * weight.prose >= weight.text && 3 * weight.linked <= weight.text;
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
    std::vector<bool> holds_block_;  ///< Whether there is a block below the node.
    std::vector<Weight> weights_;
    std::vector<Below> below_;
    std::uint32_t comment_text_ = 0;  ///< Bytes of the comments that were left out.
};

}  // namespace

HtmlContent find_main_content(const HtmlTree& tree, std::vector<bool> hidden) {
    return MainContentFinder(tree, std::move(hidden)).find();
}

}  // namespace quarry::extract
