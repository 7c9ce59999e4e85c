#include <cmark-gfm.h>

#include <memory>

#include "core/base/text.h"
#include "core/extract/markdown_blocks.h"
#include "core/extract/title.h"

namespace quarry::extract {
namespace {

struct FreeNode {
    void operator()(cmark_node* node) const noexcept { cmark_node_free(node); }
};
struct FreeIterator {
    void operator()(cmark_iter* iterator) const noexcept { cmark_iter_free(iterator); }
};

// Enough for a heading; the inline parser takes quadratic time on hostile text, so it gets no more.
constexpr std::size_t longest_inline = 1000;

}  // namespace

std::string markdown_plain_text(std::string_view line) {
    const std::string_view head = line.substr(0, floor_to_code_point(line, longest_inline));
    if (head.find_first_of("\\`*_[]<>&!") == std::string_view::npos) return one_line(head, longest_label);
    // The full stop in front keeps "1. Introduction" or "- x" from being read as a list; it goes again below.
    const std::string source = "." + one_line(head, longest_inline);
    const std::unique_ptr<cmark_node, FreeNode> root(
        cmark_parse_document(source.data(), source.size(), CMARK_OPT_DEFAULT));
    const std::unique_ptr<cmark_iter, FreeIterator> nodes(cmark_iter_new(root.get()));
    std::string text;
    for (cmark_event_type event = cmark_iter_next(nodes.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(nodes.get())) {
        if (event != CMARK_EVENT_ENTER) continue;
        cmark_node* const node = cmark_iter_get_node(nodes.get());
        const cmark_node_type type = cmark_node_get_type(node);
        if (type != CMARK_NODE_TEXT && type != CMARK_NODE_CODE) continue;
        if (const char* literal = cmark_node_get_literal(node)) text += literal;
    }
    return one_line(std::string_view(text).substr(text.starts_with('.') ? 1 : 0), longest_label);
}

}  // namespace quarry::extract
