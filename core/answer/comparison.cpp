#include "core/answer/comparison.h"

#include <algorithm>
#include <optional>

#include "core/answer/clause_sides.h"
#include "core/answer/opposite_words.h"
#include "core/answer/role_words.h"
#include "core/answer/word_list.h"
#include "core/answer/word_relations.h"

namespace quarry::answer {
namespace {

/// Which of two things has more of something.
struct Comparison {
    std::size_t measure = 0;  ///< The pair of words that says of what, plus 1; 0 for an amount ("more memory").
    Stems more, less;
};

bool overlap(const Stems& a, const Stems& b) {
    return std::ranges::any_of(a, [&](std::string_view stem) { return b.contains(stem); });
}

std::optional<Comparison> comparison_of(const Claim& clause, std::string_view language) {
    const auto compares = [](const Claim::Token& token) { return is_listed(comparisons, token.word); };
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
        const std::vector<Opposition> pairs =
            is_amount ? std::vector<Opposition>() : oppositions_of(token->stem, language);
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
    if (first == clause.tokens.end()) return {};
    Stems left, right;
    for (auto token = clause.tokens.begin(); token != first; ++token) {
        if (token->content) left.insert(token->stem);
    }
    for (auto token = is_bare ? first + 1 : than + 1; token != clause.tokens.end(); ++token) {
        if (token->content) right.insert(token->stem);
    }
    Stems both;
    std::ranges::set_intersection(left, right, std::inserter(both, both.end()));
    for (const std::string_view stem : both) left.erase(stem), right.erase(stem);
    if (left.empty() || right.empty()) return {};
    read.more = turned ? right : left;
    read.less = turned ? left : right;
    return read;
}

}  // namespace

ComparisonMatch match_comparison(const Claim& clause, std::span<const Claim> sources, std::string_view language) {
    const std::optional<Comparison> own = comparison_of(clause, language);
    ComparisonMatch match = ComparisonMatch::none;
    if (!own) return match;
    for (const Claim& source : sources) {
        const std::optional<Comparison> other = comparison_of(source, language);
        if (!other || other->measure != own->measure || source.denies != clause.denies) continue;
        if (overlap(own->more, other->more) && overlap(own->less, other->less)) return ComparisonMatch::same;
        if (overlap(own->more, other->less) && overlap(own->less, other->more)) match = ComparisonMatch::turned;
    }
    return match;
}

}  // namespace quarry::answer
