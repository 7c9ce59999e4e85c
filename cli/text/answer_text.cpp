// How an answer is shown: as text for people, as JSON for programs.
#include "cli/text/answer_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "cli/ui/markdown_view.h"
#include "cli/ui/output.h"
#include "cli/ui/word_wrap.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

/// "docs/a.md:3-4  Title › Heading"
std::string place(const answer::Citation& citation, const Output& out) {
    std::string where = wire::display_location(citation.uri, citation.start_line, citation.end_line);
    where = hyperlink(out, place_address(citation.uri, citation.start_line), out.styled(Style::cyan, where));
    if (citation.page > 0) where += fmt::format(", page {}", citation.page);
    const std::string headings = shown_headings(citation);
    return headings.empty() ? where : fmt::format("{}  {}", where, out.styled(Style::dim, headings));
}

}  // namespace

std::string shown_headings(const answer::Citation& citation) {
    const std::string file_name = citation.uri.substr(citation.uri.find_last_of('/') + 1);
    std::string headings = citation.title == file_name ? std::string() : citation.title;
    for (const std::string& heading : citation.heading_path) {
        if (heading == citation.title) continue;
        headings += headings.empty() ? heading : fmt::format(" › {}", heading);
    }
    return one_line(strip_terminal_controls(headings), 200);
}

void print_place(Output& out, const answer::Citation& citation, bool with_quote) {
    constexpr std::size_t indent = 4;
    out.result() << wrapped_line(out, place(citation, out), indent);
    if (!with_quote) return;
    const std::string quote = strip_terminal_controls(citation.quote);
    for (const std::string_view line : split(quote, '\n')) {
        out.result() << wrapped_line(out, fmt::format("> {}", line), indent);
    }
}

void print_sources(Output& out, const answer::Answer& answer) {
    if (answer.citations.empty()) return;
    std::ostream& stream = out.result();
    stream << '\n' << out.styled(Style::bold, "Sources:") << '\n';
    for (const answer::Citation& citation : answer.citations) {
        stream << wrapped_line(out, fmt::format("[{}] {}", citation.number, place(citation, out)), 0);
        const std::string& words = citation.shown.empty() ? citation.quote : citation.shown;
        const std::string quote = one_line(strip_terminal_controls(words), words.size());
        stream << wrapped_line(out, fmt::format("\"{}\"", quote), 4);
    }
}

void print_unsupported(Output& out, std::string_view answer, const std::vector<answer::SentenceCheck>& sentences) {
    bool first = true;
    for (const answer::SentenceCheck& check : sentences) {
        if (check.verdict == answer::Verdict::supported) continue;
        if (first) out.result() << '\n' << out.styled(Style::bold, "Not supported by the sources:") << '\n';
        first = false;
        const std::string_view words = answer.substr(check.start, check.end - check.start);
        const Style style = check.verdict == answer::Verdict::unsupported ? Style::red : Style::yellow;
        const std::string why = fmt::format("{}", fmt::join(check.problems, "; "));
        out.result() << wrapped_line(out,
                                     fmt::format("- {}: {}", out.styled(style, answer::verdict_name(check.verdict)),
                                                 one_line(strip_terminal_controls(words), 400)),
                                     0)
                     << wrapped_line(out, one_line(strip_terminal_controls(why), 300), 4);
    }
}

std::string verification_counts(const answer::Verification& result) {
    const auto count = [&](answer::Verdict verdict) {
        return std::ranges::count(result.sentences, verdict, &answer::SentenceCheck::verdict);
    };
    std::string counts =
        fmt::format("{} of {} sentences supported", count(answer::Verdict::supported), result.sentences.size());
    for (const auto verdict : {answer::Verdict::partly, answer::Verdict::unsupported, answer::Verdict::uncited}) {
        if (count(verdict) > 0) counts += fmt::format(", {} {}", count(verdict), answer::verdict_name(verdict));
    }
    const auto holding = std::ranges::count_if(result.citations, [](const answer::CheckedCitation& one) {
        return one.state == answer::CitationState::unchanged || one.state == answer::CitationState::moved;
    });
    return fmt::format("{}; {} of {} citations hold", counts, holding, result.citations.size());
}

}  // namespace quarry::cli
