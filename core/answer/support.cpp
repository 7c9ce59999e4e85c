#include "core/answer/support.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_set>
#include <utility>

#include "core/analyze/analyzer.h"
#include "core/analyze/function_words.h"
#include "core/analyze/language.h"
#include "core/answer/bound_words.h"
#include "core/answer/claim.h"
#include "core/answer/comparison.h"
#include "core/answer/denial_words.h"
#include "core/answer/roles.h"
#include "core/answer/word_list.h"
#include "core/answer/word_relations.h"
#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

// Tuned on principle, and looked at on tests/data/citations.txt (docs/research/answers.md has what comes out).
constexpr double supported_from = 0.7;
constexpr double unsupported_below = 0.4;
constexpr double most_with_wrong_number = 0.3;  // also of another thing, or the other way round
constexpr double most_with_denial = 0.2;
constexpr double meaning_share = 0.25;
constexpr std::size_t near_enough = 2;  // words that two clauses must share for a denial to be about the same thing

/// All that the sources of one statement hold.
struct Evidence {
    std::unordered_set<std::string> stems;
    std::vector<Quantity> quantities;
    std::vector<Unit> rates;
    std::vector<Claim> clauses;
    std::vector<Comparison> comparisons;  ///< Of these clauses.
    std::string_view language;
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

/// What two clauses share, a quantity as two words.
std::size_t shared_weight(const Claim& a, const Claim& b) {
    const auto shared = std::ranges::count_if(a.quantities, [&](const Quantity& quantity) {
        return std::ranges::any_of(b.quantities, [&](const Quantity& other) { return other.equals(quantity); });
    });
    return shared_words(a, b) + 2 * static_cast<std::size_t>(shared);
}

/// The clause of the sources that shares most words and quantities with another.
const Claim* nearest(const Claim& clause, const std::vector<Claim>& all) {
    const Claim* best = nullptr;
    std::size_t most = 0;
    for (const Claim& one : all) {
        const std::size_t shared = shared_weight(clause, one);
        const bool denies_alike =
            best != nullptr && shared == most && one.denies == clause.denies && best->denies != clause.denies;
        if (shared > most || denies_alike) {
            best = &one;
            most = shared;
        }
    }
    return best;
}

/// Whether a clause has a word of one side of a pair of opposites.
bool has_side(const Claim& clause, std::size_t row, bool second) {
    const auto is_it = [&](const Opposition& one) { return one.row == row && one.second == second; };
    return std::ranges::any_of(
        clause.tokens, [&](const Claim::Token& token) { return std::ranges::any_of(token.oppositions, is_it); });
}

/// Whether a clause says that something is so, and not that it is not, or is refused.
bool affirms(const Claim& clause) {
    const auto refuses = [](const Claim::Token& token) { return is_listed(refusals, token.stem); };
    return clause.denies == std::ranges::any_of(clause.tokens, refuses);
}

/// Whether of two clauses the one says up to where something is so, and the other beyond what it is not: "up to 10 MB
/// are accepted", "over 10 MB are rejected".
bool is_from_other_side(const Claim& a, const Claim& b) {
    const auto bounds_other = [&](const Quantity& one) {
        return std::ranges::any_of(b.quantities, [&](const Quantity& other) {
            return one.bound != Bound::none && other.bound != Bound::none && one.bound != other.bound &&
                   one.equals(other);
        });
    };
    return affirms(a) != affirms(b) && std::ranges::any_of(a.quantities, bounds_other);
}

/// Whether the first words that mean something are the same.
bool begin_alike(const Claim& a, const Claim& b) {
    const auto first = std::ranges::find_if(a.tokens, &Claim::Token::content);
    const auto other = std::ranges::find_if(b.tokens, &Claim::Token::content);
    return first != a.tokens.end() && other != b.tokens.end() && first->stem == other->stem;
}

/// What a clause says in other words than the sources, and alike.
struct Alike {
    std::set<std::size_t> rows;    ///< Pairs of opposites of which each has another side.
    bool is_compared = false;      ///< In a comparison.
    bool in_other_denial = false;  ///< Of which one is denied: "not open", "closed".
};

/// Pairs of opposites of which two clauses have one side each.
std::set<std::size_t> opposed_rows(const Claim& clause, const Claim& source) {
    std::set<std::size_t> rows;
    for (const Claim::Token& token : clause.tokens) {
        for (const Opposition& own : token.oppositions) {
            if (!own.of_both_sides && has_side(source, own.row, !own.second) &&
                !has_side(source, own.row, own.second)) {
                rows.insert(own.row);
            }
        }
    }
    return rows;
}

/// Whether a clause has one of these words, other than as one that is denied alone.
bool has_any(const Claim& clause, const std::vector<std::string>& stems) {
    return std::ranges::any_of(stems, [&](const std::string& stem) {
        return std::ranges::find(clause.words, stem, &Claim::Word::stem) != clause.words.end() &&
               std::ranges::find(clause.denied, stem) == clause.denied.end();
    });
}

/// Whether a clause names by its own word what another says with one that denies: "the start failed", "failed to
/// start".
bool names_denial(const Claim& clause, const Claim& other) {
    return std::ranges::any_of(other.denying, [&](const std::string& stem) {
        return std::ranges::find(clause.words, stem, &Claim::Word::stem) != clause.words.end() &&
               std::ranges::find(clause.denying, stem) == clause.denying.end();
    });
}

/// The stems of what stands behind the first of some words in a clause.
std::set<std::string_view> stems_behind(const Claim& clause, std::string_view words) {
    const auto is_one = [&](const Claim::Token& token) { return is_listed(words, token.word); };
    std::set<std::string_view> stems;
    for (auto token = std::ranges::find_if(clause.tokens, is_one); token != clause.tokens.end(); ++token) {
        if (token->content && !is_one(*token)) stems.insert(token->stem);
    }
    return stems;
}

/// Whether the one says what is so if a condition holds, and the other what is so unless it does.
bool turns_condition(const Claim& clause, const Claim& source) {
    const auto is_turned = [](const Claim& except, const Claim& plain) {
        if (except.denies != plain.denies || plain.denied != except.denied ||
            !stems_behind(plain, excepting_conditions).empty())
            return false;
        const std::set<std::string_view> stems = stems_behind(except, excepting_conditions),
                                         others = stems_behind(plain, plain_conditions);
        return others.size() < plain.words.size() &&
               std::ranges::any_of(others, [&](std::string_view stem) { return stems.contains(stem); });
    };
    const auto is_condition = [](const Claim::Word& word) { return is_listed(excepting_conditions, word.stem); };
    const auto conditions = static_cast<std::size_t>(std::ranges::count_if(clause.words, is_condition));
    return shared_words(clause, source) + conditions >= clause.words.size() &&
           (is_turned(clause, source) || is_turned(source, clause));
}

/// What a clause says that the nearest one of the sources says the other way round; empty when nothing.
std::string contradiction(const Claim& clause, const Claim& source, const Evidence& evidence, const Alike& alike) {
    if (is_from_other_side(clause, source)) return {};
    // Only what is said of the same is its denial, or its opposite.
    const std::size_t shared = shared_words(clause, source);
    const bool is_of_same = 3 * shared + 2 >= 2 * clause.words.size();
    // What one of the two denies alone, the other may deny too, and not say.
    const bool has_denied = shared >= near_enough && has_any(clause, source.denied),
               says_denied = shared >= near_enough && has_any(source, clause.denied);
    if (has_denied && !clause.denies) return "the source denies it";
    if (says_denied && !source.denies) return "it denies what the source says";
    const auto denies_so_too = [&](const std::string& stem) { return std::ranges::count(source.denying, stem) > 0; };
    const bool is_excused = alike.in_other_denial || has_denied || says_denied || names_denial(clause, source) ||
                            names_denial(source, clause) || std::ranges::any_of(clause.denying, denies_so_too);
    if (is_of_same && shared >= near_enough && clause.denies != source.denies && !is_excused) {
        return clause.denies ? "it denies what the source says" : "the source denies it";
    }
    if (!is_of_same) return {};
    if (turns_condition(clause, source)) return "the source says it of the other case";
    // "Always" and "never fails to" are no opposites.
    if (clause.denying.empty() != source.denying.empty()) return {};
    for (const Claim::Token& token : clause.tokens) {
        for (const Opposition& own : token.oppositions) {
            if (alike.rows.contains(own.row) || (own.of_both_sides && !begin_alike(clause, source))) continue;
            if (!has_side(source, own.row, !own.second) || has_side(clause, own.row, !own.second)) continue;
            const auto says_it = [&](const Claim& other) {
                const std::size_t beside = shared_weight(clause, other);
                return beside > (token.content ? 1 : 0) && has_side(other, own.row, own.second);
            };
            if (std::ranges::none_of(evidence.clauses, says_it)) {
                return fmt::format("the source says the opposite of \"{}\"", token.word);
            }
        }
    }
    return {};
}

/// Whether the sources deny, in a clause all of whose words this one has, what it says; and no other says it.
bool is_denied(const Claim& clause, const std::vector<Claim>& all) {
    const auto denies = [&](const Claim& source) {
        if (!source.denies || source.words.size() < near_enough || is_from_other_side(clause, source)) return false;
        if (has_any(source, clause.denied) || names_denial(clause, source)) return false;
        const auto says_it = [&](const Claim& other) {
            return !other.denies && shared_words(source, other) == source.words.size();
        };
        return shared_words(clause, source) == source.words.size() && std::ranges::none_of(all, says_it);
    };
    return !clause.denies && std::ranges::any_of(all, denies);
}

/// Whether the sources have a quantity of a clause, be it as a bound seen from its other side.
QuantityMatch match_in_clause(const Quantity& quantity, const Claim& clause, const Evidence& evidence) {
    const QuantityMatch match = match_quantity(quantity, evidence.quantities);
    const auto says_other_side = [&](const Claim& source) { return is_from_other_side(clause, source); };
    return match == QuantityMatch::other_bound && std::ranges::any_of(evidence.clauses, says_other_side)
               ? QuantityMatch::same
               : match;
}

/// What of a clause's numbers, dates and rates the sources do not have.
std::vector<std::string> wrong_quantities(const Claim& clause, const Evidence& evidence) {
    std::vector<std::string> problems;
    std::vector<std::string> missing;
    for (const Quantity& quantity : clause.quantities) {
        if (quantity.counts_one) continue;
        switch (match_in_clause(quantity, clause, evidence)) {
            case QuantityMatch::same: break;
            case QuantityMatch::other_bound:
                problems.push_back(fmt::format("{} is {} in the source", quantity.shown,
                                               quantity.bound == Bound::most ? "the least" : "the most"));
                break;
            case QuantityMatch::none: missing.push_back(quantity.shown); break;
            case QuantityMatch::other_unit:
                problems.push_back(fmt::format("the source has this number of something else: {}", quantity.shown));
        }
    }
    if (!missing.empty()) problems.push_back(fmt::format("not in the source: {}", joined(missing)));
    for (const Unit& rate : clause.rates) {
        const auto same = [&](const Unit& other) { return other.name == rate.name; };
        if (evidence.rates.empty() || std::ranges::any_of(evidence.rates, same)) continue;
        problems.push_back(fmt::format("the source does not say it for each of these: {}", rate.name));
    }
    return problems;
}

/// Whether sentences of the sources have the words and quantities of a statement, all of them and in their order.
bool is_verbatim(const std::vector<Claim>& statement, const std::vector<Claim>& sources) {
    using Tokens = std::vector<std::pair<const Claim*, const Claim::Token*>>;
    const auto add_tokens = [](const Claim& clause, Tokens& all) {
        for (const Claim::Token& token : clause.tokens) all.emplace_back(&clause, &token);
    };
    const auto same = [](const Tokens::value_type& a, const Tokens::value_type& b) {
        if (a.second->stem != b.second->stem || (a.second->quantity < 0) != (b.second->quantity < 0)) return false;
        const auto shown = [](const Tokens::value_type& of) -> const std::string& {
            return of.first->quantities[static_cast<std::size_t>(of.second->quantity)].shown;
        };
        return a.second->quantity < 0 || shown(a) == shown(b);
    };
    Tokens wanted;
    for (const Claim& clause : statement) add_tokens(clause, wanted);
    for (std::size_t first = 0; first < sources.size(); ++first) {
        Tokens tokens;
        for (std::size_t i = first; !sources[first].continues && i < sources.size() && tokens.size() < wanted.size();
             ++i) {
            add_tokens(sources[i], tokens);
            const bool ends = i + 1 == sources.size() || !sources[i + 1].continues;
            if (ends && std::ranges::equal(tokens, wanted, same)) return true;
        }
    }
    return false;
}

struct ClauseScore {
    double score = 0;
    double weight = 0;
};

Alike alike_in(const Claim& clause, const Claim* source, const ComparisonFound& compared) {
    if (compared.match == ComparisonMatch::same) return {compared.rows, true, true};
    if (!compared.rows.empty() || source == nullptr || clause.denies == source->denies ||
        shared_words(clause, *source) == 0)
        return {};
    std::set<std::size_t> rows = opposed_rows(clause, *source);
    const bool is_alike = !rows.empty();
    return {std::move(rows), false, is_alike};
}

ClauseScore score_clause(const Claim& clause, const Evidence& evidence, AttributionCheck& attributions, double likeness,
                         std::vector<std::string>& problems) {
    double found = 0;
    std::vector<std::string> missing;
    const Claim* source = nearest(clause, evidence.clauses);
    const ComparisonFound compared = match_comparison(clause, evidence.comparisons, evidence.language);
    const Alike alike = alike_in(clause, source, compared);
    for (const Claim::Word& word : clause.words) {
        const std::vector<Opposition> pairs = oppositions_of(word.stem, evidence.language);
        const bool is_other_side =
            std::ranges::any_of(pairs, [&](const Opposition& one) { return alike.rows.contains(one.row); });
        if (is_other_side || evidence.stems.contains(word.stem)) {
            found += word.weight;
        } else {
            missing.push_back(word.shown);
        }
    }
    for (const Quantity& quantity : clause.quantities) {
        const bool is_there = match_in_clause(quantity, clause, evidence) == QuantityMatch::same;
        if (is_there) found += quantity_weight(quantity);
        if (!is_there && quantity.counts_one) missing.push_back(quantity.shown);
    }
    ClauseScore result{0, clause.weight()};
    const double overlap = found / result.weight;
    result.score = std::max(overlap, (1 - meaning_share) * overlap + meaning_share * likeness);
    const auto take = [&](std::string problem, double most) {
        if (problem.empty()) return false;
        result.score = std::min(result.score, most);
        problems.push_back(std::move(problem));
        return true;
    };
    bool is_wrong = false;
    for (std::string& problem : wrong_quantities(clause, evidence)) {
        is_wrong = take(std::move(problem), most_with_wrong_number);
    }
    std::string against = source == nullptr ? std::string() : contradiction(clause, *source, evidence, alike);
    if (against.empty() && !alike.in_other_denial && is_denied(clause, evidence.clauses))
        against = "the source denies it";
    const bool is_contradicted = take(std::move(against), most_with_denial);
    if (compared.match == ComparisonMatch::turned) {
        is_wrong = take("the source compares them the other way round", most_with_wrong_number);
    }
    // Words that are missing say enough by themselves.
    if (!is_wrong && !is_contradicted && !alike.is_compared && result.score >= unsupported_below) {
        is_wrong = take(attributions.misattribution(clause), most_with_wrong_number);
    }
    if (!is_wrong && !is_contradicted && result.score < supported_from && !missing.empty()) {
        problems.push_back(fmt::format("not in the source: {}", joined(missing)));
    }
    return result;
}

}  // namespace

struct SupportScorer::Impl {
    embed::Embedder* embedder;
    analyze::Analyzer analyzer{};

    /// That of its documents where a text is too short to tell it, or else by single words.
    std::string_view language_of(std::string_view text, std::string_view of_documents) {
        const std::string_view detected = analyze::detect_language(text);
        if (!detected.empty()) return detected;
        if (!of_documents.empty()) return of_documents;
        std::vector<analyze::Term> terms;
        analyzer.analyze(text, terms);
        std::vector<analyze::WordSpan> words;
        for (const analyze::Term& term : terms) words.push_back({term.start, term.end});
        return analyze::language_of_question(text, words);
    }

    Evidence read(std::span<const std::string_view> sources, std::string_view language) {
        Evidence evidence;
        evidence.language = language;
        std::vector<analyze::Term> terms;
        for (const std::string_view source : sources) {
            analyzer.analyze(source, terms);
            for (analyze::Term& term : terms) {
                evidence.stems.insert(base_form(std::move(term.text), language, !is_ascii_upper(source[term.start])));
            }
            for (Claim& clause : find_claims(source, analyzer, language)) {
                for (const Quantity& quantity : clause.quantities) add_quantity(quantity, evidence.quantities);
                std::ranges::copy(clause.rates, std::back_inserter(evidence.rates));
                if (!clause.tokens.empty()) evidence.stems.insert(clause.tokens.front().small_stem);
                evidence.clauses.push_back(std::move(clause));
            }
            // "one" is no number to look for, but it bears a 1 out.
            if (source.find(" one ") != std::string_view::npos || source.starts_with("One ")) {
                Quantity one;
                one.number = "1";
                one.value = one.other_value = 1;
                evidence.quantities.push_back(std::move(one));
            }
        }
        return evidence;
    }

    static void add_quantity(const Quantity& quantity, std::vector<Quantity>& all) {
        all.push_back(quantity);
        const std::vector<std::string_view> parts = split(quantity.shown, ',');  // "95,6991" in a table is two
        for (std::size_t i = 0; i < parts.size() && parts.size() > 1; ++i) {
            if (std::vector<Quantity> part = find_quantities(parts[i]); part.size() == 1) all.push_back(part.front());
        }
    }

    /// The cosine of the statement to the nearest source; 0 without an embedder, and from then on when it fails.
    double likeness(std::string_view statement, std::span<const std::string_view> sources,
                    const Cancellation& cancellation) {
        try {
            return cosine(statement, sources, cancellation);
        } catch (const Error& error) {
            if (!embed::is_unavailable(error)) throw;
            embedder = nullptr;
            return 0;
        }
    }

    double cosine(std::string_view statement, std::span<const std::string_view> sources,
                  const Cancellation& cancellation) {
        if (embedder == nullptr || sources.empty()) return 0;
        std::vector<std::string_view> texts(sources.begin(), sources.end());
        texts.push_back(statement);
        const std::vector<float> rows = embedder->embed(texts, embed::EmbedKind::document, cancellation);
        const std::size_t dimensions = rows.size() / texts.size();
        double best = 0;
        for (std::size_t i = 0; i < sources.size(); ++i) {
            double product = 0;
            for (std::size_t d = 0; d < dimensions; ++d) {
                product += static_cast<double>(rows[i * dimensions + d]) *
                           static_cast<double>(rows[sources.size() * dimensions + d]);
            }
            best = std::max(best, product);
        }
        return best;
    }
};

SupportScorer::SupportScorer(embed::Embedder* embedder) : impl_(std::make_unique<Impl>(Impl{embedder})) {}
SupportScorer::~SupportScorer() = default;
SupportScorer::SupportScorer(SupportScorer&&) noexcept = default;
SupportScorer& SupportScorer::operator=(SupportScorer&&) noexcept = default;

Support SupportScorer::score(std::string_view statement, std::span<const std::string_view> sources,
                             const Cancellation& cancellation, std::string_view of_documents) {
    std::string all(statement);
    for (const std::string_view source : sources) all += fmt::format("\n{}", source);
    const std::string_view language = impl_->language_of(all, of_documents);
    impl_->analyzer.use(analyze::stemming_language(language));
    std::vector<Claim> clauses = find_claims(statement, impl_->analyzer, language);
    if (clauses.empty()) return {1, true, true, {}};  // says nothing that could be wrong
    Evidence evidence = impl_->read(sources, language);
    settle_first_words(clauses, evidence.clauses);
    evidence.comparisons = comparisons_of(evidence.clauses, language);
    if (is_verbatim(clauses, evidence.clauses)) return {1, true, true, {}};
    const double likeness = impl_->likeness(statement, sources, cancellation);
    Support support{0, true, false, {}};
    double weights = 0;
    AttributionCheck attributions(clauses, evidence.clauses, language);
    for (const Claim& clause : clauses) {
        const ClauseScore one = score_clause(clause, evidence, attributions, likeness, support.problems);
        support.whole = support.whole && one.score >= supported_from;
        support.some = support.some || one.score >= unsupported_below;
        support.score += one.score * one.weight;
        weights += one.weight;
    }
    support.score /= weights;
    return support;
}

}  // namespace quarry::answer
