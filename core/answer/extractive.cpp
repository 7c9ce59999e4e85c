#include "core/answer/extractive.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

#include "core/answer/sentence_features.h"

namespace quarry::answer {
namespace {

constexpr std::size_t most_excerpts = 3;
constexpr std::size_t longest_excerpt = 4;  // sentences
constexpr std::size_t most_words = 80;      // of an excerpt of several sentences
constexpr std::size_t most_embedded = 48;   // sentences that are compared by their vectors
constexpr double worth_adding = 0.85;       // share of the best score that a further sentence must reach
constexpr double same_words = 0.8;          // overlap from which two sentences say the same

/// Of the features in their order; docs/research/answers.md says how they were fitted.
constexpr std::array<double, sentence_features> weights = {1.0,  0.35, 0.1, 0.25, 0.3,   0.15, 0.35, 0.25, 0.3,
                                                           0.05, 0.25, 0.0, -0.1, -0.35, -0.3, 0.0,  -0.25};
constexpr double similarity_weight = 0.4;

/// A candidate with what it is chosen by.
struct Scored {
    const SentenceCandidate* candidate = nullptr;
    std::string_view text;
    double score = 0;
};

void sort_best_first(std::vector<Scored>& scored) {
    std::ranges::stable_sort(scored, std::ranges::greater(), &Scored::score);
}

/// Adds the cosine similarity to the question for the best candidates.
void add_similarity(std::vector<Scored>& scored, std::string_view question, embed::Embedder& embedder,
                    const Cancellation& cancellation) {
    const std::size_t count = std::min(scored.size(), most_embedded);
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(scored[i].text);
    const std::vector<float> query = embedder.embed(std::span(&question, 1), embed::EmbedKind::query, cancellation);
    const std::size_t dimensions = query.size();
    const std::vector<float> rows = embedder.embed(texts, embed::EmbedKind::document, cancellation);
    if (dimensions == 0 || rows.size() != count * dimensions) return;
    for (std::size_t i = 0; i < count; ++i) {
        double cosine = 0;
        for (std::size_t d = 0; d < dimensions; ++d) {
            cosine += static_cast<double>(query[d]) * static_cast<double>(rows[i * dimensions + d]);
        }
        scored[i].score += similarity_weight * std::max(0.0, cosine);
    }
    sort_best_first(scored);
}

double jaccard(const std::vector<analyze::Term>& a, const std::vector<analyze::Term>& b) {
    std::unordered_set<std::string_view> left, both;
    for (const analyze::Term& term : a) left.insert(term.text);
    std::size_t only_right = 0;
    std::unordered_set<std::string_view> right;
    for (const analyze::Term& term : b) {
        if (!right.insert(term.text).second) continue;
        left.contains(term.text) ? static_cast<void>(both.insert(term.text)) : static_cast<void>(++only_right);
    }
    const std::size_t all = left.size() + only_right;
    return all == 0 ? 1.0 : static_cast<double>(both.size()) / static_cast<double>(all);
}

/// How many words a text has, about.
std::size_t count_words(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count(text, ' ') + std::ranges::count(text, '\n')) + 1;
}

/// A sentence with what belongs to it: the rest of its paragraph, code below it where a way is asked for, a list behind
/// a colon; of the same section, and as far as its bytes are at hand.
ChosenExcerpt excerpt_around(const passages::Passage& passage, const SentenceCandidate& candidate, bool wants_code,
                             double score) {
    const std::vector<passages::PassageSentence>& sentences = passage.sentences;
    const auto* const section = &passages::heading_path_at(passage, sentences[candidate.sentence].span.start);
    const auto belongs = [&](std::size_t sentence) {
        const passages::SentenceSpan& span = sentences[sentence].span;
        return span.start >= passage.start && span.end <= passage.end &&
               &passages::heading_path_at(passage, span.start) == section;
    };
    ChosenExcerpt excerpt{candidate.passage, candidate.sentence, candidate.sentence, score};
    if (!belongs(excerpt.first) || candidate.feature(SentenceFeature::line) > 0) return excerpt;
    const bool points_back = candidate.feature(SentenceFeature::leans_back) > 0;
    if (points_back && excerpt.first > 0 && belongs(excerpt.first - 1)) --excerpt.first;
    std::size_t words = 0;
    for (std::size_t i = excerpt.first; i <= excerpt.last; ++i) words += count_words(sentences[i].text);
    const auto goes_on = [&](std::size_t sentence) {
        const passages::SentenceSpan &here = sentences[sentence].span, &next = sentences[sentence + 1].span;
        const bool is_code = next.kind == passages::SentenceSpan::Kind::line;
        return sentences[sentence].text.ends_with(':') || (is_code ? wants_code : next.start < here.end + 2);
    };
    while (excerpt.last + 1 < sentences.size() && excerpt.last + 1 - excerpt.first < longest_excerpt &&
           belongs(excerpt.last + 1) && goes_on(excerpt.last)) {
        words += count_words(sentences[excerpt.last + 1].text);
        if (words > most_words) break;
        ++excerpt.last;
    }
    return excerpt;
}

/// The best, and those that are nearly as good and say something else.
std::vector<ChosenExcerpt> choose_among(const std::vector<Scored>& scored, std::span<const passages::Passage> passages,
                                        bool wants_code) {
    std::vector<ChosenExcerpt> chosen;
    std::vector<const SentenceCandidate*> kept;
    for (const Scored& one : scored) {
        if (chosen.size() == most_excerpts) break;
        if (!one.candidate->fits) continue;
        if (!chosen.empty() && one.score < worth_adding * chosen.front().score) break;
        const SentenceCandidate& candidate = *one.candidate;
        const bool is_there = std::ranges::any_of(chosen, [&](const ChosenExcerpt& other) {
            return other.passage == candidate.passage && candidate.sentence >= other.first &&
                   candidate.sentence <= other.last;
        });
        const bool repeated = is_there || std::ranges::any_of(kept, [&](const SentenceCandidate* other) {
                                  return jaccard(candidate.terms, other->terms) >= same_words;
                              });
        if (repeated) continue;
        ChosenExcerpt excerpt = excerpt_around(passages[candidate.passage], candidate, wants_code, one.score);
        for (const ChosenExcerpt& other : chosen) {
            if (other.passage != excerpt.passage) continue;
            if (other.first > candidate.sentence) excerpt.last = std::min(excerpt.last, other.first - 1);
            if (other.last < candidate.sentence) excerpt.first = std::max(excerpt.first, other.last + 1);
        }
        chosen.push_back(excerpt);
        kept.push_back(&candidate);
    }
    return chosen;
}

}  // namespace

std::vector<ChosenExcerpt> choose_excerpts(const SentenceWish& wish, std::span<const passages::Passage> passages,
                                           embed::Embedder* embedder, const Cancellation& cancellation) {
    QuestionReading question(wish.question);
    const std::vector<SentenceCandidate> candidates =
        describe_sentences(question, wish.subject, passages, cancellation);
    std::vector<Scored> scored;
    for (const SentenceCandidate& candidate : candidates) {
        Scored one{&candidate, passages[candidate.passage].sentences[candidate.sentence].text};
        for (std::size_t i = 0; i < weights.size(); ++i) one.score += weights[i] * candidate.features[i];
        scored.push_back(one);
    }
    sort_best_first(scored);
    if (embedder != nullptr && !scored.empty()) add_similarity(scored, wish.question, *embedder, cancellation);
    return choose_among(scored, passages, question.is(QuestionKind::how_to));
}

}  // namespace quarry::answer
