#include "core/eval/answers.h"

#include <algorithm>
#include <array>

#include "core/analyze/fold.h"
#include "core/answer/markers.h"

namespace quarry::eval {
namespace {

constexpr std::array<std::string_view, 6> names_of_answer_metrics = {"facts",   "citation_precision", "citation_recall",
                                                                     "support", "answered",           "refusal"};

bool is_fact_digit(char c) { return c >= '0' && c <= '9'; }
bool is_fact_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
/// Of a word or number: letters beyond ASCII too.
bool is_fact_word(char c) {
    return is_fact_digit(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80U;
}

/// Case and width folded, one space for each run of them, no comma between the digits of a number.
std::string comparable(std::string_view text) {
    const std::string folded = analyze::Folder().casefold(text);
    std::string out;
    for (std::size_t i = 0; i < folded.size(); ++i) {
        const char c = folded[i];
        if (is_fact_space(c)) {
            if (!out.empty() && out.back() != ' ') out.push_back(' ');
        } else if (c == ',' && !out.empty() && is_fact_digit(out.back()) && i + 1 < folded.size() &&
                   is_fact_digit(folded[i + 1])) {
            continue;
        } else {
            out.push_back(c);
        }
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

/// Whether `fact` stands in `text` and is not a part of a longer word or number.
bool stands_in(std::string_view text, std::string_view fact) {
    if (fact.empty()) return false;
    for (std::size_t at = text.find(fact); at != std::string_view::npos; at = text.find(fact, at + 1)) {
        const std::size_t end = at + fact.size();
        const bool cut_before = at > 0 && is_fact_word(text[at - 1]) && is_fact_word(fact.front());
        const bool cut_behind = end < text.size() && is_fact_word(text[end]) && is_fact_word(fact.back());
        const bool longer_number =
            end + 1 < text.size() && text[end] == '.' && is_fact_digit(text[end + 1]) && is_fact_digit(fact.back());
        if (!cut_before && !cut_behind && !longer_number) return true;
    }
    return false;
}

bool lies_in(const answer::Citation& citation, const ResolvedSource& source) {
    if (citation.document_id != source.document_id) return false;
    return !source.is_span() || (citation.start_byte < source.end_byte && source.start_byte < citation.end_byte);
}

template <typename Items, typename Holds>
double share_of(const Items& items, Holds holds) {
    if (items.empty()) return 0;
    return static_cast<double>(std::count_if(items.begin(), items.end(), holds)) / static_cast<double>(items.size());
}

double facts_share(const Question& question, const answer::Answer& answer) {
    const std::string text = comparable(answer::without_markers(answer.text));
    return share_of(question.facts, [&text](const std::vector<std::string>& ways) {
        return std::any_of(ways.begin(), ways.end(),
                           [&text](const std::string& way) { return stands_in(text, comparable(way)); });
    });
}

double support_share(const answer::Answer& answer) {
    double sum = 0;
    for (const answer::SentenceCheck& sentence : answer.sentences) {
        sum += sentence.verdict == answer::Verdict::supported ? 1.0
               : sentence.verdict == answer::Verdict::partly  ? 0.5
                                                              : 0.0;
    }
    return sum / static_cast<double>(answer.sentences.size());
}

}  // namespace

std::span<const std::string_view> answer_metrics() noexcept { return names_of_answer_metrics; }

bool states_fact(std::string_view text, std::string_view fact) {
    return stands_in(comparable(answer::without_markers(text)), comparable(fact));
}

std::vector<double> measure_answer(const AnswerExpectation& expected, const GivenAnswer& given) {
    const answer::Answer none;
    const answer::Answer& answer = given.answer ? *given.answer : none;
    const bool answered = given.answer && answer.answered;
    if (!expected.question.answerable) {
        // A failure is no refusal: nothing was decided.
        const double refused = given.answer && !answered ? 1.0 : 0.0;
        const double support = answered && !answer.sentences.empty() ? support_share(answer) : not_measured;
        return {not_measured, not_measured, not_measured, support, not_measured, refused};
    }
    const auto is_expected = [&expected](const answer::Citation& citation) {
        return std::any_of(expected.sources.begin(), expected.sources.end(),
                           [&citation](const ResolvedSource& source) { return lies_in(citation, source); });
    };
    const auto is_cited = [&answer](const ResolvedSource& source) {
        return std::any_of(answer.citations.begin(), answer.citations.end(),
                           [&source](const answer::Citation& citation) { return lies_in(citation, source); });
    };
    const bool sources_known = !expected.sources.empty();
    return {expected.question.facts.empty() ? not_measured
            : answered                      ? facts_share(expected.question, answer)
                                            : 0.0,
            sources_known ? share_of(answer.citations, is_expected) : not_measured,
            sources_known ? share_of(expected.sources, is_cited) : not_measured,
            answered && !answer.sentences.empty() ? support_share(answer) : not_measured,
            answered ? 1.0 : 0.0,
            not_measured};
}

Scores score_answers(std::string name, std::span<const AnswerExpectation> expected,
                     std::span<const GivenAnswer> given) {
    Scores scores;
    scores.name = std::move(name);
    scores.metrics.assign(names_of_answer_metrics.begin(), names_of_answer_metrics.end());
    scores.values.resize(scores.metrics.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        scores.questions.push_back(expected[i].question.id);
        const std::vector<double> values = measure_answer(expected[i], given[i]);
        for (std::size_t m = 0; m < values.size(); ++m) scores.values[m].push_back(values[m]);
    }
    return scores;
}

}  // namespace quarry::eval
