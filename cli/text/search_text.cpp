// How search results are shown: as text for people.
#include "cli/text/search_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <vector>

#include "cli/ui/markdown_view.h"
#include "cli/ui/output.h"
#include "cli/ui/word_wrap.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

constexpr std::size_t snippet_chars = 240;
constexpr std::string_view indent = "    ";

/// A word of a snippet: as printed, and how wide.
struct Word {
    std::string shown;
    std::size_t width = 0;
};

/// The snippet's words, with what matched in bold; white space, line breaks included, only separates.
class SnippetWords {
public:
    explicit SnippetWords(Output& out) : out_(out) {}

    void add(std::string_view text, bool matched) {
        const std::string clean = strip_terminal_controls(text);
        std::size_t begin = 0;
        while (begin <= clean.size()) {
            const std::size_t end = std::min(clean.find_first_of(" \t\n", begin), clean.size());
            const std::string_view piece = std::string_view(clean).substr(begin, end - begin);
            if (!piece.empty()) {
                if (words_.empty() || closed_) words_.emplace_back();
                closed_ = false;
                words_.back().shown += matched ? out_.styled(Style::bold, piece) : std::string(piece);
                words_.back().width += count_code_points(piece);
            }
            if (end < clean.size()) closed_ = true;
            begin = end + 1;
        }
    }

    void print(std::size_t width) {
        std::size_t used = 0;
        std::ostream& stream = out_.result();
        for (const Word& word : words_) {
            if (used > 0 && used + 1 + word.width > width) {
                stream << '\n';
                used = 0;
            }
            stream << (used == 0 ? indent : std::string_view(" ")) << word.shown;
            used += word.width + (used == 0 ? 0 : 1);
        }
        if (used > 0) stream << '\n';
    }

private:
    Output& out_;
    std::vector<Word> words_;
    bool closed_ = false;  ///< The last word is complete.
};

void print_snippet(Output& out, const std::string& text, const search::Snippet& snippet) {
    SnippetWords words(out);
    if (snippet.start_byte > 0) words.add("… ", false);
    std::size_t at = snippet.start_byte;
    for (const auto& [start, end] : snippet.matches) {
        words.add(std::string_view(text).substr(at, start - at), false);
        words.add(std::string_view(text).substr(start, end - start), true);
        at = end;
    }
    words.add(std::string_view(text).substr(at, snippet.end_byte - at), false);
    if (snippet.end_byte < text.size()) words.add(" …", false);
    const auto width = static_cast<std::size_t>(std::max(20, out.options().width));
    words.print(width - indent.size());
}

/// All lines of it, as they stand, with what matched in bold.
void print_context(Output& out, const search::ContextSpan& context, const std::vector<std::string>& terms,
                   std::string_view language) {
    const search::Snippet all = search::make_snippet(context.text, terms, context.text.size(), language);
    std::string text;
    std::size_t at = 0;
    const auto add = [&](std::size_t end, bool matched) {
        const std::string clean = strip_terminal_controls(std::string_view(context.text).substr(at, end - at));
        text += matched ? out.styled(Style::bold, clean) : clean;
        at = end;
    };
    for (const auto& [start, end] : all.matches) {
        add(start, false);
        add(end, true);
    }
    add(context.text.size(), false);
    for (const std::string_view line : split(trim(text), '\n')) {
        out.result() << (line.empty() ? "\n" : wrapped_line(out, line, indent.size()));
    }
}

std::string headline(const store::Chunk& chunk) {
    std::string line = chunk.title;
    for (const std::string& heading : chunk.span.heading_path) {
        if (heading == chunk.title) continue;
        line += line.empty() ? heading : fmt::format(" › {}", heading);
    }
    return one_line(strip_terminal_controls(line), 160);
}

void explain_part(Output& out, const char* name, const std::optional<search::ScorePart>& part, double weight) {
    if (part) {
        out.result() << fmt::format("{}{:<8} rank {:>4}   raw {:>8.4f}   scaled {:.4f} x weight {:.2f} = {:.4f}\n",
                                    indent, name, part->rank, part->raw, part->scaled, weight, part->scaled * weight);
    } else {
        out.result() << fmt::format("{}{:<8} no match\n", indent, name);
    }
}

/// A line for each word of the query that the passage has.
void explain_words(Output& out, const lexical::LexicalExplanation& words) {
    for (const lexical::TermScore& term : words.terms) {
        out.result() << fmt::format(
            "{}  {:<16} {:>8.4f}   idf {:.4f}, in {} passages; here {} x title, {} x headings, {} x text{}\n", indent,
            strip_terminal_controls(term.prefix ? term.text + '*' : term.text), term.score, term.idf, term.chunks,
            term.occurrences[0], term.occurrences[1], term.occurrences[2],
            term.weight == 1 ? std::string() : fmt::format("; {:g} x in the query", term.weight));
    }
    out.result() << fmt::format("{}  {:<16} {:>8.0f}   terms; {:.1f} on average\n", indent, "length", words.length,
                                words.average_length);
}

}  // namespace

void print_hit(Output& out, const search::SearchHit& hit, std::size_t rank, const search::SearchResult& result,
               const search::SearchOptions& options, bool explain) {
    std::ostream& stream = out.result();
    const std::string title = headline(hit.chunk);
    const std::string place =
        wire::display_location(hit.chunk.uri, hit.chunk.span.start_line, hit.chunk.span.start_line);
    if (rank > 1) stream << '\n';
    stream << wrapped_line(out, out.styled(Style::bold, title.empty() ? place : title), indent.size())
                  .replace(0, indent.size(), fmt::format("{:>2}. ", rank));
    const std::string address = place_address(hit.chunk.uri, hit.chunk.span.start_line);
    stream << wrapped_line(out,
                           fmt::format("{}  {}", hyperlink(out, address, out.styled(Style::cyan, place)),
                                       out.styled(Style::dim, fmt::format("{:.3f}", hit.score))),
                           indent.size());
    if (hit.context) {
        print_context(out, *hit.context, result.terms, hit.chunk.language);
    } else {
        print_snippet(out, hit.chunk.text,
                      search::make_snippet(hit.chunk.text, result.terms, snippet_chars, hit.chunk.language));
    }
    if (!explain) return;
    if (hit.rerank) {
        stream << fmt::format("{}{:<8} rank {:>4}   raw {:>8.4f}\n", indent, "rerank", hit.rerank->rank,
                              hit.rerank->raw);
    }
    if (result.mode != search::SearchMode::vector) {
        explain_part(out, "lexical", hit.lexical, search::weights_of(result, options).lexical);
        if (hit.words) explain_words(out, *hit.words);
    }
    if (result.mode != search::SearchMode::lexical)
        explain_part(out, "dense", hit.dense, search::weights_of(result, options).dense);
    if (hit.grams) explain_part(out, "grams", hit.grams, search::weights_of(result, options).grams);
}

void print_editor_line(Output& out, const search::SearchHit& hit, const search::SearchResult& result) {
    const std::string_view text = hit.chunk.text;
    const search::Snippet snippet = search::make_snippet(text, result.terms, snippet_chars, hit.chunk.language);
    std::size_t at = snippet.matches.empty() ? 0 : snippet.matches.front().first;
    if (snippet.matches.empty()) {
        while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) ++at;
    }
    const std::size_t before = text.substr(0, at).rfind('\n');
    const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::size_t line = hit.chunk.span.start_line + count_line_breaks(text.substr(0, start));
    std::size_t column = at - start + 1;
    // A converted file need not have such a line: an editor opens it at its beginning.
    if (!wire::has_lines_of_file(hit.chunk.uri)) line = column = 1;
    out.result() << fmt::format("{}:{}:{}: {}\n", wire::display_uri(hit.chunk.uri), line, column,
                                one_line(strip_terminal_controls(text.substr(start, end - start)), snippet_chars));
}

}  // namespace quarry::cli
