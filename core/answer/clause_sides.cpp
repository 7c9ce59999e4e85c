#include "core/answer/clause_sides.h"

#include <algorithm>

#include "core/answer/role_words.h"
#include "core/answer/verb_forms.h"
#include "core/answer/word_list.h"

namespace quarry::answer {
namespace {

bool is_participle(std::string_view word) { return word.starts_with(participle_prefix) || word.ends_with(verb_ending); }

}  // namespace

ClauseReader::ClauseReader(std::string_view language, std::span<const Claim> statement, std::span<const Claim> sources)
    : language_(language), has_cases_(is_listed(languages_of_cases, language)) {
    const auto note = [&](const Tokens& tokens) {
        if (has_cases_) note_genders(tokens);
        for (const Claim::Token& token : tokens) {
            if (!token.capital) small_.insert(token.word);
        }
    };
    for (const Claim& clause : statement) note(clause.tokens);
    for (const Claim& source : sources) note(source.tokens);
}

/// "Den Hund" is masculine, and so is "der Hund" where a sentence begins with it; "die Katze" is not.
void ClauseReader::note_genders(const Tokens& tokens) {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        const bool is_object = is_listed(object_determiners, tokens[i].word);
        const bool is_first = i == 0 && is_listed(subject_determiners, tokens[i].word);
        if (!tokens[i + 1].capital) continue;
        if (is_object || is_first) masculine_.insert(tokens[i + 1].word);
        if (is_listed(feminine_determiners, tokens[i].word)) feminine_.insert(tokens[i + 1].word);
    }
}

bool ClauseReader::is_verb_a(const Claim::Token& token) const {
    return token.word == verb_a && is_listed(languages_of_verb_a, language_);
}

bool ClauseReader::is_preposition(const Claim::Token& token) const {
    return !token.content && !is_verb_a(token) && is_listed(prepositions, token.word);
}

bool ClauseReader::is_determiner(const Claim::Token& token) const {
    return !is_verb_a(token) && is_listed(determiners, token.word);
}

bool ClauseReader::may_be_predicate(const Tokens& tokens, std::size_t at) const {
    const Claim::Token& word = tokens[at];
    if (!word.content || word.behind_break || is_listed(symmetric_stems, word.stem)) return false;
    if (at > 0 && word.capital && is_listed(languages_of_capital_nouns, language_)) return false;
    const auto same = [&](const Claim::Token& token) { return token.stem == word.stem; };
    if (std::ranges::count_if(tokens, same) > 1) return false;
    if (at > 0 && !tokens[at - 1].content) {
        const Claim::Token& before = tokens[at - 1];
        const bool in_phrase = is_preposition(before) || is_determiner(before);
        if (in_phrase && !is_listed(infinitive_words, before.word)) return false;
        if (at > 1 && is_listed(conjunctions, before.word)) return false;
    }
    if (at + 1 == tokens.size()) return true;
    const Claim::Token& next = tokens[at + 1];
    if (next.behind_break) return finite_verb_of(tokens, at) != at;
    return !is_listed(conjunctions, next.word) && !is_listed(passive_auxiliaries, next.word);
}

/// Whether the clause says it the other way round: "was bought by".
bool ClauseReader::is_passive(const Tokens& tokens, std::size_t at) const {
    const auto is_agent = [](const Claim::Token& token) { return is_listed(agent_prepositions, token.word); };
    const bool may_be_future = !is_participle(tokens[at].word) && std::ranges::none_of(tokens, is_agent);
    bool after_auxiliary = false;
    for (std::size_t i = 0; i < at; ++i) {
        if (is_listed(passive_auxiliaries, tokens[i].word)) {
            after_auxiliary = after_auxiliary || !may_be_future || !is_listed(future_auxiliaries, tokens[i].word);
        } else if (is_determiner(tokens[i]) && i + 1 == at) {
            return false;  // "is the owner"
        }
    }
    const auto compares = [](const Claim::Token& token) { return is_listed(comparisons, token.word); };
    return after_auxiliary && std::none_of(tokens.begin() + static_cast<std::ptrdiff_t>(at), tokens.end(), compares);
}

/// The place that parts the sides: the auxiliary of a verb that ends the clause, or else the verb itself.
std::size_t ClauseReader::finite_verb_of(const Tokens& tokens, std::size_t at) const {
    if (!is_listed(languages_of_final_verbs, language_)) return at;
    const auto closes = [](const Claim::Token& token) { return is_listed(closing_auxiliaries, token.word); };
    const auto behind = tokens.begin() + static_cast<std::ptrdiff_t>(at) + 1;
    const auto end = std::find_if(behind, tokens.end(), [](const Claim::Token& token) { return token.behind_break; });
    if (!std::all_of(behind, end, closes)) return at;
    for (std::size_t i = 0; i < at; ++i) {
        if (is_listed(split_auxiliaries, tokens[i].word)) return i;
    }
    return at;
}

/// Whether articles tell that the side before the verb is whom it is done to.
bool ClauseReader::begins_with_object(const Tokens& tokens, std::size_t verb) const {
    if (!has_cases_) return false;
    const auto is_phrase_of = [&](std::size_t i, std::string_view articles) {
        return is_listed(articles, tokens[i].word) && (i == 0 || !is_preposition(tokens[i - 1]));
    };
    const auto verb_place = tokens.begin() + static_cast<std::ptrdiff_t>(verb);
    bool has_words = false;
    for (std::size_t i = 0; i < verb; ++i) {
        const auto noun = std::ranges::find_if(tokens.begin() + static_cast<std::ptrdiff_t>(i), verb_place,
                                               &Claim::Token::capital);
        if (is_phrase_of(i, object_determiners) && noun != verb_place) return true;
        if (i == 0 && is_listed(subject_determiners, tokens[i].word)) return false;
        has_words = has_words || tokens[i].content;
    }
    return has_words && verb + 2 < tokens.size() && is_phrase_of(verb + 1, subject_determiners) &&
           masculine_.contains(tokens[verb + 2].word);
}

/// Whether the side before the verb tells nothing of who does it: an adverb ("Heute kommt Anna"), "qu'adopta", or,
/// where both sides begin with "der", a noun that may be in another case ("Der Katze folgt der Hund").
bool ClauseReader::is_inverted(const Tokens& tokens, std::size_t verb, const Stems& left) const {
    if (verb == 0) return false;
    if (is_listed(languages_of_object_relatives, language_)) {
        const std::string_view word = tokens[verb].word;
        const std::string_view relative = word.substr(0, std::min(word.find_first_of("'\xE2"), word.size()));
        if (is_listed(object_relatives, tokens[verb - 1].word) || is_listed(object_relatives, relative)) return true;
    }
    const auto is_subject_phrase = [&](std::size_t i) {
        return i < tokens.size() && is_listed(subject_determiners, tokens[i].word);
    };
    const bool begin_alike = has_cases_ && is_subject_phrase(0) && is_subject_phrase(verb + 1);
    if (begin_alike && verb + 2 < tokens.size() && !feminine_.contains(tokens[verb + 2].word)) return true;
    if (!is_listed(languages_of_inversion, language_)) return false;
    const bool has_capital_nouns = is_listed(languages_of_capital_nouns, language_);
    std::size_t adverbs = 0;
    for (std::size_t i = 0; i < verb; ++i) {
        if (!tokens[i].content || !left.contains(tokens[i].stem)) continue;
        const bool is_adverb = i == 0 ? small_.contains(tokens[i].word) : has_capital_nouns && !tokens[i].capital;
        if (!is_adverb) return false;
        ++adverbs;
    }
    return adverbs == 1;
}

Sides ClauseReader::sides_of_passive(const Tokens& tokens, std::size_t at) const {
    Sides sides;
    bool in_agent = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (is_preposition(tokens[i])) in_agent = is_listed(agent_prepositions, tokens[i].word);
        if (i == at) in_agent = false;
        if (tokens[i].content && in_agent) sides.left.insert(tokens[i].stem);
    }
    return sides;
}

Sides ClauseReader::sides_of(const Tokens& tokens, std::size_t at) const {
    const bool passive = is_passive(tokens, at);
    const std::size_t verb = passive ? at : finite_verb_of(tokens, at);
    Sides sides;
    bool in_phrase = false, phrase_has_words = false;
    for (std::size_t i = 0; i < verb; ++i) {
        const Claim::Token& token = tokens[i];
        if (is_preposition(token)) {
            in_phrase = true, phrase_has_words = false;
        } else if (in_phrase && phrase_has_words && is_determiner(token)) {
            in_phrase = false;  // "in 2003 the company sold"
        }
        phrase_has_words = phrase_has_words || token.content || token.quantity >= 0;
        if (token.content && !in_phrase) sides.left.insert(token.stem);
    }
    for (std::size_t i = verb + 1; i < tokens.size(); ++i) {
        if (tokens[i].content && i != at) sides.right.insert(tokens[i].stem);
    }
    if (!passive && is_inverted(tokens, verb, sides.left)) return {};
    Sides turned;
    if (passive) {
        turned = sides_of_passive(tokens, at);
    } else if (begins_with_object(tokens, verb)) {
        for (std::size_t i = verb + 1; i < tokens.size() && !is_preposition(tokens[i]); ++i) {
            if (tokens[i].content && i != at) turned.left.insert(tokens[i].stem);
        }
    } else {
        return sides;
    }
    for (const Stems* const side : {&sides.left, &sides.right}) {
        for (const std::string_view stem : *side) {
            if (!turned.left.contains(stem)) turned.right.insert(stem);
        }
    }
    return turned;
}

}  // namespace quarry::answer
