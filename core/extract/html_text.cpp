#include "core/extract/html_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/html/main_content.h"
#include "core/extract/html/metadata.h"
#include "core/extract/html/visibility.h"
#include "core/extract/html/writer.h"

namespace quarry::extract {
namespace {

/// The page's own heading, where the main content does not hold it.
void write_heading_outside(const HtmlTree& tree, const std::vector<bool>& hidden, const HtmlContent& content,
                           TextBuilder& builder) {
    HtmlNodeId first = 0;
    for (HtmlNodeId id = 1; id < tree.size(); ++id) {
        if (!tree.is(id, "h1") || hidden[id]) continue;
        HtmlNodeId above = id;
        while (above != content.root && above != 0) above = tree[above].parent;
        if (above == content.root && !content.left_out[id]) return;
        if (first == 0) first = id;
    }
    if (first != 0) builder.heading(1, tree.text_of(first));
}

}  // namespace

/// Fewer bytes of text on a page are no evidence of anything.
constexpr std::size_t fewest_bytes_of_page = 500;

/// The text of a page, in bytes without its white space: all of it, and what of it is hidden.
struct PageText {
    std::size_t all = 0, hidden = 0;
    bool has_scripts = false;
};

PageText measure_page(const HtmlTree& tree, const std::vector<bool>& hidden) {
    PageText page;
    std::vector<bool> never_shown(tree.size(), false);
    for (HtmlNodeId id = 1; id < tree.size(); ++id) {
        const HtmlNode& node = tree[id];
        page.has_scripts |= tree.is(id, "script");
        never_shown[id] =
            never_shown[node.parent] || (node.element != nullptr && node.element->is(HtmlElement::no_text));
        if (node.element != nullptr || never_shown[id]) continue;
        const auto bytes = static_cast<std::size_t>(std::count_if(
            node.text.begin(), node.text.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; }));
        page.all += bytes;
        if (hidden[id]) page.hidden += bytes;
    }
    return page;
}

/// Warns of a page of which less than a tenth was taken.
void warn_of_loss(const PageText& page, document::Document& document) {
    const auto taken = static_cast<std::size_t>(std::count_if(
        document.text.begin(), document.text.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; }));
    if (taken == 0 && page.all == 0 && page.has_scripts) {
        document.warnings.push_back(
            {document::Warning::Kind::no_text, "its text is made by scripts, which are not run"});
    }
    if (page.all < fewest_bytes_of_page || taken >= page.all / 10) return;
    document.warnings.push_back(
        {taken == 0 ? document::Warning::Kind::no_text : document::Warning::Kind::little_text,
         fmt::format(
             "{} of {} of its text was taken; most of the rest is {}", human_bytes(taken), human_bytes(page.all),
             page.hidden > page.all / 2 ? "hidden" : "outside the main part, such as menus and lists of links")});
}

document::Document html_text(std::string bytes, const ExtractOptions& options, HtmlPart part) {
    const std::string encoding = declared_encoding(bytes);
    const DecodedText source = decode_text(std::move(bytes), options.name, encoding);
    TextBuilder builder(options, "text/html");
    const HtmlTree tree(source.text, builder.watch(), builder.document().removed);
    read_html_metadata(tree, builder);
    note_source(source, builder.document());
    std::vector<bool> hidden = find_hidden(tree, builder.document().removed);
    const PageText page = measure_page(tree, hidden);
    if (part == HtmlPart::whole) {
        write_html(tree, 0, hidden, builder);
    } else {
        const HtmlContent content = find_main_content(tree, hidden);
        write_heading_outside(tree, hidden, content, builder);
        write_html(tree, content.root, content.left_out, builder);
    }
    document::Document document = builder.finish();
    warn_of_loss(page, document);
    return document;
}

std::string append_html(std::string_view html, TextBuilder& builder) {
    const HtmlTree tree(html, builder.watch(), builder.document().removed);
    write_html(tree, 0, find_hidden(tree, builder.document().removed), builder);
    return html_title(tree);
}

}  // namespace quarry::extract
