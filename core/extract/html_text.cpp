#include "core/extract/html_text.h"

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

document::Document html_text(std::string bytes, const ExtractOptions& options, HtmlPart part) {
    const std::string encoding = declared_encoding(bytes);
    const DecodedText source = decode_text(std::move(bytes), options.name, encoding);
    TextBuilder builder(options, "text/html");
    const HtmlTree tree(source.text, builder.watch(), builder.document().removed);
    read_html_metadata(tree, builder);
    if (!source.encoding.empty()) builder.add_metadata("encoding", source.encoding);
    std::vector<bool> hidden = find_hidden(tree, builder.document().removed);
    if (part == HtmlPart::whole) {
        write_html(tree, 0, hidden, builder);
    } else {
        const HtmlContent content = find_main_content(tree, hidden);
        write_heading_outside(tree, hidden, content, builder);
        write_html(tree, content.root, content.left_out, builder);
    }
    return builder.finish();
}

std::string append_html(std::string_view html, TextBuilder& builder) {
    const HtmlTree tree(html, builder.watch(), builder.document().removed);
    write_html(tree, 0, find_hidden(tree, builder.document().removed), builder);
    return html_title(tree);
}

}  // namespace quarry::extract
