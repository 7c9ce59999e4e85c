// How an answer is shown: as text for people, as JSON for programs.
#include "cli/text/answer_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/text/conversation_text.h"
#include "cli/ui/markdown_view.h"
#include "cli/ui/output.h"
#include "cli/ui/word_wrap.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

using json = nlohmann::ordered_json;

/// "docs/a.md:3-4  Title › Heading"
std::string place(const answer::Citation& citation, const Output& out) {
    std::string where = wire::display_location(citation.uri, citation.start_line, citation.end_line);
    where = hyperlink(out, place_address(citation.uri, citation.start_line), out.styled(Style::cyan, where));
    if (citation.page > 0) where += fmt::format(", page {}", citation.page);
    const std::string file_name = citation.uri.substr(citation.uri.find_last_of('/') + 1);
    std::string headings = citation.title == file_name ? std::string() : citation.title;
    for (const std::string& heading : citation.heading_path) {
        if (heading == citation.title) continue;
        headings += headings.empty() ? heading : fmt::format(" › {}", heading);
    }
    if (headings.empty()) return where;
    return fmt::format("{}  {}", where, out.styled(Style::dim, one_line(strip_terminal_controls(headings), 200)));
}

json citation_json(const answer::Citation& citation) {
    return {{"number", citation.number},
            {"uri", citation.uri},
            {"title", citation.title},
            {"heading_path", citation.heading_path},
            {"start_byte", citation.start_byte},
            {"end_byte", citation.end_byte},
            {"start_line", citation.start_line},
            {"end_line", citation.end_line},
            {"page", citation.page == 0 ? json(nullptr) : json(citation.page)},
            {"quote", citation.quote},
            {"sha256", citation.sha256},
            {"overlap", citation.overlap}};
}

}  // namespace

void print_sources(Output& out, const answer::Answer& answer) {
    if (answer.citations.empty()) return;
    std::ostream& stream = out.result();
    stream << '\n'
           << out.styled(Style::bold, answer.kind == answer::AnswerKind::extractive
                                          ? "Sources (the answer is extracted from them, word for word):"
                                          : "Sources:")
           << '\n';
    for (const answer::Citation& citation : answer.citations) {
        const std::string quote = one_line(strip_terminal_controls(citation.quote), citation.quote.size());
        stream << wrapped_line(out, fmt::format("[{}] {}", citation.number, place(citation, out)), 0)
               << wrapped_line(out, fmt::format("\"{}\"", quote), 4);
    }
}

void print_unsupported(Output& out, std::string_view answer, const std::vector<answer::SentenceCheck>& sentences) {
    bool first = true;
    for (const answer::SentenceCheck& check : sentences) {
        if (check.verdict == answer::Verdict::supported) continue;
        if (first) out.result() << '\n' << out.styled(Style::bold, "Not borne out by the sources:") << '\n';
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

json sentences_json(std::string_view answer, const std::vector<answer::SentenceCheck>& sentences) {
    json list = json::array();
    for (const answer::SentenceCheck& check : sentences) {
        list.push_back({{"text", answer.substr(check.start, check.end - check.start)},
                        {"start_byte", check.start},
                        {"end_byte", check.end},
                        {"cites", check.numbers},
                        {"verdict", answer::verdict_name(check.verdict)},
                        {"support", std::round(check.support * 1000) / 1000},
                        {"problems", check.problems}});
    }
    return list;
}

json answer_json(std::string_view question, const answer::Answer& answer) {
    json document = {{"schema", "quarry.ask/1"},
                     {"question", question},
                     {"kind", answer.kind == answer::AnswerKind::extractive ? "extractive" : "model"},
                     {"answered", answer.answered},
                     {"answer", answer.text},
                     {"citations", json::array()},
                     {"sentences", sentences_json(answer.text, answer.sentences)},
                     {"unknown_citations", answer.unknown_citations},
                     {"model", nullptr},
                     {"finish_reason", nullptr},
                     {"usage", nullptr},
                     {"cost", answer.cost ? json(*answer.cost) : json(nullptr)},
                     {"cached", answer.cached},
                     {"mode", search::search_mode_name(answer.mode)},
                     {"sources", answer.sources},
                     {"score", std::round(answer.score * 1000) / 1000},
                     {"note", answer.note.empty() ? json(nullptr) : json(answer.note)},
                     {"retries", answer.retries.empty() ? json(nullptr) : json(answer.retries)},
                     {"warnings", answer.warnings}};
    for (const answer::Citation& citation : answer.citations) document["citations"].push_back(citation_json(citation));
    if (answer.kind == answer::AnswerKind::model) {
        document["model"] = answer.model;
        document["finish_reason"] = answer.finish_reason;
    }
    if (answer.usage) {
        document["usage"] = {{"input_tokens", answer.usage->input_tokens},
                             {"output_tokens", answer.usage->output_tokens}};
    }
    if (!answer.tool_calls.empty()) document["tool_calls"] = tool_calls_json(answer.tool_calls);
    return document;
}

}  // namespace quarry::cli
