#include "core/answer/model_citations.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <unordered_set>

#include "core/answer/markers.h"
#include "core/answer/query_terms.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/tokenize/analyzer.h"

namespace quarry {
namespace {

using TermSet = std::unordered_set<std::string>;

/// The terms of a sentence that carry meaning; its markers are no terms.
TermSet content_terms(std::string_view text, Analyzer& analyzer) {
    std::string words(text);
    for (const CitationMarker& marker : find_markers(text)) {
        std::fill(words.begin() + static_cast<std::ptrdiff_t>(marker.start),
                  words.begin() + static_cast<std::ptrdiff_t>(marker.end), ' ');
    }
    std::vector<Term> terms;
    analyzer.analyze(words, terms);
    TermSet content;
    for (const Term& term : terms) {
        if (!is_function_word(ascii_lower(std::string_view(words).substr(term.start, term.end - term.start)))) {
            content.insert(term.text);
        }
    }
    return content;
}

/// The terms of a passage's sentences, analysed when the passage is first cited.
class PassageTerms {
public:
    PassageTerms(std::span<const Passage> passages, Analyzer& analyzer)
        : passages_(passages), analyzer_(analyzer), terms_(passages.size()) {}

    [[nodiscard]] const std::vector<TermSet>& of(std::size_t passage) {
        std::vector<TermSet>& terms = terms_[passage];
        if (terms.empty()) {
            for (const PassageSentence& sentence : passages_[passage].sentences) {
                terms.push_back(content_terms(sentence.text, analyzer_));
            }
        }
        return terms;
    }

private:
    std::span<const Passage> passages_;
    Analyzer& analyzer_;
    std::vector<std::vector<TermSet>> terms_;
};

struct Match {
    std::size_t sentence = 0;
    double overlap = 0;
};

/// The sentence with the largest share of `claim`'s terms; of equals, the one with the fewest others.
Match best_match(const TermSet& claim, const std::vector<TermSet>& sentences) {
    Match best;
    std::size_t best_shared = 0;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const auto shared = static_cast<std::size_t>(std::count_if(
            claim.begin(), claim.end(), [&](const std::string& term) { return sentences[i].contains(term); }));
        const bool tighter = shared == best_shared && shared > 0 && sentences[i].size() < sentences[best.sentence].size();
        if (shared > best_shared || tighter) {
            best.sentence = i;
            best_shared = shared;
        }
    }
    if (!claim.empty()) best.overlap = static_cast<double>(best_shared) / static_cast<double>(claim.size());
    return best;
}

}  // namespace

Citation make_citation(std::size_t number, const Passage& passage, const PassageSentence& sentence, double overlap) {
    return {.number = number,
            .document_id = passage.document_id,
            .uri = passage.uri,
            .title = passage.title,
            .heading_path = passage.heading_path,
            .start_byte = sentence.span.start,
            .end_byte = sentence.span.end,
            .start_line = sentence.start_line,
            .end_line = sentence.end_line,
            .quote = sentence.text,
            .sha256 = sha256(sentence.text),
            .overlap = overlap};
}

ModelCitations cite_model_answer(std::string_view answer, std::span<const Passage> passages) {
    ModelCitations result;
    Analyzer analyzer;
    PassageTerms terms(passages, analyzer);
    std::set<std::size_t> unknown;
    for (const CitationMarker& marker : find_markers(answer)) {
        for (const std::size_t number : marker.numbers) {
            if (number > passages.size()) unknown.insert(number);
        }
    }
    result.unknown.assign(unknown.begin(), unknown.end());
    for (const CitingSentence& sentence : find_citing_sentences(answer)) {
        const TermSet claim = content_terms(answer.substr(sentence.start, sentence.end - sentence.start), analyzer);
        for (const std::size_t number : sentence.numbers) {
            if (number > passages.size() || passages[number - 1].sentences.empty()) continue;
            const Match match = best_match(claim, terms.of(number - 1));
            const Passage& passage = passages[number - 1];
            result.citations.push_back(
                make_citation(number, passage, passage.sentences[match.sentence], match.overlap));
        }
    }
    const auto place = [](const Citation& citation) { return std::tuple(citation.number, citation.start_byte); };
    // Of two sentences that rest on one quote, the better supported one speaks for it.
    std::stable_sort(result.citations.begin(), result.citations.end(), [&](const Citation& a, const Citation& b) {
        return place(a) != place(b) ? place(a) < place(b) : a.overlap > b.overlap;
    });
    const auto repeated = std::unique(result.citations.begin(), result.citations.end(),
                                      [&](const Citation& a, const Citation& b) { return place(a) == place(b); });
    result.citations.erase(repeated, result.citations.end());
    return result;
}

}  // namespace quarry
