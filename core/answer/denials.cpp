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

constexpr std::size_t longest_listed = 64;  // bytes: no word of a list is longer

/// The word behind `end`, as written.
std::string_view next_word(std::string_view text, std::size_t end) {
    const std::string_view behind = text.substr(skip_blank(text, end), longest_listed);
    return behind.substr(0, behind.find_first_of(" ,."));
}

/// "Declined to pay", and not "declined to 40,000" or "to the old level".
bool may_be_verb(std::string_view word) {
    return !word.empty() && word[0] >= 'a' && word[0] <= 'z' && !is_listed(determiners, word);
}

/// Whether the "but" that ends at `end` leaves out what it names: "everyone but the chair", not "logs everything but
/// deletes it".
bool leaves_out(std::string_view text, std::size_t end) {
    const std::string_view next = next_word(text, end);
    return !next.empty() &&
           (is_ascii_upper(next[0]) || is_ascii_digit(next[0]) || is_listed(determiners, lower_case(next)));
}

}  // namespace

bool is_denial(std::string_view lower) noexcept {
    return is_listed(denials, lower) || lower.ends_with("n't") || lower.ends_with("n’t");
}

bool is_number_sign(std::string_view text, std::size_t at) {
    const std::string_view behind = text.substr(at);
    const std::size_t next = skip_blank(behind, std::min<std::size_t>(1, behind.size()));
    return next < behind.size() && behind[0] == '.' && is_ascii_digit(behind[next]) &&
           is_listed(number_signs, lower_case(last_word(text.substr(0, at))));
}

bool denies_there(std::string_view text, std::size_t start, std::size_t end) {
    if (!is_denial(lower_case(text.substr(start, end - start))) || is_number_sign(text, end)) return false;
    return !is_listed(exceptions, lower_case(next_word(text, end))) &&
           !is_listed(exceptions_before, lower_case(last_word(text.substr(0, start))));
}

const DenyingWords* find_denying_word(std::string_view lower, std::string_view text, std::size_t end) {
    const auto* const found = std::ranges::find_if(denying_words, [&](const DenyingWords& one) {
        if (!is_listed(one.words, lower)) return false;
        const std::string next = lower_case(next_word(text, end));
        const std::string_view link = std::string_view(next).substr(0, next.find('\''));  // "d'"
        if (one.links.empty()) return !next.empty();
        return is_listed(one.links, link) && (link != "to" || may_be_verb(next_word(text, skip_blank(text, end) + 2)));
    });
    return found == denying_words.end() ? nullptr : found;
}

bool excludes_there(std::string_view text, std::size_t start, std::size_t end) {
    return text.substr(start, end - start) == "but" && leaves_out(text, end) &&
           is_listed(words_before_but, lower_case(last_word(text.substr(0, start))));
}

bool is_exception_there(std::string_view text, std::size_t at, std::string_view word) {
    const std::size_t start = skip_blank(text, at);
    return excludes_there(text, start, start + word.size()) ||
           (is_listed(exceptions, word) && is_denial(lower_case(last_word(text.substr(0, at)))));
}

void DenialReader::read_denial(std::string_view lower) {
    if (goes_on(lower)) return;
    is_denied_ = is_denied_ || !is_listed(denials_of_things, lower);
    turn();
}

/// Lets what follows be denied, or no longer.
void DenialReader::turn() {
    if (in_part_ && !clause_->denies) {
        denies_next_ = true;
    } else {
        clause_->denies = !clause_->denies;
    }
}

void DenialReader::read_word(const Claim::Token& token, bool excludes) {
    if (token.content && std::exchange(denies_next_, false)) clause_->denied.push_back(token.stem);
    if (is_listed(subordinating_words, token.word) || is_listed(words_of_time_parts, token.word)) {
        in_part_ = in_part_ || !clause_->words.empty();
        denies_next_ = false;
    } else if (excludes || is_exclusion(token)) {
        denies_next_ = !std::exchange(clause_->denies, false);  // "no files except the logs"
    }
}

void DenialReader::read_denying_word(const Claim::Token& token, bool means_more) {
    if (means_more) clause_->denying.push_back(token.stem);
    turn();
}

/// Whether a denial is the one that was there before: "no fever and no cough", "neither ... nor", "никогда не".
bool DenialReader::goes_on(std::string_view lower) const {
    const bool is_linked = is_listed(conjunctions, lower) ||
                           (!clause_->tokens.empty() && is_listed(conjunctions, clause_->tokens.back().word));
    return is_denied_ &&
           (is_linked || (is_listed(languages_of_one_denial, language_) && !is_listed(denials_of_things, lower)));
}

/// Whether what stands behind a word is the exception of all others.
bool DenialReader::is_exclusion(const Claim::Token& token) const {
    if (clause_->tokens.empty()) return is_listed(exclusions, token.word) && !is_listed(additions, token.word);
    const std::string& before = clause_->tokens.back().word;
    if (is_listed(exclusions, token.word)) return !is_denial(before);
    const std::string pair = before + ' ' + token.word;
    return (std::ranges::count(exclusion_pairs, pair) > 0 || std::ranges::count(exclusion_pairs, token.word) > 0) &&
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
    const auto is_from = [&](const Claim::Token& token) { return !from.empty() && token.word == from; };
    const auto first = std::find_if(behind, clause.tokens.end(), is_from);
    const auto is_verb_of_denial = [&](std::ptrdiff_t back) {
        return behind - clause.tokens.begin() >= back && is_listed(verbs_of_denial, std::prev(behind, back)->word);
    };
    // "Does not store keys but values": what is stored is denied, not that something is.
    bool leaves_verb = !from.empty() && first == clause.tokens.end() &&
                       (is_verb_of_denial(1) || is_verb_of_denial(2)) &&
                       std::count_if(behind, clause.tokens.end(), [](const auto& token) { return token.content; }) > 1;
    for (auto token = first == clause.tokens.end() ? behind : first; token != clause.tokens.end(); ++token) {
        if (!token->content || std::exchange(leaves_verb, false)) continue;
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
