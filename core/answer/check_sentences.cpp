#include "core/answer/check_sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/analyze/analyzer.h"
#include "core/answer/address_filter.h"
#include "core/answer/markers.h"
#include "core/answer/prompt.h"
#include "core/answer/quotations.h"
#include "core/answer/support.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

// Of quoted words, in a problem that is told.
constexpr std::size_t shown_quotation = 80;

/// Whether a sentence without a citation states something that should have one.
bool states_something(const AnswerSentence& sentence, std::string_view words) {
    words = trim(words);
    while (words.ends_with('*') || words.ends_with('_')) words.remove_suffix(1);
    if (sentence.span.kind != passages::SentenceSpan::Kind::prose) return false;
    if (words.ends_with(':') || words.ends_with('?')) return false;
    return !words.starts_with(not_in_the_documents.substr(0, not_in_the_documents.size() - 1));
}

bool says_anything(std::string_view words) {
    return std::ranges::any_of(words, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
    });
}

/// Without what stands for addresses that were left out, which no source can bear out.
std::string without_left_out(std::string words) {
    for (std::size_t at = words.find(address_left_out); at != std::string::npos;
         at = words.find(address_left_out, at)) {
        words.erase(at, address_left_out.size());
    }
    return words;
}

void check_quotations(std::string_view words, std::span<const std::string_view> sources, SentenceCheck& check) {
    for (const std::string& quotation : find_quotations(words)) {
        const auto holds = [&](std::string_view source) { return has_quotation(source, quotation); };
        if (std::ranges::any_of(sources, holds)) continue;
        check.altered_quote = true;
        check.problems.push_back(
            fmt::format("quoted words are not in the source: \"{}\"", one_line(quotation, shown_quotation)));
    }
}

void check_cited(std::string_view words, std::span<const Citation> citations, SupportScorer& scorer,
                 const Cancellation& cancellation, std::span<const std::size_t> lost, SentenceCheck& check) {
    std::vector<std::string_view> sources;
    std::string_view language;
    for (const std::size_t number : check.numbers) {
        const std::size_t before = sources.size();
        for (const Citation& citation : citations) {
            if (citation.number != number) continue;
            sources.emplace_back(citation.quote);
            if (language.empty()) language = citation.language;
        }
        if (sources.size() > before) continue;
        const bool was_there = std::ranges::find(lost, number) != lost.end();
        check.problems.push_back(was_there ? fmt::format("the words of source [{}] are not in its document", number)
                                           : fmt::format("there is no source [{}]", number));
    }
    check.verdict = Verdict::unsupported;
    if (sources.empty()) return;
    Support support = scorer.score(words, sources, cancellation, language);
    check.support = support.score;
    std::ranges::move(support.problems, std::back_inserter(check.problems));
    check_quotations(words, sources, check);
    if (check.altered_quote) return;
    check.verdict = support.whole ? Verdict::supported : support.some ? Verdict::partly : Verdict::unsupported;
}

/// An excerpt of several sentences is cited behind its last one: those before it that the citation has word for word
/// are cited too, in other paragraphs as well, and all of its own paragraph where what it had is lost.
void cite_excerpts(std::string_view answer, std::span<const Citation> citations, std::span<const std::size_t> lost,
                   std::vector<AnswerSentence>& sentences) {
    for (std::size_t i = sentences.size(); i-- > 1;) {
        AnswerSentence& before = sentences[i - 1];
        const AnswerSentence& cited = sentences[i];
        if (!before.numbers.empty() || cited.numbers.size() != 1) continue;
        const std::string_view between = answer.substr(before.span.end, cited.span.start - before.span.end);
        const bool is_apart = between.find("\n\n") != std::string_view::npos;  // another paragraph
        const std::string_view words = trim(answer.substr(before.span.start, before.span.end - before.span.start));
        const std::size_t number = cited.numbers.front();
        const bool is_quoted = std::ranges::any_of(citations, [&](const Citation& citation) {
            return citation.number == number && has_quotation(citation.quote, words);
        });
        const bool is_lost = !is_apart && std::ranges::find(lost, number) != lost.end();
        if (is_quoted || is_lost) before.numbers = cited.numbers;
    }
}

}  // namespace

std::string_view verdict_name(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::supported: return "supported";
        case Verdict::partly: return "partly";
        case Verdict::unsupported: return "unsupported";
        case Verdict::uncited: return "uncited";
    }
    return "uncited";
}

std::vector<SentenceCheck> check_sentences(std::string_view answer, std::span<const Citation> citations,
                                           embed::Embedder* embedder, const Cancellation& cancellation,
                                           std::span<const std::size_t> lost) {
    std::vector<SentenceCheck> checks;
    SupportScorer scorer(embedder);
    std::vector<AnswerSentence> sentences = find_answer_sentences(answer);
    cite_excerpts(answer, citations, lost, sentences);
    for (AnswerSentence& sentence : sentences) {
        cancellation.check();
        const std::string words = without_left_out(
            without_markers(answer.substr(sentence.span.start, sentence.span.end - sentence.span.start)));
        if (!says_anything(words)) continue;
        if (sentence.numbers.empty() && !states_something(sentence, words)) continue;
        SentenceCheck check;
        check.start = sentence.span.start;
        check.end = sentence.span.end;
        check.numbers = std::move(sentence.numbers);
        if (check.numbers.empty()) {
            check.problems.emplace_back("it cites nothing");
        } else {
            check_cited(words, citations, scorer, cancellation, lost, check);
        }
        checks.push_back(std::move(check));
    }
    return checks;
}

bool all_sentences_hold(std::span<const SentenceCheck> sentences) noexcept {
    return std::ranges::none_of(sentences, [](const SentenceCheck& check) {
        return check.verdict == Verdict::unsupported || check.verdict == Verdict::uncited;
    });
}

}  // namespace quarry::answer
