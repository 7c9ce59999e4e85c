#include "core/answer/denials.h"

#include <algorithm>
#include <utility>

#include "core/answer/bound_words.h"
#include "core/answer/denial_words.h"
#include "core/answer/role_words.h"
#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

/// The word behind `end`, in lower case.
std::string next_word(std::string_view text, std::size_t end) {
    const std::size_t next = skip_blank(text, end);
    return lower_case(text.substr(next, std::min(text.find_first_of(" ,.", next), text.size()) - next));
}

}  // namespace

bool is_denial(std::string_view lower) noexcept {
    return is_listed(denials, lower) || lower.ends_with("n't") || lower.ends_with("n’t");
}

bool is_number_sign(std::string_view text, std::size_t at) {
    const std::string_view behind = text.substr(at);
    return behind.size() > 2 && behind[0] == '.' && is_ascii_digit(behind[skip_blank(behind, 1)]) &&
           is_listed(number_signs, lower_case(last_word(text.substr(0, at))));
}

bool denies_there(std::string_view text, std::size_t start, std::size_t end) {
    if (!is_denial(lower_case(text.substr(start, end - start))) || is_number_sign(text, end)) return false;
    return !is_listed(exceptions, next_word(text, end)) &&
           !is_listed(exceptions_before, lower_case(last_word(text.substr(0, start))));
}

bool denies_by_meaning(std::string_view text, std::size_t start, std::size_t end) {
    const std::string word = lower_case(text.substr(start, end - start)), next = next_word(text, end);
    return !next.empty() && std::ranges::any_of(denying_words, [&](const DenyingWords& one) {
        const std::string_view link = std::string_view(next).substr(0, next.find('\''));  // "d'"
        return is_listed(one.words, word) && (one.links.empty() || is_listed(one.links, link));
    });
}

bool is_exception_there(std::string_view text, std::size_t at, std::string_view word) {
    const std::string before = lower_case(last_word(text.substr(0, at)));
    if (is_listed(words_before_but, before)) return word == "but";
    return is_listed(exceptions, word) && is_denial(before);
}

void DenialReader::read_denial(std::string_view lower) {
    if (goes_on(lower)) return;
    is_denied_ = is_denied_ || !is_listed(denials_of_things, lower);
    if (in_part_ && !clause_->denies) {
        denies_next_ = true;
    } else {
        clause_->denies = !clause_->denies;
    }
}

void DenialReader::read_word(const Claim::Token& token) {
    if (token.content && std::exchange(denies_next_, false)) clause_->denied.push_back(token.stem);
    if (is_listed(subordinating_words, token.word)) {
        in_part_ = in_part_ || !clause_->words.empty();
        denies_next_ = false;
    } else if (excludes(token)) {
        denies_next_ = !std::exchange(clause_->denies, false);  // "no files except the logs"
    }
}

void DenialReader::read_denying_word(const Claim::Token& token) {
    clause_->denying.push_back(token.stem);
    read_denial(token.word);
}

/// Whether a denial is the one that was there before: "no fever and no cough", "neither ... nor", "никогда не".
bool DenialReader::goes_on(std::string_view lower) const {
    const bool is_linked = is_listed(conjunctions, lower) ||
                           (!clause_->tokens.empty() && is_listed(conjunctions, clause_->tokens.back().word));
    return is_denied_ &&
           (is_linked || (is_listed(languages_of_one_denial, language_) && !is_listed(denials_of_things, lower)));
}

/// Whether what stands behind a word is the exception of all others.
bool DenialReader::excludes(const Claim::Token& token) const {
    if (clause_->tokens.empty()) return false;
    const std::string& before = clause_->tokens.back().word;
    if (is_listed(exclusions, token.word)) return !is_denial(before);
    if (token.word == "but") return is_listed(words_before_but, before);
    const auto is_pair = [&](std::string_view pair) { return pair == before + ' ' + token.word || pair == token.word; };
    return std::ranges::any_of(exclusion_pairs, is_pair) &&
           std::ranges::any_of(clause_->tokens,
                               [](const Claim::Token& one) { return is_listed(words_of_all, one.word); });
}

void deny_words(Claim& clause) {
    for (const Claim::Word& word : clause.words) clause.denied.push_back(word.stem);
    clause.denies = false;
}

void deny_words_behind(Claim& clause, std::string_view from) {
    const auto is_denial_token = [](const Claim::Token& token) { return is_denial(token.word); };
    const auto behind = std::find_if(clause.tokens.rbegin(), clause.tokens.rend(), is_denial_token).base();
    const auto first = std::find_if(behind, clause.tokens.end(), [&](const auto& token) { return token.word == from; });
    const auto is_verb_of_denial = [&](std::ptrdiff_t back) {
        return behind - clause.tokens.begin() >= back && is_listed(verbs_of_denial, std::prev(behind, back)->word);
    };
    bool is_verb = !from.empty() && (is_verb_of_denial(1) || is_verb_of_denial(2));
    for (auto token = first == clause.tokens.end() ? behind : first; token != clause.tokens.end(); ++token) {
        if (!token->content || std::exchange(is_verb, false)) continue;
        clause.denied.push_back(token->stem);
        clause.denies = false;
    }
}

void leave_out_said(Claim& clause, const Claim& part) {
    std::erase_if(clause.denied, [&](const std::string& stem) {
        return std::ranges::find(part.words, stem, &Claim::Word::stem) != part.words.end();
    });
}

}  // namespace quarry::answer
