#include "core/answer/roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "core/answer/role_words.h"
#include "core/answer/word_list.h"

namespace quarry::answer {
namespace {

using Tokens = std::vector<Claim::Token>;
Stems minus(const Stems& from, const Stems& what) {
    Stems left;
    std::ranges::set_difference(from, what, std::inserter(left, left.end()));
    return left;
}

std::size_t count_shared(const Stems& a, const Stems& b) {
    return static_cast<std::size_t>(std::ranges::count_if(a, [&](std::string_view stem) { return b.contains(stem); }));
}

Stems content_of(const Claim& clause) {
    Stems stems;
    for (const Claim::Token& token : clause.tokens) {
        if (token.content) stems.insert(token.stem);
    }
    return stems;
}

// --- Whose number ---

/// What a quantity of the sources is said of: the other words of its clause, and where none stands before it, those
/// before the quantity in the clause that it goes on from.
Stems context_of(std::span<const Claim> sources, std::size_t clause, std::size_t quantity) {
    Stems context = content_of(sources[clause]);
    const auto words_before = [](const Claim& one, std::ptrdiff_t end) {
        Stems words;
        for (const Claim::Token& token : one.tokens) {
            if (token.quantity >= 0 && (end < 0 || token.quantity == end)) break;
            if (token.content) words.insert(token.stem);
        }
        return words;
    };
    bool has_topic = !words_before(sources[clause], static_cast<std::ptrdiff_t>(quantity)).empty();
    for (std::size_t i = clause; !has_topic && sources[i].continues && i > 0; --i) {
        const Stems topic = words_before(sources[i - 1], -1);
        has_topic = !topic.empty();
        context.insert(topic.begin(), topic.end());
    }
    return context;
}

bool has_alike_beside(const Claim& clause, std::size_t quantity) {
    for (std::size_t i = 0; i < clause.quantities.size(); ++i) {
        const Quantity& other = clause.quantities[i];
        if (i != quantity && !other.counts_one && other.is_alike(clause.quantities[quantity])) return true;
    }
    return false;
}

bool says(const Claim& clause, const Quantity& quantity) {
    return std::ranges::any_of(clause.quantities, [&](const Quantity& own) { return own.equals(quantity); });
}

/// The contexts of the places where the sources have a quantity; nothing where one of them has several alike.
std::vector<Stems> contexts_of(const Quantity& quantity, std::span<const Claim> sources) {
    std::vector<Stems> contexts;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        for (std::size_t j = 0; j < sources[i].quantities.size(); ++j) {
            if (!quantity.equals(sources[i].quantities[j])) continue;
            if (has_alike_beside(sources[i], j)) return {};
            contexts.push_back(context_of(sources, i, j));
        }
    }
    return contexts;
}

/// Whether a clause's words are those of `rival`, and none is of `own`, of what tells the two apart.
bool is_of_rival(const Stems& words, const Stems& own, const Stems& rival) {
    const Stems of_rival = minus(rival, own);
    return count_shared(words, minus(own, rival)) == 0 && 2 * count_shared(of_rival, words) > of_rival.size();
}

/// The words of a clause without what a quantity without a unit counts ("95 moons"), which others have too.
Stems words_beside(const Claim& clause, std::size_t quantity) {
    Stems words = content_of(clause);
    if (clause.quantities[quantity].unit.known()) return words;
    for (std::size_t i = 1; i < clause.tokens.size(); ++i) {
        if (clause.tokens[i - 1].quantity == static_cast<std::ptrdiff_t>(quantity)) words.erase(clause.tokens[i].stem);
    }
    return words;
}

std::string number_of_another(const Claim& clause, std::span<const Claim> sources) {
    for (std::size_t k = 0; k < clause.quantities.size(); ++k) {
        const Quantity& quantity = clause.quantities[k];
        const Stems words = words_beside(clause, k);
        if (quantity.counts_one || has_alike_beside(clause, k)) continue;
        const std::vector<Stems> own = contexts_of(quantity, sources);
        if (own.empty()) continue;
        for (std::size_t i = 0; i < sources.size(); ++i) {
            for (std::size_t j = 0; j < sources[i].quantities.size(); ++j) {
                const Quantity& other = sources[i].quantities[j];
                if (other.is_perhaps() || !other.is_alike(quantity) || says(clause, other)) continue;
                if (has_alike_beside(sources[i], j)) continue;
                const Stems rival = context_of(sources, i, j);
                if (!std::ranges::all_of(own, [&](const Stems& one) { return is_of_rival(words, one, rival); }))
                    continue;
                return fmt::format("the source says {} of this, and {} of something else", other.shown, quantity.shown);
            }
        }
    }
    return {};
}

std::vector<const Quantity*> all_like(const Claim& clause, const Quantity& like) {
    std::vector<const Quantity*> all;
    for (const Quantity& one : clause.quantities) {
        if (one.is_alike(like) && !one.counts_one) all.push_back(&one);
    }
    return all;
}

/// Whether the sources have one quantity with another one than this, and this with another one.
std::string wrong_partner(const Quantity& one, const Quantity& other, std::span<const Claim> sources) {
    const Quantity* instead = nullptr;
    for (const Claim& source : sources) {
        const std::vector<const Quantity*> ones = all_like(source, one), others = all_like(source, other);
        if (ones.size() != others.size()) continue;
        for (std::size_t i = 0; i < ones.size(); ++i) {
            if (!ones[i]->equals(one)) continue;
            if (others[i]->equals(other)) return {};
            instead = others[i];
        }
    }
    const bool has_other = std::ranges::any_of(
        sources, [&](const Claim& source) { return says(source, other) && !all_like(source, one).empty(); });
    if (instead == nullptr || !has_other) return {};
    return fmt::format("the source says {} with {}, and not with {}", one.shown, instead->shown, other.shown);
}

/// "4 % in 2015" where the source has "7 % in 2015 and 4 % in 2019": quantities of two kinds, as many of each, go
/// together in their order.
std::string wrong_pair(const Claim& clause, std::span<const Claim> sources) {
    for (const Quantity& first : clause.quantities) {
        for (const Quantity& second : clause.quantities) {
            if (first.start >= second.start || first.is_alike(second)) continue;
            const std::vector<const Quantity*> ones = all_like(clause, first), others = all_like(clause, second);
            if (ones.size() != others.size()) continue;
            for (std::size_t i = 0; i < ones.size(); ++i) {
                if (std::string why = wrong_partner(*ones[i], *others[i], sources); !why.empty()) return why;
            }
        }
    }
    return {};
}

// --- Who did what to whom ---

// What is longer tells nothing by its order.
constexpr std::size_t longest_ordered = 100;  // words

/// Whether the sources say of two words that what the one does is done to it by the other.
bool is_other_way(const Sides& own, const std::vector<Sides>& all) {
    const std::vector<std::string_view> lefts(own.left.begin(), own.left.end()),
        rights(own.right.begin(), own.right.end());
    std::vector<bool> turned(lefts.size() * rights.size()), direct(turned.size());  // of each left and each right word
    const auto mark = [&](const Stems& left, const Stems& right, std::vector<bool>& pairs) {
        for (std::size_t i = 0; i < lefts.size(); ++i) {
            if (!left.contains(lefts[i])) continue;
            for (std::size_t j = 0; j < rights.size(); ++j) {
                if (lefts[i] != rights[j] && right.contains(rights[j])) pairs[i * rights.size() + j] = true;
            }
        }
    };
    for (const Sides& one : all) {
        mark(one.right, one.left, turned);
        mark(one.left, one.right, direct);
    }
    for (std::size_t i = 0; i < turned.size(); ++i) {
        if (turned[i] && !direct[i]) return true;
    }
    return false;
}

/// Whether the sources say the left half of something else, and the right half too: two clauses of which this one is
/// put together.
bool is_of_two(const Sides& own, const std::vector<Sides>& all) {
    const auto has_all = [](const Stems& stems, const Stems& wanted) {
        return count_shared(wanted, stems) == wanted.size();
    };
    const auto with_left = [&](const Sides& one) {
        return has_all(one.left, own.left) && count_shared(own.right, one.right) == 0 && !one.right.empty();
    };
    const auto with_right = [&](const Sides& one) {
        return has_all(one.right, own.right) && count_shared(own.left, one.left) == 0 &&
               count_shared(own.left, one.right) == 0 && !one.left.empty();
    };
    const auto with_both = [&](const Sides& one) {
        return has_all(one.left, own.left) && has_all(one.right, own.right);
    };
    return std::ranges::any_of(all, with_left) && std::ranges::any_of(all, with_right) &&
           std::ranges::none_of(all, with_both);
}

// --- From where to where ---

/// What a clause names first behind one of these words; nothing where it has none.
Stems named_behind(const Claim& clause, std::string_view words) {
    const Tokens& tokens = clause.tokens;
    const auto is_end = [](const Claim::Token& token) {
        return token.behind_break || is_listed(prepositions, token.word) || is_listed(conjunctions, token.word) ||
               is_listed(subordinating_words, token.word);
    };
    Stems stems;
    for (std::size_t i = 0; i + 1 < tokens.size() && stems.empty(); ++i) {
        if (!is_listed(words, tokens[i].word)) continue;
        for (std::size_t j = i + 1; j < tokens.size() && !is_end(tokens[j]); ++j) {
            if (tokens[j].content || tokens[j].quantity >= 0) stems.insert(tokens[j].stem);
        }
    }
    return stems;
}

/// Those of some words that any of the sources has.
Stems known_in(std::span<const Claim> sources, const Stems& words) {
    Stems known;
    for (const Claim& source : sources) {
        for (const Claim::Token& token : source.tokens) {
            if (token.content && words.contains(token.stem)) known.insert(token.stem);
        }
    }
    return known;
}

/// Whether a clause says from where to where something goes, and the sources only the other way.
bool goes_back(const Claim& clause, std::span<const Claim> sources) {
    for (const DirectionWords& words : direction_words) {
        const Stems from = named_behind(clause, words.from), to = named_behind(clause, words.to);
        const Stems only_from = minus(from, to), only_to = minus(to, from);
        if (only_from.empty() || only_to.empty()) continue;
        std::optional<Stems> moving;  // what goes there, as far as the sources name it
        bool is_back = false;
        for (const Claim& source : sources) {
            const Stems start = named_behind(source, words.from), end = named_behind(source, words.to);
            if (count_shared(only_from, start) > 0 && count_shared(only_to, end) > 0) return false;
            if (is_back || count_shared(only_from, end) == 0 || count_shared(only_to, start) == 0) continue;
            if (!moving) moving = known_in(sources, minus(minus(content_of(clause), from), to));
            is_back = count_shared(*moving, content_of(source)) == moving->size();
        }
        if (is_back) return true;
    }
    return false;
}

// --- Which of two names ---

bool has_stem(const Claim& clause, std::string_view stem) {
    return std::ranges::any_of(clause.tokens, [&](const Claim::Token& token) { return token.stem == stem; });
}

/// What stands before a word and says what it is for: a preposition, or a word of meaning.
std::string_view place_of(const Tokens& tokens, std::size_t at) {
    if (at == 0) return {};
    const Claim::Token& before = tokens[at - 1];
    return before.content || is_listed(prepositions, before.word) ? std::string_view(before.stem) : std::string_view();
}

std::string another_name(const Claim& clause, std::span<const Claim> sources, bool names_are_telling) {
    constexpr std::size_t near_enough = 2;
    const Claim* nearest = nullptr;
    std::size_t most = near_enough - 1;
    for (const Claim& source : sources) {
        if (const std::size_t shared = count_shared(content_of(clause), content_of(source)); shared > most) {
            most = shared;
            nearest = &source;
        }
    }
    if (nearest == nullptr) return {};
    for (std::size_t i = 0; i < clause.tokens.size(); ++i) {
        const Claim::Token& name = clause.tokens[i];
        const std::string_view place = place_of(clause.tokens, i);
        const auto has_name = [&](const Claim& source) { return has_stem(source, name.stem); };
        const auto is_as_near = [&](const Claim& source) {
            return has_name(source) && count_shared(content_of(clause), content_of(source)) >= most;
        };
        if (!name.content || !name.capital || std::ranges::any_of(sources, is_as_near)) continue;
        const bool elsewhere = std::ranges::any_of(sources, has_name);
        if (!elsewhere && (!names_are_telling || place.empty() || !name.name)) continue;
        for (std::size_t j = 0; j < nearest->tokens.size(); ++j) {
            const Claim::Token& other = nearest->tokens[j];
            const bool is_rival = other.content && other.capital && !has_stem(clause, other.stem);
            if (!is_rival || place_of(nearest->tokens, j) != place || (place.empty() && (i > 0 || j > 0))) continue;
            return "the source says it of another name";
        }
    }
    return {};
}

}  // namespace

const std::vector<Sides>& AttributionCheck::places_of(std::string_view stem) {
    const auto [place, is_new] = places_.try_emplace(stem);
    for (std::size_t i = 0; is_new && i < sources_.size(); ++i) {
        const Tokens& tokens = sources_[i].tokens;
        for (std::size_t at = 0; at < tokens.size(); ++at) {
            if (tokens[at].stem == stem && reader_.may_be_predicate(tokens, at)) {
                place->second.push_back(reader_.sides_of(tokens, at));
            }
        }
    }
    return place->second;
}

std::string AttributionCheck::wrong_roles(const Claim& clause) {
    if (clause.words.size() > longest_ordered) return {};
    for (std::size_t at = 0; at < clause.tokens.size(); ++at) {
        if (!reader_.may_be_predicate(clause.tokens, at)) continue;
        const Sides own = reader_.sides_of(clause.tokens, at);
        if (own.left.empty() || own.right.empty()) continue;
        const std::vector<Sides>& all = places_of(clause.tokens[at].stem);
        if (is_other_way(own, all)) return "the source says it the other way round";
        if (is_of_two(own, all)) return "the source says it of something else";
    }
    return {};
}

std::string AttributionCheck::misattribution(const Claim& clause) {
    std::string why = number_of_another(clause, sources_);
    if (why.empty()) why = wrong_pair(clause, sources_);
    if (why.empty() && goes_back(clause, sources_)) why = "the source says it the other way round";
    if (why.empty() && is_listed(languages_of_fixed_order, language_)) why = wrong_roles(clause);
    if (why.empty()) why = another_name(clause, sources_, !is_listed(languages_of_capital_nouns, language_));
    return why;
}

}  // namespace quarry::answer
