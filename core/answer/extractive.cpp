#include "core/answer/extractive.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "core/analyze/analyzer.h"
#include "core/base/text.h"
#include "core/passages/query_terms.h"

namespace quarry::answer {
namespace {

constexpr std::size_t most_sentences = 3;
constexpr std::size_t most_embedded = 48;     // sentences that are compared by their vectors
constexpr std::size_t longest_quoted = 1200;  // bytes
constexpr double worth_adding = 0.75;         // share of the best score that a further sentence must reach
constexpr double same_words = 0.8;            // overlap from which two sentences say the same
// Share of the question's weight that a sentence must have to be an answer at all: "Who wrote Hamlet?" is not
// answered by whatever else was written. Long questions hold more that an answer need not repeat.
constexpr std::size_t few_terms = 3;
constexpr double needed_of_few = 0.5;
constexpr double needed_of_many = 1.0 / 3.0;

// Weights of the parts of a score, tuned by hand on quarry's own documentation.
constexpr double heading_share = 0.4;
constexpr double proximity_part = 0.15;
constexpr double rank_part = 0.15;
constexpr double number_part = 0.15;
constexpr double dense_part = 0.35;
constexpr double question_factor = 0.5;  // a sentence that asks answers nothing

struct Candidate {
    ChosenSentence chosen;
    const passages::PassageSentence* sentence = nullptr;
    std::vector<analyze::Term> terms;
    bool answers = false;  // shares enough with the question
};

bool has_digit(std::string_view text) noexcept { return text.find_first_of("0123456789") != std::string_view::npos; }

/// Shortest stretch of terms that holds every distinct term of the question in the sentence, as a measure 0 to 1.
double proximity(const std::vector<analyze::Term>& terms, const passages::QueryTerms& query) {
    std::unordered_map<std::string_view, std::size_t> counts;
    std::size_t distinct = 0;
    for (const analyze::Term& term : terms) {
        if (query.is_content(term.text) && counts.emplace(term.text, 0).second) ++distinct;
    }
    if (distinct < 2) return 0;
    std::size_t held = 0, left = 0, best = terms.size();
    for (std::size_t right = 0; right < terms.size(); ++right) {
        const auto entering = counts.find(terms[right].text);
        if (entering != counts.end() && entering->second++ == 0) ++held;
        for (; held == distinct; ++left) {
            best = std::min(best, right - left + 1);
            const auto leaving = counts.find(terms[left].text);
            if (leaving != counts.end() && --leaving->second == 0) --held;
        }
    }
    return static_cast<double>(distinct) / static_cast<double>(std::max(best, distinct));
}

/// Weighted share of the question's terms in the sentence; what only its headings have counts in part.
double coverage(const std::vector<analyze::Term>& terms, const std::unordered_set<std::string>& context,
                const passages::QueryTerms& query) {
    if (query.total_weight() <= 0) return 0;
    std::unordered_set<std::string_view> seen;
    double sum = 0;
    for (const analyze::Term& term : terms) {
        if (seen.insert(term.text).second) sum += query.weight(term.text);
    }
    for (const std::string& term : context) {
        if (!seen.contains(term)) sum += heading_share * query.weight(term);
    }
    return sum / query.total_weight();
}

/// The terms of what stands around a sentence: its headings; for a line of code or a table also its neighbours, which
/// say what it is about.
std::unordered_set<std::string> context_terms(const passages::Passage& passage, passages::SentenceSpan::Kind kind,
                                              analyze::Analyzer& analyzer) {
    std::unordered_set<std::string> context;
    std::vector<analyze::Term> terms;
    const auto add = [&](std::string_view text) {
        analyzer.analyze(text, terms);
        for (const analyze::Term& term : terms) context.insert(term.text);
    };
    add(passage.title);
    for (const std::string& heading : passage.heading_path) add(heading);
    if (kind == passages::SentenceSpan::Kind::line) add(passage.text);
    return context;
}

std::vector<Candidate> collect(std::span<const passages::Passage> passages, passages::SentenceSpan::Kind kind,
                               analyze::Analyzer& analyzer, const Cancellation& cancellation) {
    std::vector<Candidate> candidates;
    for (std::size_t p = 0; p < passages.size(); ++p) {
        cancellation.check();
        for (std::size_t s = 0; s < passages[p].sentences.size(); ++s) {
            const passages::PassageSentence& sentence = passages[p].sentences[s];
            if (sentence.span.kind != kind || sentence.text.size() > longest_quoted) continue;
            Candidate candidate{{p, s, 0}, &sentence, {}};
            analyzer.analyze(sentence.text, candidate.terms);
            candidates.push_back(std::move(candidate));
        }
    }
    return candidates;
}

void score_by_words(std::vector<Candidate>& candidates, std::span<const passages::Passage> passages,
                    passages::SentenceSpan::Kind kind, const SentenceWish& wish, analyze::Analyzer& analyzer) {
    const std::string_view question = wish.question;
    passages::QueryTerms query(analyzer, question);
    const passages::QueryTerms subject(analyzer, wish.subject);
    std::vector<std::vector<analyze::Term>> texts;
    texts.reserve(candidates.size());
    for (const Candidate& candidate : candidates) texts.push_back(candidate.terms);
    query.weigh(texts);

    std::vector<std::unordered_set<std::string>> contexts;
    for (const passages::Passage& passage : passages) contexts.push_back(context_terms(passage, kind, analyzer));
    const double needed = query.content_count() <= few_terms ? needed_of_few : needed_of_many;
    const bool wants_number = passages::asks_for_number(question);
    for (Candidate& candidate : candidates) {
        const auto& context = contexts[candidate.chosen.passage];
        const auto has_content = [&](const passages::QueryTerms& wanted) {
            return std::any_of(candidate.terms.begin(), candidate.terms.end(),
                               [&](const analyze::Term& term) { return wanted.is_content(term.text); }) ||
                   std::any_of(context.begin(), context.end(),
                               [&](const std::string& term) { return wanted.is_content(term); });
        };
        const double covered = coverage(candidate.terms, context, query);
        candidate.answers = has_content(query) && covered >= needed && (subject.empty() || has_content(subject));
        double score = covered + proximity_part * proximity(candidate.terms, query) +
                       rank_part / static_cast<double>(1 + passages[candidate.chosen.passage].rank);
        if (wants_number && has_digit(candidate.sentence->text)) score += number_part;
        if (candidate.terms.size() < 3 || candidate.sentence->text.ends_with('?')) score *= question_factor;
        candidate.chosen.score = score;
    }
}

/// Adds the cosine similarity to the question for the best candidates.
void add_similarity(std::vector<Candidate>& candidates, std::string_view question, embed::Embedder& embedder,
                    const Cancellation& cancellation) {
    const std::size_t count = std::min(candidates.size(), most_embedded);
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(candidates[i].sentence->text);
    const std::vector<float> query = embedder.embed(std::span(&question, 1), embed::EmbedKind::query, cancellation);
    const std::size_t dimensions = query.size();
    const std::vector<float> rows = embedder.embed(texts, embed::EmbedKind::document, cancellation);
    if (dimensions == 0 || rows.size() != count * dimensions) return;
    for (std::size_t i = 0; i < count; ++i) {
        double cosine = 0;
        for (std::size_t d = 0; d < dimensions; ++d) {
            cosine += static_cast<double>(query[d]) * static_cast<double>(rows[i * dimensions + d]);
        }
        candidates[i].chosen.score += dense_part * std::max(0.0, cosine);
    }
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

void sort_best_first(std::vector<Candidate>& candidates) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.chosen.score > b.chosen.score; });
}

std::vector<ChosenSentence> choose_among(std::vector<Candidate> candidates, std::size_t limit) {
    std::vector<ChosenSentence> chosen;
    std::vector<const Candidate*> kept;
    for (const Candidate& candidate : candidates) {
        if (chosen.size() == limit) break;
        if (!candidate.answers) continue;
        if (!chosen.empty() && candidate.chosen.score < worth_adding * chosen.front().score) break;
        const bool repeated = std::any_of(kept.begin(), kept.end(), [&](const Candidate* other) {
            return jaccard(candidate.terms, other->terms) >= same_words;
        });
        if (repeated) continue;
        chosen.push_back(candidate.chosen);
        kept.push_back(&candidate);
    }
    return chosen;
}

}  // namespace

std::vector<ChosenSentence> choose_sentences(const SentenceWish& wish, std::span<const passages::Passage> passages,
                                             embed::Embedder* embedder, const Cancellation& cancellation) {
    analyze::Analyzer analyzer;
    for (const passages::SentenceSpan::Kind kind :
         {passages::SentenceSpan::Kind::prose, passages::SentenceSpan::Kind::line}) {
        std::vector<Candidate> candidates = collect(passages, kind, analyzer, cancellation);
        if (candidates.empty()) continue;
        score_by_words(candidates, passages, kind, wish, analyzer);
        sort_best_first(candidates);
        if (embedder != nullptr) {
            add_similarity(candidates, wish.question, *embedder, cancellation);
            sort_best_first(candidates);
        }
        // Of code and tables one line is enough: the reader goes to the place anyway.
        const std::size_t limit = kind == passages::SentenceSpan::Kind::prose ? most_sentences : 1;
        std::vector<ChosenSentence> chosen = choose_among(std::move(candidates), limit);
        if (!chosen.empty()) return chosen;
    }
    return {};
}

}  // namespace quarry::answer
