#include "core/passages/sentences.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/chunk/sentence_units.h"
#include "core/chunk/sentences.h"
#include "core/passages/text_blocks.h"

namespace quarry::passages {
namespace {

// How far around a passage the ends of its first and last sentence are looked for.
constexpr std::size_t reach = 600;
// Longer than any sentence that is one: lists without full stops come out of the break rules as one.
constexpr std::size_t longest_sentence = 600;

void add_trimmed(std::string_view text, std::size_t start, std::size_t end, SentenceSpan::Kind kind,
                 std::vector<SentenceSpan>& spans) {
    std::string_view piece = trim(text.substr(start, end - start));
    if (piece.empty()) return;
    const std::size_t from = static_cast<std::size_t>(piece.data() - text.data());
    spans.push_back({from, from + piece.size(), kind});
}

void add_sentence(std::string_view text, std::size_t start, std::size_t end, std::vector<SentenceSpan>& spans) {
    if (end - start <= longest_sentence) {
        add_trimmed(text, start, end, SentenceSpan::Kind::prose, spans);
        return;
    }
    while (start < end) {
        const std::size_t line_end = std::min(text.find('\n', start), end);
        add_trimmed(text, start, line_end, SentenceSpan::Kind::prose, spans);
        start = line_end + 1;
    }
}

std::size_t behind_quote_marks(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of("> \t", at), text.size());
}

/// A sentence that begins on a line of a quotation begins behind the quotation's mark.
void skip_quote_marks(std::string_view text, SentenceSpan& span) {
    if (text[span.start] != '>' || span.kind != SentenceSpan::Kind::prose) return;
    const std::size_t line = text.find_last_not_of(" \t", span.start - 1);
    if (span.start == 0 || line == std::string_view::npos || text[line] != '\n') return;
    span.start = std::min(behind_quote_marks(text, span.start), span.end);
}

/// The nearest paragraph end before `start`, or what `reach` allows.
std::size_t window_start(std::string_view text, std::size_t start) {
    const std::size_t earliest = start > reach ? start - reach : 0;
    const std::string_view before = text.substr(earliest, start - earliest);
    if (const std::size_t blank = before.rfind("\n\n"); blank != std::string_view::npos) return earliest + blank + 2;
    if (earliest == 0) return 0;
    if (const std::size_t line = before.find('\n'); line != std::string_view::npos) return earliest + line + 1;
    return floor_to_code_point(text, earliest);
}

std::size_t window_end(std::string_view text, std::size_t end) {
    const std::size_t latest = std::min(text.size(), end + reach);
    const std::string_view after = text.substr(end, latest - end);
    if (const std::size_t blank = after.find("\n\n"); blank != std::string_view::npos) return end + blank;
    if (latest == text.size()) return latest;
    if (const std::size_t line = after.rfind('\n'); line != std::string_view::npos) return end + line;
    return floor_to_code_point(text, latest);
}

}  // namespace

std::vector<SentenceSpan> find_sentences(std::string_view text, std::size_t start, std::size_t end, TextForm form) {
    end = std::min(end, text.size());
    start = std::min(start, end);
    std::vector<SentenceSpan> spans;
    for (const TextBlock& block : find_blocks(text, window_start(text, start), window_end(text, end), form)) {
        if (block.kind == SentenceSpan::Kind::line) {
            spans.push_back({block.start, block.end, block.kind, block.head_start, block.head_end});
            continue;
        }
        std::size_t from = block.start;
        for (const std::size_t sentence_end : chunk::sentence_ends(text, block.start, block.end)) {
            add_sentence(text, from, sentence_end, spans);
            from = sentence_end;
        }
    }
    if (form == TextForm::markdown) {
        for (SentenceSpan& span : spans) skip_quote_marks(text, span);
    }
    std::erase_if(
        spans, [&](const SentenceSpan& span) { return span.end <= std::max(start, span.start) || span.start >= end; });
    return spans;
}

std::string shown_sentence(std::string_view sentence) {
    std::string shown;
    for (std::size_t i = 0; i < sentence.size();) {
        const std::size_t next = std::min(sentence.find_first_of("\n`[<!", i), sentence.size());
        shown += sentence.substr(i, next - i);
        if (next == sentence.size()) break;
        i = next + 1;
        if (sentence[next] == '\n') {
            shown += '\n';
            if (sentence[std::min(sentence.find_first_not_of(" \t", i), sentence.size() - 1)] == '>') {
                i = behind_quote_marks(sentence, i);
            }
            continue;
        }
        const std::size_t mark = sentence.substr(next).starts_with("![") ? next + 1 : next;
        const chunk::SentenceUnit unit = chunk::find_sentence_unit(sentence, 0, mark);
        if (unit.kind != chunk::SentenceUnit::Kind::whole || sentence[mark] == '!') {
            shown += sentence[next];
            continue;
        }
        i = unit.end;
        if (sentence[mark] == '[') {
            shown += unit.inside < unit.end ? shown_sentence(sentence.substr(mark + 1, unit.inside - mark - 1))
                                            : std::string(sentence.substr(next, unit.end - next));
        } else if (!sentence.substr(mark).starts_with("<!--")) {
            shown += sentence.substr(mark, unit.end - mark);
        }
    }
    return shown;
}

}  // namespace quarry::passages
