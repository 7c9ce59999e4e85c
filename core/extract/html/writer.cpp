#include "core/extract/html/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/text.h"
#include "core/extract/html/table.h"

namespace quarry::extract {
namespace {

/// Signs that documentation hangs on headings as links to themselves, and the way back from a footnote.
bool is_permalink(std::string_view text) {
    text = trim(text);
    return text == "\xC2\xB6" || text == "#" || text == "\xC2\xA7" || text == "\xF0\x9F\x94\x97" ||
           text == "\xEF\x83\x81" || text.starts_with("\xE2\x86\xA9");
}

/// The language of code, from a class like "language-cpp", "sourceCode python" or "highlight-source-shell".
std::string language_of_class(std::string_view classes) {
    bool is_next = false;
    std::string all(classes);
    std::replace(all.begin(), all.end(), '\n', ' ');
    for (const std::string_view name : split(all, ' ')) {
        if (name.empty()) continue;
        if (is_next) return std::string(name);
        for (const std::string_view prefix : {"language-", "lang-", "highlight-source-", "highlight-", "brush:"}) {
            if (name.starts_with(prefix) && name.size() > prefix.size()) {
                const std::string_view rest = trim(name.substr(prefix.size()));
                return std::string(rest == "default" || rest == "none" ? "" : rest);
            }
        }
        is_next = name == "sourceCode" || name == "brush:";
    }
    return {};
}

int number_of(std::string_view value, int fallback) {
    int number = fallback;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

class HtmlWriter {
public:
    HtmlWriter(const HtmlTree& tree, const std::vector<bool>& left_out, TextBuilder& builder)
        : tree_(tree), left_out_(left_out), builder_(builder) {}

    void write(HtmlNodeId root) {
        write_children(root);
        flush();
    }

private:
    /// As deep as the tree, whose depth is limited.
    void write_children(HtmlNodeId id) {
        for (HtmlNodeId child = tree_[id].first_child; child != 0; child = tree_[child].next) {
            if (!left_out_[child]) write_node(child);
        }
    }

    void write_node(HtmlNodeId id) {
        builder_.watch().poll();
        const HtmlNode& node = tree_[id];
        if (node.element == nullptr) {
            append_text(node.text);
            return;
        }
        const HtmlElement& element = *node.element;
        if (!element.is(HtmlElement::block)) {
            write_inline(id, element.name);
            return;
        }
        flush();
        if (element.is(HtmlElement::heading)) {
            write_heading(id, element.name[1] - '0');
        } else {
            write_block(id, element.name);
        }
        flush();
    }

    void write_inline(HtmlNodeId id, std::string_view name) {
        if (name == "br") {
            while (inline_.ends_with(' ')) inline_.pop_back();
            inline_ += '\n';
        } else if (name == "img") {
            append_text(tree_.attribute(id, "alt"));
        } else if (name == "math") {
            write_math(id);
        } else if (name == "a" && is_permalink(unescaped(tree_.text_of(id)))) {
            return;
        } else if (name == "q") {
            append_text("\xE2\x80\x9C");
            write_children(id);
            append_text("\xE2\x80\x9D");
        } else if (name == "rt") {
            append_text(" (");
            write_children(id);
            append_text(")");
        } else {
            write_children(id);
        }
    }

    void write_block(HtmlNodeId id, std::string_view name) {
        if (name == "ul" || name == "ol" || name == "menu" || name == "dir") {
            write_list(id, name == "ol");
        } else if (name == "dl") {
            write_definitions(id);
        } else if (name == "blockquote") {
            builder_.begin_quote();
            write_children(id);
            flush();
            builder_.end_quote();
        } else if (name == "pre" || name == "listing" || name == "xmp" || name == "plaintext") {
            write_code(id);
        } else if (name == "table") {
            write_table(id);
        } else if (name == "li" || name == "dd") {
            // Without a list around it.
            builder_.begin_item("-");
            write_children(id);
            flush();
            builder_.end_item();
        } else {
            write_children(id);
        }
    }

    void write_heading(HtmlNodeId id, int level) {
        write_children(id);
        std::string text = std::exchange(inline_, {});
        std::replace(text.begin(), text.end(), '\n', ' ');
        if (builder_.depth() > 0) {
            builder_.paragraph(text);
        } else {
            builder_.heading(level, text);
        }
    }

    void write_list(HtmlNodeId id, bool ordered) {
        int number = ordered ? number_of(tree_.attribute(id, "start"), 1) : 0;
        builder_.begin_list();
        for (HtmlNodeId child = tree_[id].first_child; child != 0; child = tree_[child].next) {
            if (left_out_[child]) continue;
            if (!tree_.is(child, "li")) {
                write_node(child);
                continue;
            }
            flush();
            if (ordered) number = number_of(tree_.attribute(child, "value"), number);
            builder_.begin_item(ordered ? fmt::format("{}.", number) : "-");
            write_children(child);
            flush();
            builder_.end_item();
            if (number < 1'000'000'000) ++number;
        }
        flush();
        builder_.end_list();
    }

    /// Terms as items, their definitions in them.
    void write_definitions(HtmlNodeId id) {
        builder_.begin_list();
        bool in_item = false;
        const auto begin = [&] {
            flush();
            if (in_item) builder_.end_item();
            builder_.begin_item("-");
            in_item = true;
        };
        write_definition_parts(id, begin, in_item);
        flush();
        if (in_item) builder_.end_item();
        builder_.end_list();
    }

    template <typename Begin>
    void write_definition_parts(HtmlNodeId id, const Begin& begin, const bool& in_item) {
        for (HtmlNodeId child = tree_[id].first_child; child != 0; child = tree_[child].next) {
            if (left_out_[child]) continue;
            if (tree_.is(child, "div")) {  // groups of terms and definitions
                write_definition_parts(child, begin, in_item);
                continue;
            }
            if (tree_.is(child, "dt") || !in_item) {
                if (tree_[child].element == nullptr && trim(tree_[child].text).empty()) continue;
                begin();
            }
            flush();
            if (tree_.is(child, "dt") || tree_.is(child, "dd")) {
                write_children(child);
            } else {
                write_node(child);
            }
        }
    }

    void write_code(HtmlNodeId id) {
        std::string language = language_of_class(tree_.attribute(id, "class"));
        for (HtmlNodeId child = tree_[id].first_child; child != 0 && language.empty(); child = tree_[child].next) {
            if (tree_.is(child, "code")) language = language_of_class(tree_.attribute(child, "class"));
        }
        // Highlighters put the language on an element around.
        for (HtmlNodeId around = tree_[id].parent, steps = 0; around != 0 && steps < 2 && language.empty(); ++steps) {
            language = language_of_class(tree_.attribute(around, "class"));
            around = tree_[around].parent;
        }
        std::string text;
        append_code(id, text);
        // The line end behind <pre> is not part of it.
        builder_.code(text.starts_with('\n') ? std::string_view(text).substr(1) : text, language);
    }

    void append_code(HtmlNodeId id, std::string& text) const {
        for (HtmlNodeId child = tree_[id].first_child; child != 0; child = tree_[child].next) {
            if (left_out_[child]) continue;
            if (tree_[child].element == nullptr) {
                // Raw text has no entities.
                if (tree_.is(id, "xmp") || tree_.is(id, "plaintext")) {
                    text += tree_[child].text;
                } else {
                    append_unescaped(tree_[child].text, text);
                }
            } else if (tree_.is(child, "br")) {
                text += '\n';
            } else {
                const bool line = tree_[child].element->is(HtmlElement::block);
                if (line && !text.empty() && !text.ends_with('\n')) text += '\n';
                append_code(child, text);
                if (line && !text.ends_with('\n')) text += '\n';
            }
        }
    }

    /// A formula as the TeX that it was made from, when that is there.
    void write_math(HtmlNodeId id) {
        HtmlNodeId node = id;
        while (tree_[node].first_child != 0 && !tree_.is(node, "semantics")) node = tree_[node].first_child;
        for (HtmlNodeId child = tree_[node].first_child; child != 0; child = tree_[child].next) {
            if (!tree_.is(child, "annotation")) continue;
            if (tree_.attribute(child, "encoding").find("tex") == std::string_view::npos) continue;
            append_text("$");
            append_text(trim(tree_.text_of(child)));
            append_text("$");
            return;
        }
        write_children(id);
    }

    void write_table(HtmlNodeId id) {
        const HtmlTable table(tree_, id, left_out_);
        if (table.is_layout()) {
            write_children(id);
            return;
        }
        for (const HtmlNodeId other : table.outside_rows()) write_node(other);
        flush();
        builder_.begin_table(table.columns());
        table.write_rows(builder_);
        builder_.end_table();
    }

    /// Folds white space as CSS does: one space for a run of it, none at a line's beginning.
    void append_text(std::string_view text) {
        const std::string plain = unescaped(text);
        for (const char c : plain) {
            if (c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f') {
                inline_ += c;
            } else if (!inline_.empty() && inline_.back() != ' ' && inline_.back() != '\n') {
                inline_ += ' ';
            }
        }
    }

    void flush() {
        if (!inline_.empty()) builder_.paragraph(inline_);
        inline_.clear();
    }

    const HtmlTree& tree_;
    const std::vector<bool>& left_out_;
    TextBuilder& builder_;
    std::string inline_;
};

}  // namespace

void write_html(const HtmlTree& tree, HtmlNodeId root, const std::vector<bool>& left_out, TextBuilder& builder) {
    HtmlWriter(tree, left_out, builder).write(root);
}

}  // namespace quarry::extract
