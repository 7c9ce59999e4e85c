#include "core/passages/passages.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "core/chunk/heading_tree.h"
#include "core/document/source_language.h"
#include "core/extract/extractor.h"
#include "core/extract/text_extractor.h"
#include "core/passages/near_duplicate.h"

namespace quarry::passages {
namespace {

// Tokens: a passage cut shorter than this says nothing.
constexpr std::size_t shortest_cut = 50;
// Bytes of a table's head that is shown above each of its rows.
constexpr std::size_t longest_head = 1200;
// Bytes behind a passage that are taken where it ends in a colon.
constexpr std::size_t reach_of_colon = 400;
// Bytes behind a passage that are looked at for what follows it.
constexpr std::size_t reach_behind = 200;
// Line breaks between spans that are merged. Other paragraphs that were not found as neighbours keep their own scores.
constexpr std::size_t any_number = static_cast<std::size_t>(-1);
constexpr std::size_t in_a_paragraph = 1;

/// Markdown itself, and what was written as Markdown when it was read; lines of source code and settings.
TextForm form_of(const store::Chunk& chunk) {
    const auto all = extract::extractors();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& extractor) { return extractor->media_type() == chunk.media_type; });
    const bool is_converted = found != all.end() && (*found)->is_converted();
    if (chunk.media_type == "text/markdown" || is_converted) return TextForm::markdown;
    const bool has_lines =
        document::source_language_of(chunk.media_type) != nullptr || extract::is_written_in_lines(chunk.uri);
    return has_lines ? TextForm::lines : TextForm::prose;
}

/// Grows `passage` by the chunk when they overlap or touch in `text`, with at most so many line breaks between them.
bool merge(Passage& passage, const document::ChunkSpan& span, std::string_view text, std::size_t most_line_breaks) {
    const std::size_t gap_start = std::min(passage.end, span.end_byte);
    const std::size_t gap_end = std::max(passage.start, span.start_byte);
    if (gap_start < gap_end) {
        const std::string_view gap = text.substr(gap_start, gap_end - gap_start);
        if (!trim(gap).empty() || count_line_breaks(gap) > most_line_breaks) return false;
    }
    if (span.start_byte < passage.start) {
        passage.start = span.start_byte;
        passage.start_line = span.start_line;
        passage.heading_path = span.heading_path;
    }
    passage.end = std::max(passage.end, span.end_byte);
    return true;
}

/// Texts of documents, each read once.
class Texts {
public:
    explicit Texts(const store::Store& store) : store_(store) {}
    [[nodiscard]] const std::optional<std::string>& of(std::int64_t document_id) {
        const auto found = texts_.find(document_id);
        if (found != texts_.end()) return found->second;
        return texts_.emplace(document_id, store_.document_text(document_id)).first->second;
    }

private:
    const store::Store& store_;
    std::map<std::int64_t, std::optional<std::string>> texts_;
};

struct Packed {
    Passage passage;
    bool pages = false;
    std::vector<TextSketch> sketches{};  ///< Of the chunks in it.
};

/// The 1-based page of each sentence, from where the pages of the document begin.
void fill_in_pages(const store::Store& store, Passage& passage) {
    const std::optional<document::Document> document = store.document(passage.document_id);
    if (!document) return;
    const std::vector<std::size_t>& starts = document->page_starts;
    for (PassageSentence& sentence : passage.sentences) {
        sentence.page = static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), sentence.span.start) -
                                                 starts.begin());
    }
}

/// The headings that begin within the passage, each with those above it.
void fill_in_headings(const store::Store& store, Passage& passage) {
    const std::vector<document::Block> headings = store.headings_of(passage.document_id);
    chunk::HeadingTree tree(headings);
    for (const document::Block& heading : headings) {
        if (heading.start <= passage.start || heading.start >= passage.end) continue;
        passage.inner_headings.emplace_back(heading.start, tree.path(tree.section_at(heading.start)));
    }
}

void fill_in(Packed& packed, std::string_view text) {
    Passage& passage = packed.passage;
    passage.text = text.substr(passage.start, passage.end - passage.start);
    const std::size_t text_end = passage.start + passage.text.find_last_not_of(" \t\n") + 1;  // npos + 1 is 0
    const std::string_view behind = text.substr(text_end, reach_behind);
    const std::size_t words = behind.find_first_not_of(" \t\n");
    if (words != std::string_view::npos) passage.behind = behind.substr(0, behind.find('\n', words));
    std::size_t at = passage.start;
    std::size_t line = passage.start_line;
    for (const SentenceSpan& span : find_sentences(text, passage.start, passage.end, passage.form)) {
        if (span.start >= at) {
            line += count_line_breaks(text.substr(at, span.start - at));
        } else {  // the first one begins before the passage
            line -= count_line_breaks(text.substr(span.start, at - span.start));
        }
        at = span.start;
        const std::string_view words = text.substr(span.start, span.end - span.start);
        const std::size_t head = span.head_end - span.head_start;
        passage.sentences.push_back({span, line, line + count_line_breaks(words), 0, std::string(words),
                                     std::string(text.substr(span.head_start, head > longest_head ? 0 : head))});
    }
    if (const std::string_view all = trim(passage.text); passage.sentences.empty() && !all.empty()) {
        // Nothing but headings, say: it can still be cited, as a whole.
        const std::size_t start = passage.start + static_cast<std::size_t>(all.data() - passage.text.data());
        const std::size_t first =
            passage.start_line + count_line_breaks(text.substr(passage.start, start - passage.start));
        passage.sentences.push_back({{start, start + all.size(), SentenceSpan::Kind::headings},
                                     first,
                                     first + count_line_breaks(all),
                                     0,
                                     std::string(all)});
    }
}

/// Cuts the passages to the budget, best first; drops those that no longer fit.
void cut_to_budget(std::vector<Packed>& passages, Texts& texts, const tokenize::Tokenizer& tokenizer,
                   std::size_t budget) {
    std::size_t kept = 0;
    for (; kept < passages.size() && budget > 0; ++kept) {
        Passage& passage = passages[kept].passage;
        const std::string_view text =
            std::string_view(*texts.of(passage.document_id)).substr(passage.start, passage.end - passage.start);
        const std::size_t count = tokenizer.count(text);
        if (count > budget) {
            if (kept > 0 && budget < shortest_cut) break;
            passage.end = passage.start + tokenizer.truncate(text, budget);
        }
        budget -= std::min(count, budget);
    }
    passages.resize(kept);
}

/// Makes the first two of a document's passages one that touch, in the place of the better; returns whether there are
/// such.
bool merge_touching(std::vector<Packed>& packed, std::int64_t document_id, std::string_view text,
                    std::size_t most_line_breaks) {
    for (std::size_t i = 0; i < packed.size(); ++i) {
        for (std::size_t k = i + 1; k < packed.size(); ++k) {
            const Passage &better = packed[i].passage, &other = packed[k].passage;
            if (better.document_id != document_id || other.document_id != document_id) continue;
            document::ChunkSpan span;
            span.start_byte = other.start;
            span.end_byte = other.end;
            span.start_line = other.start_line;
            span.heading_path = other.heading_path;
            if (!merge(packed[i].passage, span, text, most_line_breaks)) continue;
            std::ranges::move(packed[k].sketches, std::back_inserter(packed[i].sketches));
            packed.erase(packed.begin() + static_cast<std::ptrdiff_t>(k));
            return true;
        }
    }
    return false;
}

/// Lets a passage begin with an earlier place.
void begin_at(std::size_t start, std::string_view text, Passage& passage) {
    passage.start_line -= count_line_breaks(text.substr(start, passage.start - start));
    passage.start = start;
}

/// Lets a passage begin and end with whole sentences.
void take_whole_sentences(std::string_view text, Passage& passage) {
    const std::vector<SentenceSpan> spans = find_sentences(text, passage.start, passage.end, passage.form);
    if (spans.empty()) return;
    if (spans.front().start < passage.start) begin_at(spans.front().start, text, passage);
    passage.end = std::max(passage.end, spans.back().end);
}

/// Where the colon ends that a text ends in, before the fence of code if there is one; nothing for other texts.
std::optional<std::size_t> colon_end(std::string_view text) {
    std::size_t end = text.find_last_not_of(" \t\n") + 1;  // npos + 1 is 0
    const std::size_t line = text.substr(0, end).rfind('\n') + 1;
    const std::string_view fence = trim(text.substr(line, end - line));
    if (fence.starts_with("```") || fence.starts_with("~~~")) end = text.substr(0, line).find_last_not_of(" \t\n") + 1;
    const std::string_view words = text.substr(0, end);
    return words.ends_with(':') || words.ends_with("：") ? std::optional(end) : std::nullopt;
}

/// Lets a passage that follows a colon begin with the sentence that ends in it, and one that ends in a colon have the
/// lines behind it, to the next heading: what it leads to.
void take_both_sides_of_colons(const store::Store& store, std::string_view text, Passage& passage) {
    if (const std::optional<std::size_t> colon = colon_end(text.substr(0, passage.start))) {
        const std::vector<SentenceSpan> spans = find_sentences(text, *colon - 1, *colon, passage.form);
        if (!spans.empty()) begin_at(spans.front().start, text, passage);
    }
    if (!colon_end(text.substr(passage.start, passage.end - passage.start))) return;
    std::size_t limit = std::min(text.size(), passage.end + reach_of_colon);
    for (const document::Block& heading : store.headings_of(passage.document_id)) {
        if (heading.start >= passage.end) limit = std::min(limit, heading.start);
    }
    if (limit < text.size()) limit = text.rfind('\n', limit - 1) + 1;  // whole lines
    passage.end = std::max(passage.end, limit);
}

/// Gives passages whole sentences and both sides of colons, and merges those that touch within a paragraph then.
void complete_ends(const store::Store& store, Texts& texts, std::vector<Packed>& packed) {
    std::set<std::int64_t> documents;
    for (Packed& one : packed) {
        const std::string_view text = *texts.of(one.passage.document_id);
        take_whole_sentences(text, one.passage);
        take_both_sides_of_colons(store, text, one.passage);
        documents.insert(one.passage.document_id);
    }
    for (const std::int64_t document_id : documents) {
        while (merge_touching(packed, document_id, *texts.of(document_id), in_a_paragraph)) {
        }
    }
}

bool nearly_there(const std::vector<Packed>& packed, const TextSketch& sketch) {
    return std::any_of(packed.begin(), packed.end(), [&](const Packed& one) {
        return std::any_of(one.sketches.begin(), one.sketches.end(),
                           [&](const TextSketch& known) { return known.nearly_same(sketch); });
    });
}

}  // namespace

std::vector<Passage> pack_passages(const store::Store& store, std::span<const search::SearchHit> hits,
                                   std::size_t limit, const tokenize::Tokenizer& tokenizer, std::size_t max_tokens) {
    Texts texts(store);
    std::vector<Packed> packed;
    std::set<std::string_view> seen;  // into the hits
    for (const search::SearchHit& hit : hits) {
        const store::Chunk& chunk = hit.chunk;
        const std::optional<std::string>& text = texts.of(chunk.document_id);
        if (!text || chunk.span.end_byte > text->size() || chunk.span.start_byte >= chunk.span.end_byte) continue;
        if (!seen.insert(trim(chunk.text)).second) continue;
        const auto merged = std::find_if(packed.begin(), packed.end(), [&](Packed& other) {
            return other.passage.document_id == chunk.document_id &&
                   merge(other.passage, chunk.span, *text, any_number);
        });
        if (merged == packed.end() && packed.size() >= limit) continue;
        TextSketch sketch(chunk.text);
        if (merged != packed.end()) {
            merged->sketches.push_back(std::move(sketch));
            while (merge_touching(packed, chunk.document_id, *text, any_number)) {
            }
            continue;
        }
        if (nearly_there(packed, sketch)) continue;
        packed.push_back({{.rank = packed.size(),
                           .score = hit.score,
                           .document_id = chunk.document_id,
                           .uri = chunk.uri,
                           .title = chunk.title,
                           .language = chunk.language,
                           .heading_path = chunk.span.heading_path,
                           .inner_headings = {},
                           .start = chunk.span.start_byte,
                           .end = chunk.span.end_byte,
                           .start_line = chunk.span.start_line,
                           .form = form_of(chunk),
                           .text = {},
                           .sentences = {}},
                          chunk.span.start_page > 0});
        packed.back().sketches.push_back(std::move(sketch));
    }
    complete_ends(store, texts, packed);
    cut_to_budget(packed, texts, tokenizer, max_tokens);
    std::vector<Passage> passages;
    for (Packed& one : packed) {
        one.passage.rank = passages.size();
        fill_in(one, *texts.of(one.passage.document_id));
        if (one.pages) fill_in_pages(store, one.passage);
        fill_in_headings(store, one.passage);
        passages.push_back(std::move(one.passage));
    }
    return passages;
}

const std::vector<std::string>& heading_path_at(const Passage& passage, std::size_t place) {
    const auto behind = std::find_if(passage.inner_headings.begin(), passage.inner_headings.end(),
                                     [&](const auto& heading) { return heading.first > place; });
    return behind == passage.inner_headings.begin() ? passage.heading_path : std::prev(behind)->second;
}

std::string text_between(const Passage& passage, std::size_t start, std::size_t end) {
    const auto part = [start, end](std::string_view text, std::size_t begins) {
        const std::size_t from = std::clamp(start, begins, begins + text.size());
        return text.substr(from - begins, std::clamp(end, from, begins + text.size()) - from);
    };
    std::string text;
    if (start < passage.start) {
        const PassageSentence& first = passage.sentences.front();
        text = part(first.text.substr(0, passage.start - first.span.start), first.span.start);
    }
    text += part(passage.text, passage.start);
    if (const std::size_t ends = passage.start + passage.text.size(); end > ends) {
        const PassageSentence& last = passage.sentences.back();
        text += part(last.text.substr(ends - last.span.start), ends);
    }
    return text;
}

void order_best_at_both_ends(std::vector<Passage>& passages) {
    std::vector<Passage> front, back;
    for (std::size_t i = 0; i < passages.size(); ++i) (i % 2 == 0 ? front : back).push_back(std::move(passages[i]));
    std::move(back.rbegin(), back.rend(), std::back_inserter(front));
    passages = std::move(front);
}

}  // namespace quarry::passages
