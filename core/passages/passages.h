#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/passages/sentences.h"
#include "core/search/search.h"
#include "core/store/store.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::passages {

/// A sentence of a passage, with its place in the document.
struct PassageSentence {
    SentenceSpan span;
    std::size_t start_line = 1;
    std::size_t end_line = 1;
    std::size_t page = 0;  ///< 1-based, of its first byte; 0 in a text without pages.
    std::string text;
    std::string table_head{};  ///< Of a row of a table: its column names and the line below them, if short.
};

/// What retrieval found in one place of a document: one span, or several that overlap or touch.
struct Passage {
    std::size_t rank = 0;  ///< 0-based, best first.
    double score = 0;      ///< Of its best hit, as the search gave it.
    std::int64_t document_id = 0;
    std::string uri;
    std::string title;
    std::string language{};                 ///< Of its document, as the store has it.
    std::vector<std::string> heading_path;  ///< Of its first span.
    /// Where further headings begin within it, in the document's text, with the path from there on.
    std::vector<std::pair<std::size_t, std::vector<std::string>>> inner_headings;
    std::size_t start = 0;  ///< Bytes of the document's text.
    std::size_t end = 0;
    std::size_t start_line = 1;
    TextForm form = TextForm::prose;  ///< Markdown of most formats.
    [[nodiscard]] bool is_markdown() const noexcept { return form == TextForm::markdown; }
    std::string text;
    std::vector<PassageSentence> sentences;
    std::string
        behind{};  ///< What follows it in the document, to the end of the first line with text, if that is near.
};

/// Packs hits, best first, into at most `limit` passages of at most `max_tokens` in all, as `tokenizer` counts: spans
/// of one document that overlap or have only white space between them are merged, texts that are nearly the same are
/// taken once (core/passages/near_duplicate.h), and the last that fits in part only is cut. Each begins and ends with
/// whole sentences, unless it is cut, and has both sides of a colon at its edge. Hits whose document is gone are left
/// out.
[[nodiscard]] std::vector<Passage> pack_passages(const store::Store& store, std::span<const search::SearchHit> hits,
                                                 std::size_t limit, const tokenize::Tokenizer& tokenizer,
                                                 std::size_t max_tokens);

/// The headings above a place in the passage.
[[nodiscard]] const std::vector<std::string>& heading_path_at(const Passage& passage, std::size_t place);

/// The document's text from `start` to `end`, which are bytes of it within the passage or within its first or last
/// sentence: those may begin before the passage and end behind it.
[[nodiscard]] std::string text_between(const Passage& passage, std::size_t start, std::size_t end);

/// Puts the best passages at the edges, where models look most: the best first, the second best last, and so on
/// inwards.
void order_best_at_both_ends(std::vector<Passage>& passages);

}  // namespace quarry::passages
