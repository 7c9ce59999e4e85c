#include "core/answer/extractive.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <unordered_set>

#include "core/answer/asked_numbers.h"
#include "core/answer/complete_excerpts.h"
#include "core/answer/excerpt.h"
#include "core/answer/refusal.h"
#include "core/answer/sentence_features.h"
#include "core/passages/query_terms.h"

namespace quarry::answer {
namespace {

constexpr std::size_t most_excerpts = 3;
constexpr std::size_t most_words = 120;    // of an excerpt of several sentences
constexpr std::size_t most_embedded = 48;  // sentences that are compared by their vectors
constexpr double clear_share = 0.6;        // of the probability, that the best paragraph must have to be clear

// Where no sentence is clear: a long stretch from the best place, and short ones from several others, since which of them
// answers is uncertain.
constexpr std::size_t most_stretches = 7;
constexpr StretchLimit first_stretch{260, 260};
constexpr StretchLimit further_stretch{60, 120};
constexpr double least_share = 0.02;      // of all probability, that a further stretch must have
constexpr std::size_t most_joined = 120;  // words of two from one section that are shown as one
constexpr std::size_t most_centres = 60;  // sentences around which stretches are looked at
constexpr double worth_adding = 1.5;      // how much less than the best a further sentence may score
constexpr double same_words = 0.8;        // overlap from which two sentences say the same

/// Of the features in their order; docs/research/answers.md says how they were fitted.
constexpr std::array<double, sentence_features> weights = {3.5, 1.9, 1.9,  0.8, 3.0,  1.3, 0.4, 1.1,  1.5, 1.9,
                                                           1.4, 1.2, -0.6, 0.4, -0.8, 0.0, 0.4, -0.6, 4.9, 2.1};
constexpr double similarity_weight = 4.6;
constexpr double other_number =
    -5;  // what is about another version loses to whatever is about that which was asked for

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

/// Collects excerpts that neither overlap nor repeat each other.
class Collector {
public:
    explicit Collector(std::span<const PassageReading> readings) : readings_(readings) {}

    [[nodiscard]] bool is_new(const SentenceCandidate& candidate) const {
        const bool is_there = std::ranges::any_of(chosen_, [&](const ChosenExcerpt& other) {
            return other.passage == candidate.passage && candidate.sentence >= other.first &&
                   candidate.sentence <= other.last;
        });
        return !is_there && std::ranges::none_of(kept_, [&](const SentenceCandidate* other) {
            return jaccard(candidate.terms, other->terms) >= same_words;
        });
    }
    /// Returns it without what others have already.
    ChosenExcerpt add(const SentenceCandidate& candidate, ChosenExcerpt excerpt, double score) {
        for (const ChosenExcerpt& other : chosen_) {
            if (other.passage != excerpt.passage) continue;
            if (other.first > candidate.sentence) excerpt.last = std::min(excerpt.last, other.first - 1);
            if (other.last < candidate.sentence) excerpt.first = std::max(excerpt.first, other.last + 1);
        }
        excerpt.score = score;
        chosen_.push_back(excerpt);
        kept_.push_back(&candidate);
        return excerpt;
    }
    /// Makes excerpts that are near each other in a section one, in the place of the better.
    void join_neighbours() {
        for (std::size_t i = 0; i < chosen_.size(); ++i) {
            for (std::size_t k = i + 1; k < chosen_.size(); ++k) {
                if (!are_neighbours(chosen_[i], chosen_[k])) continue;
                chosen_[i].first = std::min(chosen_[i].first, chosen_[k].first);
                chosen_[i].last = std::max(chosen_[i].last, chosen_[k].last);
                chosen_.erase(chosen_.begin() + static_cast<std::ptrdiff_t>(k));
                k = i;  // another may be the neighbour of both
            }
        }
    }
    [[nodiscard]] std::size_t size() const noexcept { return chosen_.size(); }
    [[nodiscard]] const PassageReading& reading(const SentenceCandidate& candidate) const {
        return readings_[candidate.passage];
    }
    [[nodiscard]] std::vector<ChosenExcerpt> excerpts() && { return std::move(chosen_); }

private:
    [[nodiscard]] bool are_neighbours(const ChosenExcerpt& a, const ChosenExcerpt& b) const {
        if (a.passage != b.passage) return false;
        const passages::Passage& passage = *readings_[a.passage].passage;
        return in_same_section(passage, a.first, b.first) &&
               count_words(passage, std::min(a.first, b.first), std::max(a.last, b.last)) <= most_joined;
    }

    std::span<const PassageReading> readings_;
    std::vector<ChosenExcerpt> chosen_;
    std::vector<const SentenceCandidate*> kept_;
};

/// Whether an excerpt, with its headings and the title, is about the numbers that a question asks about.
bool is_about(const AskedNumbers& numbers, const passages::Passage& passage, const ChosenExcerpt& excerpt) {
    std::string text = passage.title;
    for (const std::string& heading : passages::heading_path_at(passage, passage.sentences[excerpt.first].span.start)) {
        text += '\n' + heading;
    }
    for (std::size_t i = excerpt.first; i <= excerpt.last; ++i) text += '\n' + passage.sentences[i].text;
    return numbers.are_in(text) && !numbers.is_of_other_year(text);
}

/// Whether a sentence is a row of the same table as another one, and has less of the question.
bool is_lesser_row(std::span<const PassageReading> readings, const SentenceCandidate& row,
                   const SentenceCandidate& other) {
    const auto table = [&](const SentenceCandidate& one) {
        return readings[one.passage].passage->sentences[one.sentence].span.head_start;
    };
    return row.passage == other.passage && table(row) != 0 && table(row) == table(other) &&
           row.feature(SentenceFeature::coverage) < other.feature(SentenceFeature::coverage);
}

/// The best, and those that are nearly as good and say something else, of the version that is asked about.
std::vector<ChosenExcerpt> choose_sentences(std::span<const Scored> scored, std::span<const PassageReading> readings,
                                            const AskedNumbers& numbers, bool wants_code) {
    Collector chosen(readings);
    for (const Scored& one : scored) {
        const SentenceCandidate& candidate = *one.candidate;
        if (chosen.size() == most_excerpts || one.score < scored.front().score - worth_adding) break;
        if (!chosen.is_new(candidate) || is_lesser_row(readings, candidate, *scored.front().candidate)) continue;
        const PassageReading& reading = chosen.reading(candidate);
        const ChosenExcerpt excerpt = excerpt_around(reading, candidate, wants_code, most_words);
        if (chosen.size() > 0 && !is_about(numbers, *reading.passage, excerpt)) continue;
        static_cast<void>(chosen.add(candidate, excerpt, one.score));
    }
    return std::move(chosen).excerpts();
}

bool is_in(const SentenceCandidate& candidate, const ChosenExcerpt& excerpt) {
    return candidate.passage == excerpt.passage && candidate.sentence >= excerpt.first &&
           candidate.sentence <= excerpt.last;
}

/// Chooses stretches one after the other: each time the one that has most of the probability, where a sentence's is
/// proportional to the exponential of its score, and what earlier ones have does not count.
class StretchChooser {
public:
    StretchChooser(std::span<const Scored> scored, std::span<const PassageReading> readings)
        : scored_(scored), readings_(readings), chosen_(readings) {
        for (const Scored& one : scored) left_.push_back(std::exp(one.score - scored.front().score));
        for (const double one : left_) all_ += one;
    }

    std::vector<ChosenExcerpt> choose() && {
        take_best(stretches(first_stretch));
        const std::vector<ChosenExcerpt> further = stretches(further_stretch);
        while (chosen_.size() < most_stretches && best_of(further).probability >= least_share * all_ &&
               take_best(further)) {
        }
        chosen_.join_neighbours();
        return std::move(chosen_).excerpts();
    }

private:
    struct Best {
        std::optional<std::size_t> centre;  ///< The sentence that the stretch is around.
        double probability = 0;
    };

    /// Those around the best sentences, in their order.
    [[nodiscard]] std::vector<ChosenExcerpt> stretches(StretchLimit limit) const {
        std::vector<ChosenExcerpt> found;
        for (const Scored& one : scored_.first(std::min(most_centres, scored_.size()))) {
            found.push_back(stretch_around(readings_[one.candidate->passage], *one.candidate, limit));
        }
        return found;
    }
    [[nodiscard]] double probability(const ChosenExcerpt& stretch) const {
        double sum = 0;
        for (std::size_t i = 0; i < scored_.size(); ++i) sum += is_in(*scored_[i].candidate, stretch) ? left_[i] : 0;
        return sum;
    }
    [[nodiscard]] Best best_of(const std::vector<ChosenExcerpt>& stretches) const {
        Best best;
        for (std::size_t i = 0; i < stretches.size(); ++i) {
            const double here = probability(stretches[i]);
            if ((best.centre && here <= best.probability) || !chosen_.is_new(*scored_[i].candidate)) continue;
            best = {i, here};
        }
        return best;
    }
    bool take_best(const std::vector<ChosenExcerpt>& stretches) {
        const Best best = best_of(stretches);
        if (!best.centre) return false;
        const Scored& centre = scored_[*best.centre];
        const ChosenExcerpt taken = chosen_.add(*centre.candidate, stretches[*best.centre], centre.score);
        for (std::size_t i = 0; i < scored_.size(); ++i) {
            if (is_in(*scored_[i].candidate, taken)) left_[i] = 0;
        }
        return true;
    }

    std::span<const Scored> scored_;
    std::span<const PassageReading> readings_;
    Collector chosen_;
    std::vector<double> left_;  ///< Of the probability, by sentence.
    double all_ = 0;            ///< Of it, at first.
};

/// The share of all probability that the paragraph of the best sentence has with what is shown of it, where a
/// sentence's is proportional to the exponential of its score.
double share_of_best(std::span<const Scored> scored, const ChosenExcerpt& shown) {
    double best = 0, all = 0;
    for (const Scored& one : scored) {
        const double probability = std::exp(one.score - scored.front().score);
        const bool same = one.candidate->passage == scored.front().candidate->passage &&
                          one.candidate->part == scored.front().candidate->part;
        best += same || is_in(*one.candidate, shown) ? probability : 0;
        all += probability;
    }
    return best / all;
}

AnswerSigns signs_of(const QuestionReading& question, double relevance, std::span<const passages::Passage> passages,
                     std::span<const Scored> scored) {
    analyze::Analyzer analyzer(question.language(), analyze::Analyzer::Memory::small);
    AnswerSigns signs;
    signs.passage_share = relevance;
    signs.words = passages::QueryTerms(analyzer, question.subject(), question.language()).content_count();
    signs.lacks_name = names_something_else(question.text(), passages);
    signs.terms = term_kind(question.language());
    for (const Scored& one : scored) {
        const auto feature = [&](SentenceFeature feature) { return one.candidate->feature(feature); };
        signs.paragraph_share = std::max(signs.paragraph_share, feature(SentenceFeature::surroundings));
        signs.sentence_share = std::max(signs.sentence_share, std::min(1.0, feature(SentenceFeature::coverage) +
                                                                                feature(SentenceFeature::context)));
    }
    return signs;
}

}  // namespace

ExcerptChoice choose_excerpts(const SentenceWish& wish, std::span<const passages::Passage> passages,
                              embed::Embedder* embedder, const Cancellation& cancellation) {
    QuestionReading question(wish.question);
    if (!question.has_subject()) throw asks_nothing();
    std::vector<PassageReading> readings;
    for (const passages::Passage& passage : passages) readings.push_back({&passage, find_parts(passage)});
    const std::vector<SentenceCandidate> candidates =
        describe_sentences(question, wish.subject, readings, cancellation);
    std::vector<Scored> scored;
    for (const SentenceCandidate& candidate : candidates) {
        if (!candidate.fits) continue;
        Scored one{&candidate, passages[candidate.passage].sentences[candidate.sentence].text};
        for (std::size_t i = 0; i < weights.size(); ++i) one.score += weights[i] * candidate.features[i];
        if (candidate.names_other) one.score += other_number;
        scored.push_back(one);
    }
    if (scored.empty()) return {};
    sort_best_first(scored);
    if (embedder != nullptr) add_similarity(scored, wish.question, *embedder, cancellation);
    const AskedNumbers numbers(question.text(), question.language());
    ExcerptChoice choice;
    choice.is_answerable = is_answerable(signs_of(question, wish.relevance, passages, scored));
    choice.excerpts = choose_sentences(scored, readings, numbers, question.is(QuestionKind::how_to));
    const ChosenExcerpt& best = choice.excerpts.front();
    choice.is_clear = share_of_best(scored, best) >= clear_share && is_about(numbers, passages[best.passage], best);
    if (!choice.is_clear) choice.excerpts = StretchChooser(scored, readings).choose();
    choice.excerpts = complete_excerpts(question, readings, choice);
    return choice;
}

}  // namespace quarry::answer
