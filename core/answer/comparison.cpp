#include "core/answer/comparison.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "core/answer/opposite_words.h"
#include "core/answer/role_words.h"
#include "core/answer/word_list.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

bool overlap(const Stems& a, const Stems& b) {
    return std::ranges::any_of(a, [&](std::string_view stem) { return b.contains(stem); });
}

/// Whether a word is one that compares, and not "lange", which has the stem of "länger".
bool is_comparative(std::string_view word, std::string_view language) {
    const auto* const endings = std::ranges::find_if(
        comparative_endings, [&](const ComparativeEndings& one) { return is_listed(one.languages, language); });
    if (endings == comparative_endings.end()) return true;
    return std::ranges::any_of(split(endings->endings, ' '), [&](std::string_view one) { return word.ends_with(one); });
}

using TokenRange = std::span<const Claim::Token>;

/// The stems of what some words of a clause name.
Stems things_of(TokenRange tokens, const Claim& clause) {
    Stems stems;
    for (const Claim::Token& token : tokens) {
        const bool is_amount =
            token.quantity >= 0 && !clause.quantities[static_cast<std::size_t>(token.quantity)].counts_one;
        if (token.content || is_amount) stems.insert(token.stem);
    }
    return stems;
}

/// Whether both have something that the other has not; only that is left of them.
bool take_apart(Stems& left, Stems& right) {
    Stems both;
    std::ranges::set_intersection(left, right, std::inserter(both, both.end()));
    for (const std::string_view stem : both) left.erase(stem), right.erase(stem);
    return !left.empty() && !right.empty();
}

/// "Not as fast as" compares like "slower than", and "twice as fast as" like "faster than".
std::optional<Comparison> equality_of(const Claim& clause, std::string_view language) {
    const TokenRange tokens = clause.tokens;
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        if (!is_listed(equal_words, tokens[i].word) || !is_listed(equal_links, tokens[i + 2].word)) continue;
        const bool is_multiple = i > 0 && is_listed(multiples, tokens[i - 1].word),
                   is_fraction = i > 0 && is_listed(fractions, tokens[i - 1].word);
        if (!is_multiple && !is_fraction && !clause.denies) continue;
        std::vector<Opposition> pairs = tokens[i + 1].oppositions;
        if (is_listed(languages_of_comparative_stems, language)) {
            std::ranges::copy(oppositions_of(tokens[i + 1].stem + std::string(comparative_ending), language),
                              std::back_inserter(pairs));
        }
        if (pairs.empty()) continue;
        Comparison read;
        for (const Opposition& pair : pairs) read.rows.insert(pair.row);
        read.measure = pairs.back().row + 1;
        read.denies = (is_multiple || is_fraction) && clause.denies;
        read.less = things_of(tokens.first(i), clause);
        read.more = things_of(tokens.subspan(i + 3), clause);
        if (!take_apart(read.less, read.more)) continue;
        if (pairs.back().second != is_multiple) std::swap(read.less, read.more);
        return read;
    }
    return {};
}

std::optional<Comparison> comparison_of(const Claim& clause, std::string_view language) {
    const auto compares = [](const Claim::Token& token) {
        return is_listed(comparisons, token.word) && !token.of_bound;
    };
    const auto than = std::ranges::find_if(clause.tokens, compares);
    const bool is_bare = than == clause.tokens.end();
    // What is nearest to "than" counts: "colder", "more memory", or both of "less expensive".
    Comparison read;
    bool turned = false, behind_amount = false;
    auto first = clause.tokens.end();
    for (auto token = clause.tokens.begin(); token != than; ++token) {
        const bool is_less = is_listed(less_words, token->word),
                   is_amount = is_less || is_listed(more_words, token->word);
        if (token->of_bound || (is_bare && !is_listed(bare_comparatives, token->word))) continue;
        std::vector<Opposition> pairs = token->oppositions;
        if (!is_amount && !behind_amount && !is_comparative(token->word, language)) pairs.clear();
        for (const Opposition& pair : pairs) read.rows.insert(pair.row);
        if (is_amount || (!pairs.empty() && !behind_amount)) {
            first = token;
            turned = is_less || (!is_amount && pairs.front().second);
            read.measure = is_amount ? 0 : pairs.front().row + 1;
        } else if (!pairs.empty()) {
            turned = turned != pairs.front().second;
            read.measure = pairs.front().row + 1;
        }
        behind_amount = is_amount;
    }
    if (first == clause.tokens.end()) return equality_of(clause, language);
    Stems left = things_of({clause.tokens.begin(), first}, clause);
    if (left.empty()) left = things_of({first + 1, than}, clause);  // "more people live in Delhi than in Mumbai"
    // "... than the Weser, which joins the Elbe"
    const auto other = std::find_if(is_bare ? first + 1 : than + 1, clause.tokens.end(),
                                    [](const Claim::Token& token) { return token.content || token.quantity >= 0; });
    const auto end = std::find_if(other, clause.tokens.end(), [&](const Claim::Token& token) {
        return &token != &*other && (token.behind_break || is_listed(subordinating_words, token.word));
    });
    Stems right = things_of({other, end}, clause);
    if (!take_apart(left, right)) return {};
    read.denies = clause.denies;
    read.more = turned ? right : left;
    read.less = turned ? left : right;
    return read;
}

}  // namespace

std::vector<Comparison> comparisons_of(std::span<const Claim> clauses, std::string_view language) {
    std::vector<Comparison> all;
    for (const Claim& clause : clauses) {
        if (std::optional<Comparison> one = comparison_of(clause, language)) all.push_back(std::move(*one));
    }
    return all;
}

ComparisonFound match_comparison(const Claim& clause, std::span<const Comparison> sources, std::string_view language) {
    std::optional<Comparison> own = comparison_of(clause, language);
    ComparisonFound found;
    if (!own) return found;
    for (const Comparison& other : sources) {
        if (other.measure != own->measure) continue;
        const bool direct = overlap(own->more, other.more) && overlap(own->less, other.less),
                   turned = overlap(own->more, other.less) && overlap(own->less, other.more);
        if (other.denies == own->denies ? direct : turned) {
            return {ComparisonMatch::same, std::move(own->rows)};
        }
        found.rows = own->rows;
        if (turned) found.match = ComparisonMatch::turned;
    }
    return found;
}

}  // namespace quarry::answer
