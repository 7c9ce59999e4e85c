#include "core/answer/shown_excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/answer/passage_parts.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

/// Of the first sentence of an excerpt that has several items of a list; else empty. A view of the passage's text.
std::string_view first_marker(const passages::Passage& passage, const ChosenExcerpt& excerpt) {
    bool more = false;
    for (std::size_t i = excerpt.first + 1; i <= excerpt.last; ++i) more |= !list_marker(passage, i).empty();
    return more ? list_marker(passage, excerpt.first) : std::string_view();
}

/// A list marker as it is shown: numbers as they are, bullets alike.
std::string shown_marker(std::string_view marker) { return marker.size() > 1 ? fmt::format("{} ", marker) : "- "; }

/// What stands between two sentences of an excerpt where it is shown; `paragraphs`: what between two of those.
std::string shown_gap(const passages::Passage& passage, std::size_t sentence, std::string_view paragraphs) {
    using Kind = passages::SentenceSpan::Kind;
    const passages::SentenceSpan &here = passage.sentences[sentence].span, &next = passage.sentences[sentence + 1].span;
    if (next.kind == Kind::line) return "\n";
    const std::string gap = passages::text_between(passage, here.end, std::max(next.start, here.end));
    const std::size_t line = gap.rfind('\n');
    if (line == std::string_view::npos) return " ";
    if (!trim(gap.substr(line)).empty() && trim(gap.substr(line)) != ">") {
        return "\n" + shown_marker(list_marker(passage, sentence + 1));
    }
    if (here.kind == Kind::line) return "\n";
    return std::string(std::ranges::count(gap, '\n') > 1 ? paragraphs : " ");
}

}  // namespace

passages::PassageSentence whole_excerpt(const passages::Passage& passage, const ChosenExcerpt& excerpt) {
    passages::PassageSentence whole = passage.sentences[excerpt.first];
    if (excerpt.last == excerpt.first) return whole;
    const passages::PassageSentence& last = passage.sentences[excerpt.last];
    if (const std::string_view marker = first_marker(passage, excerpt); !marker.empty()) {
        whole.span.start = passage.start + static_cast<std::size_t>(marker.data() - passage.text.data());
    }
    whole.span.end = last.span.end;
    whole.span.kind = passages::SentenceSpan::Kind::prose;
    whole.end_line = last.end_line;
    whole.text = passages::text_between(passage, whole.span.start, whole.span.end);
    return whole;
}

std::string shown_excerpt(const passages::Passage& passage, const ChosenExcerpt& excerpt, AnswerForm form) {
    std::string shown;
    if (const std::string_view marker = first_marker(passage, excerpt); !marker.empty()) shown = shown_marker(marker);
    for (std::size_t i = excerpt.first; i <= excerpt.last; ++i) {
        const passages::PassageSentence& sentence = passage.sentences[i];
        const bool is_line = sentence.span.kind == passages::SentenceSpan::Kind::line;
        if (i > excerpt.first) shown += shown_gap(passage, i - 1, form == AnswerForm::passages ? "\n\n" : " ");
        const std::string clean = strip_terminal_controls(
            passage.markdown && !is_line ? passages::shown_sentence(sentence.text) : sentence.text);
        shown += is_line && excerpt.last > excerpt.first ? clean : one_line(clean, clean.size());
    }
    return shown;
}

}  // namespace quarry::answer
