#include "core/answer/model_citations.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_set>

#include "core/analyze/analyzer.h"
#include "core/answer/claim.h"
#include "core/answer/markers.h"
#include "core/answer/quotations.h"
#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

using TermSet = std::unordered_set<std::string>;

// A sentence that says two things may rest on two sentences, and now and then on three.
constexpr std::size_t most_sentences_cited = 3;
// Terms that a further sentence must add, and the share of the claim's that these must be.
constexpr std::size_t least_added = 2;
constexpr double least_added_share = 0.2;

/// The terms of a sentence that carry meaning, numbers in their normal form among them; its markers are no terms.
TermSet content_terms(std::string_view text, analyze::Analyzer& analyzer) {
    TermSet content;
    for (Claim& clause : find_claims(without_markers(text), analyzer)) {
        for (Claim::Word& word : clause.words) content.insert(std::move(word.stem));
        for (Quantity& quantity : clause.quantities) {
            content.insert(std::move(quantity.number));
            if (quantity.unit.known()) content.emplace(quantity.unit.name);
        }
    }
    return content;
}

/// The terms of a passage's sentences, analysed when the passage is first cited.
class PassageTerms {
public:
    PassageTerms(std::span<const passages::Passage> passages, analyze::Analyzer& analyzer)
        : passages_(passages), analyzer_(analyzer), terms_(passages.size()) {}

    [[nodiscard]] const std::vector<TermSet>& of(std::size_t passage) {
        std::vector<TermSet>& terms = terms_[passage];
        if (terms.empty()) {
            for (const passages::PassageSentence& sentence : passages_[passage].sentences) {
                terms.push_back(content_terms(sentence.text, analyzer_));
            }
        }
        return terms;
    }

private:
    std::span<const passages::Passage> passages_;
    analyze::Analyzer& analyzer_;
    std::vector<std::vector<TermSet>> terms_;
};

std::size_t count_shared(const TermSet& claim, const TermSet& sentence) {
    return static_cast<std::size_t>(
        std::ranges::count_if(claim, [&](const std::string& term) { return sentence.contains(term); }));
}

struct Match {
    std::size_t sentence = 0;
    std::size_t shared = 0;
};

/// The sentence with most of `claim`'s terms; of equals, the one with the fewest others.
Match best_match(const TermSet& claim, const std::vector<TermSet>& sentences) {
    Match best;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const std::size_t shared = count_shared(claim, sentences[i]);
        const bool tighter =
            shared == best.shared && shared > 0 && sentences[i].size() < sentences[best.sentence].size();
        if (shared > best.shared || tighter) best = {i, shared};
    }
    return best;
}

/// The sentences that a claim rests on: the best, and those that add what it lacks.
std::vector<Match> matches_for(TermSet claim, const std::vector<TermSet>& sentences) {
    const std::size_t all = claim.size();
    std::vector<Match> matches = {best_match(claim, sentences)};
    while (matches.size() < most_sentences_cited) {
        std::erase_if(claim,
                      [&](const std::string& term) { return sentences[matches.back().sentence].contains(term); });
        const Match next = best_match(claim, sentences);
        const auto needed = static_cast<std::size_t>(least_added_share * static_cast<double>(all));
        if (next.shared < std::max(least_added, needed)) break;
        matches.push_back(next);
    }
    return matches;
}

/// Two sentences of a passage that follow each other, as one.
passages::PassageSentence both_as_one(const passages::Passage& passage, const passages::PassageSentence& first,
                                      const passages::PassageSentence& second) {
    passages::PassageSentence both = first;
    both.span.end = second.span.end;
    both.end_line = second.end_line;
    both.text = passages::text_between(passage, both.span.start, both.span.end);
    return both;
}

/// Where a passage has quoted words: one sentence, or two when they cross its end.
std::optional<passages::PassageSentence> quoted_in(const passages::Passage& passage, std::string_view quotation) {
    const std::vector<passages::PassageSentence>& sentences = passage.sentences;
    for (const passages::PassageSentence& sentence : sentences) {
        if (has_quotation(sentence.text, quotation)) return sentence;
    }
    for (std::size_t i = 0; i + 1 < sentences.size(); ++i) {
        passages::PassageSentence both = both_as_one(passage, sentences[i], sentences[i + 1]);
        if (has_quotation(both.text, quotation)) return both;
    }
    return std::nullopt;
}

std::vector<std::size_t> unknown_numbers(std::string_view answer, std::size_t known) {
    std::set<std::size_t> unknown;
    for (const CitationMarker& marker : find_markers(answer)) {
        for (const std::size_t number : marker.numbers) {
            if (number > known) unknown.insert(number);
        }
    }
    return {unknown.begin(), unknown.end()};
}

/// By number and place, each place once; of two sentences that rest on one quote, the better supported speaks for it.
void sort_and_unite(std::vector<Citation>& citations) {
    const auto place = [](const Citation& citation) {
        return std::tuple(citation.number, citation.start_byte, citation.end_byte);
    };
    std::stable_sort(citations.begin(), citations.end(), [&](const Citation& a, const Citation& b) {
        return place(a) != place(b) ? place(a) < place(b) : a.overlap > b.overlap;
    });
    const auto repeated = std::unique(citations.begin(), citations.end(),
                                      [&](const Citation& a, const Citation& b) { return place(a) == place(b); });
    citations.erase(repeated, citations.end());
}

}  // namespace

Citation make_citation(std::size_t number, const passages::Passage& passage, const passages::PassageSentence& sentence,
                       double overlap) {
    return {.number = number,
            .document_id = passage.document_id,
            .uri = passage.uri,
            .title = passage.title,
            .language = passage.language,
            .heading_path = passages::heading_path_at(passage, sentence.span.start),
            .start_byte = sentence.span.start,
            .end_byte = sentence.span.end,
            .start_line = sentence.start_line,
            .end_line = sentence.end_line,
            .page = sentence.page,
            .quote = sentence.text,
            .shown = passage.is_markdown() && sentence.span.kind == passages::SentenceSpan::Kind::prose
                         ? passages::shown_sentence(sentence.text)
                         : sentence.text,
            .sha256 = sha256(sentence.text),
            .overlap = overlap};
}

ModelCitations cite_model_answer(std::string_view answer, std::span<const passages::Passage> passages) {
    ModelCitations result;
    result.unknown = unknown_numbers(answer, passages.size());
    analyze::Analyzer analyzer;
    PassageTerms terms(passages, analyzer);
    for (const AnswerSentence& sentence : find_answer_sentences(answer)) {
        if (sentence.numbers.empty()) continue;
        const std::string words =
            without_markers(answer.substr(sentence.span.start, sentence.span.end - sentence.span.start));
        const TermSet claim = content_terms(words, analyzer);
        const std::vector<std::string> quotations = find_quotations(words);
        for (const std::size_t number : sentence.numbers) {
            if (number > passages.size() || passages[number - 1].sentences.empty()) continue;
            const passages::Passage& passage = passages[number - 1];
            for (const Match& match : matches_for(claim, terms.of(number - 1))) {
                const double share =
                    claim.empty() ? 0.0
                                  : static_cast<double>(count_shared(claim, terms.of(number - 1)[match.sentence])) /
                                        static_cast<double>(claim.size());
                result.citations.push_back(make_citation(number, passage, passage.sentences[match.sentence], share));
            }
            for (const std::string& quotation : quotations) {
                if (const auto quoted = quoted_in(passage, quotation)) {
                    result.citations.push_back(make_citation(number, passage, *quoted, 1.0));
                }
            }
        }
    }
    sort_and_unite(result.citations);
    return result;
}

}  // namespace quarry::answer
