#include "core/extract/markdown_extractor.h"

#include <array>

#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/front_matter.h"
#include "core/extract/invisible.h"
#include "core/extract/markdown_blocks.h"
#include "core/extract/title.h"

namespace quarry::extract {

std::span<const std::string_view> MarkdownExtractor::extensions() const noexcept {
    static constexpr std::array<std::string_view, 6> endings = {"md", "markdown", "mdown", "mkd", "mdx", "qmd"};
    return endings;
}

document::Document MarkdownExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    document::Document document;
    DecodedText source = decode_text(std::move(bytes), options.name);
    document.text = remove_invisible(std::move(source.text), document.removed);
    document.media_type = media_type();
    std::size_t body = 0;
    if (FrontMatter front = read_front_matter(document.text); front.end > 0) {
        body = front.end;
        document.blocks.push_back(
            {document::BlockKind::front_matter, 0, front.block_end, 0, std::string(front.format)});
        document.title = std::move(front.title);
        document.language = std::move(front.language);
        document.metadata = std::move(front.metadata);
        document.properties_json = std::move(front.properties_json);
    }
    note_source(source, document);
    append_markdown_blocks(document.text, body, document.blocks);
    for (const document::Block& block : document.blocks) {
        if (!document.title.empty()) break;
        if (block.kind == document::BlockKind::heading && block.level == 1) document.title = block.label;
    }
    if (document.title.empty()) document.title = title_from_name(options.name);
    return document;
}

}  // namespace quarry::extract
