#include "core/extract/markdown_extractor.h"

#include <array>

#include "core/base/invisible.h"
#include "core/base/text.h"
#include "core/extract/front_matter.h"
#include "core/extract/markdown_blocks.h"
#include "core/extract/source_text.h"
#include "core/extract/title.h"

namespace quarry::extract {

std::span<const std::string_view> MarkdownExtractor::extensions() const noexcept {
    static constexpr std::array<std::string_view, 6> endings = {"md", "markdown", "mdown", "mkd", "mdx", "qmd"};
    return endings;
}

document::Document MarkdownExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    document::Document document;
    DecodedText source = source_text(std::move(bytes), options.name, document.removed);
    document.text = std::move(source.text);
    document.media_type = media_type();
    const std::size_t mark = document.text.starts_with(utf8_mark) ? utf8_mark.size() : 0;
    std::size_t body = mark;
    if (FrontMatter front = read_front_matter(std::string_view(document.text).substr(mark)); front.end > 0) {
        body += front.end;
        document.blocks.push_back(
            {document::BlockKind::front_matter, 0, mark + front.block_end, 0, std::string(front.format)});
        document.title = std::move(front.title);
        document.language = std::move(front.language);
        document.metadata = std::move(front.metadata);
        document.properties_json = std::move(front.properties_json);
    }
    note_source(source, document);
    append_markdown_blocks(document.text, body, document.blocks);
    // The mark belongs to what comes first; it is no paragraph.
    if (mark > 0 && !document.blocks.empty()) document.blocks.front().start = 0;
    for (document::Block& block : document.blocks) block.label = without_invisible(block.label);
    for (const document::Block& block : document.blocks) {
        if (!document.title.empty()) break;
        if (block.kind == document::BlockKind::heading && block.level == 1) document.title = block.label;
    }
    if (document.title.empty()) document.title = title_from_name(options.name);
    return document;
}

}  // namespace quarry::extract
