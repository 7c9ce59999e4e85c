// An answer for a file in Markdown.
#include "cli/text/answer_markdown.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string_view>

#include "cli/text/answer_text.h"
#include "core/answer/markers.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

std::string footnote_mark(std::size_t number) { return fmt::format("[^{}]", number); }

/// The text with footnotes in the place of its markers, or without either.
std::string with_footnotes(std::string_view text, bool without_sources) {
    std::string made;
    std::size_t done = 0;
    for (const answer::CitationMarker& marker : answer::find_markers(text)) {
        std::string_view before = text.substr(done, marker.start - done);
        while (before.ends_with(' ')) before.remove_suffix(1);
        made += before;
        for (const std::size_t number : marker.numbers) made += without_sources ? "" : footnote_mark(number);
        done = marker.end;
    }
    return made + std::string(text.substr(done));
}

std::string answer_text(const answer::Answer& answer, bool without_sources) {
    if (answer.kind == answer::AnswerKind::model) return with_footnotes(answer.text, without_sources);
    std::string text(answer::lead_in(answer));
    for (const answer::Citation& citation : answer.citations) {
        if (!text.empty()) text += "\n\n";
        text += markdown_excerpt(citation, without_sources ? "" : footnote_mark(citation.number));
    }
    return text;
}

/// "[`docs/a.md:3-4`](<docs/a.md#L3-L4>) Title › Heading"
std::string linked_place(const answer::Citation& citation) {
    const std::string place = wire::display_location(citation.uri, citation.start_line, citation.end_line);
    std::string target = wire::display_uri(citation.uri);
    if (target.find("://") == std::string::npos) {
        target += fmt::format("#L{}", citation.start_line);
        if (citation.end_line > citation.start_line) target += fmt::format("-L{}", citation.end_line);
    }
    const std::string headings = shown_headings(citation);
    return fmt::format("[`{}`](<{}>){}{}", place, target, headings.empty() ? "" : " ", headings);
}

}  // namespace

std::string markdown_excerpt(const answer::Citation& citation, std::string_view mark) {
    const std::string_view text = citation.markdown;
    const std::string_view last = trim(text.substr(text.rfind('\n') + 1));  // npos + 1 is 0
    const char* const gap = last.starts_with('|') ? "\n\n" : last.starts_with("```") ? "\n" : "";
    return fmt::format("{}{}{}", text, gap, *gap == '\0' ? mark : trim(mark));
}

std::string markdown_answer(const answer::Answer& answer, bool without_sources) {
    std::string text(trim(answer_text(answer, without_sources)));
    text += '\n';
    if (without_sources) return text;
    std::set<std::size_t> begun;
    for (const answer::Citation& citation : answer.citations) {
        const bool is_first = begun.insert(citation.number).second;
        if (is_first) text += fmt::format("\n{}: {}\n", footnote_mark(citation.number), linked_place(citation));
        if (!is_first) text += fmt::format("\n    {}\n", linked_place(citation));
        if (answer.kind == answer::AnswerKind::extractive) continue;  // the answer is these words
        const std::string quote = one_line(strip_terminal_controls(citation.quote), citation.quote.size());
        text += fmt::format("    “{}”\n", quote);
    }
    bool is_first = true;
    for (const answer::SentenceCheck& check : answer.sentences) {
        if (check.verdict == answer::Verdict::supported) continue;
        if (is_first) text += "\nNot supported by the sources:\n\n";
        is_first = false;
        const std::string words = answer::without_markers(answer.text.substr(check.start, check.end - check.start));
        text += fmt::format("- {}: {} ({})\n", answer::verdict_name(check.verdict), one_line(words, 400),
                            one_line(fmt::format("{}", fmt::join(check.problems, "; ")), 300));
    }
    return text;
}

}  // namespace quarry::cli
