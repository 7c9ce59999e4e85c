#include "core/answer/support.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "core/analyze/analyzer.h"
#include "core/answer/claim.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

// Tuned on principle, and looked at on tests/data/citations.txt (docs/research/answers.md has what comes out).
constexpr double supported_from = 0.7;
constexpr double unsupported_below = 0.4;
constexpr double most_with_wrong_number = 0.3;
constexpr double most_with_denial = 0.2;
constexpr double meaning_share = 0.25;
constexpr std::size_t near_enough = 2;  // words that two clauses must share for a denial to be about the same thing

/// All that the sources of one statement hold.
struct Evidence {
    std::unordered_set<std::string> stems;
    std::unordered_set<std::string> numbers;
    std::vector<Claim> clauses;
};

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

std::size_t shared_words(const Claim& a, const Claim& b) {
    return static_cast<std::size_t>(std::ranges::count_if(a.words, [&](const Claim::Word& word) {
        return std::ranges::any_of(b.words, [&](const Claim::Word& other) { return other.stem == word.stem; });
    }));
}

/// The clause of the sources that shares most words with another.
const Claim* nearest(const Claim& clause, const std::vector<Claim>& all) {
    const Claim* best = nullptr;
    std::size_t most = 0;
    for (const Claim& one : all) {
        const std::size_t shared = shared_words(clause, one);
        const bool denies_alike =
            best != nullptr && shared == most && one.denies == clause.denies && best->denies != clause.denies;
        if (shared > most || denies_alike) {
            best = &one;
            most = shared;
        }
    }
    return best;
}

/// What a clause says that the nearest one of the sources says the other way round; empty when nothing.
std::string contradiction(const Claim& clause, const Claim& source) {
    if (shared_words(clause, source) >= near_enough && clause.denies != source.denies) {
        return clause.denies ? "it denies what the source says" : "the source denies it";
    }
    for (const Claim::Word& word : clause.words) {
        const std::string_view other = opposite(word.stem);
        if (other.empty()) continue;
        const auto is = [](std::string_view stem) {
            return [stem](const Claim::Word& candidate) { return candidate.stem == stem; };
        };
        if (std::ranges::any_of(source.words, is(other)) && std::ranges::none_of(source.words, is(word.stem))) {
            return fmt::format("the source says the opposite of \"{}\"", word.shown);
        }
    }
    return {};
}

struct ClauseScore {
    double score = 0;
    double weight = 0;
};

ClauseScore score_clause(const Claim& clause, const Evidence& evidence, double likeness,
                         std::vector<std::string>& problems) {
    double found = 0;
    std::vector<std::string> missing, missing_numbers;
    for (const Claim::Word& word : clause.words) {
        if (evidence.stems.contains(word.stem)) {
            found += word.weight;
        } else {
            missing.push_back(word.shown);
        }
    }
    for (std::size_t i = 0; i < clause.numbers.size(); ++i) {
        if (evidence.numbers.contains(clause.numbers[i])) {
            found += number_weight;
        } else {
            missing_numbers.push_back(clause.shown_numbers[i]);
        }
    }
    ClauseScore result{0, clause.weight()};
    const double overlap = found / result.weight;
    result.score = std::max(overlap, (1 - meaning_share) * overlap + meaning_share * likeness);
    if (!missing_numbers.empty()) {
        result.score = std::min(result.score, most_with_wrong_number);
        problems.push_back(fmt::format("not in the source: {}", joined(missing_numbers)));
    }
    const Claim* source = nearest(clause, evidence.clauses);
    if (const std::string against = source == nullptr ? std::string() : contradiction(clause, *source);
        !against.empty()) {
        result.score = std::min(result.score, most_with_denial);
        problems.push_back(against);
    } else if (result.score < supported_from && missing_numbers.empty() && !missing.empty()) {
        problems.push_back(fmt::format("not in the source: {}", joined(missing)));
    }
    return result;
}

}  // namespace

struct SupportScorer::Impl {
    embed::Embedder* embedder;
    analyze::Analyzer analyzer{};

    Evidence read(std::span<const std::string_view> sources) {
        Evidence evidence;
        std::vector<analyze::Term> terms;
        for (const std::string_view source : sources) {
            analyzer.analyze(source, terms);
            for (analyze::Term& term : terms) evidence.stems.insert(std::move(term.text));
            for (Claim& clause : find_claims(source, analyzer)) {
                evidence.numbers.insert(clause.numbers.begin(), clause.numbers.end());
                for (const std::string& shown : clause.shown_numbers) {  // "95,6991" in a table is two
                    for (const std::string_view part : split(shown, ',')) evidence.numbers.insert(normal_number(part));
                }
                evidence.clauses.push_back(std::move(clause));
            }
            // "one" is no number to look for, but it bears a 1 out.
            if (source.find(" one ") != std::string_view::npos || source.starts_with("One ")) {
                evidence.numbers.insert("1");
            }
        }
        return evidence;
    }

    /// The cosine of the statement to the nearest source; 0 without an embedder.
    double likeness(std::string_view statement, std::span<const std::string_view> sources,
                    const Cancellation& cancellation) {
        if (embedder == nullptr || sources.empty()) return 0;
        std::vector<std::string_view> texts(sources.begin(), sources.end());
        texts.push_back(statement);
        const std::vector<float> rows = embedder->embed(texts, embed::EmbedKind::document, cancellation);
        const std::size_t dimensions = rows.size() / texts.size();
        double best = 0;
        for (std::size_t i = 0; i < sources.size(); ++i) {
            double cosine = 0;
            for (std::size_t d = 0; d < dimensions; ++d) {
                cosine += static_cast<double>(rows[i * dimensions + d]) *
                          static_cast<double>(rows[sources.size() * dimensions + d]);
            }
            best = std::max(best, cosine);
        }
        return best;
    }
};

SupportScorer::SupportScorer(embed::Embedder* embedder) : impl_(std::make_unique<Impl>(Impl{embedder})) {}
SupportScorer::~SupportScorer() = default;
SupportScorer::SupportScorer(SupportScorer&&) noexcept = default;
SupportScorer& SupportScorer::operator=(SupportScorer&&) noexcept = default;

Support SupportScorer::score(std::string_view statement, std::span<const std::string_view> sources,
                             const Cancellation& cancellation) {
    const std::vector<Claim> clauses = find_claims(statement, impl_->analyzer);
    if (clauses.empty()) return {1, true, true, {}};  // says nothing that could be wrong
    const Evidence evidence = impl_->read(sources);
    const double likeness = impl_->likeness(statement, sources, cancellation);
    Support support{0, true, false, {}};
    double weights = 0;
    for (const Claim& clause : clauses) {
        const ClauseScore one = score_clause(clause, evidence, likeness, support.problems);
        support.whole = support.whole && one.score >= supported_from;
        support.some = support.some || one.score >= unsupported_below;
        support.score += one.score * one.weight;
        weights += one.weight;
    }
    support.score /= weights;
    return support;
}

}  // namespace quarry::answer
