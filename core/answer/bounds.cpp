#include "core/answer/bounds.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>

#include "core/answer/bound_words.h"
#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr std::size_t longest_phrase = 64;   // bytes
constexpr std::size_t longest_crossed = 12;  // bytes of Chinese or Japanese between an adverb and the number
constexpr std::size_t longest_counter = 6;   // and of what the number counts: "8文字以下"
constexpr std::size_t farthest_denial = 60;  // bytes before a phrase: "must in no case be longer than"

struct Phrase {
    std::string_view words;
    Bound bound;
    bool turns = false;  ///< With a denial it says the other.
};

std::vector<Phrase> phrases_of(std::initializer_list<Phrase> lists) {
    std::vector<Phrase> phrases;
    for (const Phrase& list : lists) {
        for (const std::string_view words : split(list.words, '|')) phrases.push_back({words, list.bound, list.turns});
    }
    std::ranges::stable_sort(phrases, [](const Phrase& a, const Phrase& b) { return a.words.size() > b.words.size(); });
    return phrases;
}

/// Whether no letter of the same word is beside it.
bool is_apart(char outer, char edge) {
    return !is_word_byte(outer) || !is_word_byte(edge) || runs_on(outer) || runs_on(edge);
}

std::size_t skip_blanks_back(std::string_view text, std::size_t end) {
    while (end > 0 && text[end - 1] == ' ') --end;
    return end;
}

/// Whether a ">" or "<" at `at` is neither of an arrow nor of a tag.
bool is_sign(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    if (!before.empty() && std::string_view("-=<>/\"'").find(before.back()) != std::string_view::npos) return false;
    const std::size_t open = text[at] == '>' ? before.rfind('<') : std::string_view::npos;
    return open == std::string_view::npos || before.find_first_of(" >", open) < before.size() || open + 1 == at;
}

/// The longest phrase that ends at `end`, over blanks.
const Phrase* phrase_before(std::string_view text, std::size_t end, Stretch& place) {
    static const std::vector<Phrase> phrases = phrases_of({{most_before, Bound::most},
                                                           {least_before, Bound::least},
                                                           {less_before, Bound::most, true},
                                                           {more_before, Bound::least, true}});
    end = skip_blanks_back(text, end);
    const std::size_t from = end - std::min(end, longest_phrase);
    const std::string before = lower_case(text.substr(from, end - from));
    for (const Phrase& phrase : phrases) {
        if (!before.ends_with(phrase.words)) continue;
        place = {end - phrase.words.size(), end};
        if (phrase.words.size() == 1 && !is_sign(text, place.first)) continue;
        if (place.first == 0 || is_apart(text[place.first - 1], text[place.first])) return &phrase;
    }
    return nullptr;
}

/// An adverb before what is done to so many: "最多可以上传5个".
const Phrase* adverb_before(std::string_view text, std::size_t end, Stretch& place) {
    for (std::size_t at = end; at > 0 && end - at <= longest_crossed; --at) {
        if (static_cast<unsigned char>(text[at - 1]) < 0x80) return nullptr;
        const Phrase* const phrase = phrase_before(text, at, place);
        if (phrase != nullptr && is_listed(adverbs_of_bounds, phrase->words)) return phrase;
    }
    return nullptr;
}

/// The longest phrase that begins at `start`, over blanks, and belongs to no number behind it.
const Phrase* phrase_at(std::string_view text, std::size_t start, Stretch& place) {
    static const std::vector<Phrase> phrases = phrases_of({{most_after, Bound::most}, {least_after, Bound::least}});
    while (start < text.size() && text[start] == ' ') ++start;
    const std::string behind = lower_case(text.substr(start, longest_phrase));
    for (const Phrase& phrase : phrases) {
        if (!behind.starts_with(phrase.words)) continue;
        place = {start, start + phrase.words.size()};
        const std::string_view rest = text.substr(place.second);
        if (!rest.empty() && !is_apart(rest.front(), phrase.words.back())) continue;
        if (rest.size() < 2 || rest[0] != ' ' || !is_ascii_digit(rest[1])) return &phrase;
    }
    return nullptr;
}

/// The same, also behind what is counted: "5 people or more", "8文字以下".
const Phrase* phrase_behind(std::string_view text, std::size_t start, Stretch& place) {
    const Phrase* phrase = phrase_at(text, start, place);
    const bool is_word = start + 1 < text.size() && text[start] == ' ' && is_word_byte(text[start + 1]);
    std::size_t at = start + (is_word ? 1 : 0);
    const auto goes_on = [&] {
        return at < text.size() &&
               (is_word ? is_word_byte(text[at]) : runs_on(text[at]) && at - start < longest_counter);
    };
    while (phrase == nullptr && goes_on()) {
        ++at;
        while (at < text.size() && is_utf8_continuation(text[at])) ++at;
        if (!is_word) phrase = phrase_at(text, at, place);
    }
    return phrase == nullptr && is_word ? phrase_at(text, at, place) : phrase;
}

/// Whether a phrase before a number is no bound: of another quantity, between two numbers, or behind what changes.
bool is_other_sense(std::string_view text, const Stretch& place, const Quantity* previous) {
    const std::string words = lower_case(text.substr(place.first, place.second - place.first));
    if (previous != nullptr && place.first < previous->end) return true;
    if (!is_listed(links_of_numbers, words)) return false;
    const std::string_view word = last_word(text.substr(0, place.first));
    if (is_listed(changes, lower_case(word))) return true;
    if (previous == nullptr) return false;
    const std::string_view between = trim(text.substr(previous->end, place.first - previous->end));
    return between.empty() || between == word;
}

/// Whether a denial is of the bound behind it, with hardly a word between them.
bool turns(std::string_view text, const Stretch& denial, const Stretch& place) {
    const std::string words = lower_case(text.substr(denial.first, denial.second - denial.first));
    if (denial.second > place.first || place.first - denial.second > farthest_denial) return false;
    if (is_listed(denials_of_things, words)) return false;
    std::ptrdiff_t others = 0;
    for (const std::string_view word : split(trim(text.substr(denial.second, place.first - denial.second)), ' ')) {
        if (!std::ranges::all_of(word, is_word_byte)) return false;
        others += is_listed(words_between, lower_case(word)) || word.empty() ? 0 : 1;
    }
    return others <= (is_listed(denying_determiners, words) ? 2 : 1);
}

}  // namespace

std::vector<Stretch> find_bounds(std::string_view text, std::span<const Stretch> denials,
                                 std::span<Quantity> quantities) {
    std::vector<Stretch> used;
    const Quantity* previous = nullptr;
    for (Quantity& quantity : quantities) {
        const Quantity* const before = std::exchange(previous, &quantity);
        if (quantity.kind != Quantity::Kind::number || quantity.is_year() || quantity.counts_one) continue;
        const auto next = std::ranges::lower_bound(denials, quantity.start, {}, &Stretch::first);
        const Stretch* const last = next == denials.begin() ? nullptr : &*std::prev(next);
        // "Überschreitet 5 nicht", "ne dépasse pas 5".
        const Stretch* denial =
            next != denials.end() && skip_blank(text, quantity.end) == next->first ? &*next : nullptr;
        Stretch place;
        const Phrase* phrase = phrase_before(text, quantity.start, place);
        if (phrase == nullptr && last != nullptr && last->second == skip_blanks_back(text, quantity.start)) {
            phrase = phrase_before(text, last->first, place);
            if (phrase != nullptr && !phrase->turns) phrase = nullptr;
            denial = last;
        }
        if (phrase == nullptr) phrase = adverb_before(text, quantity.start, place);
        if (phrase != nullptr && is_other_sense(text, place, before)) phrase = nullptr;
        if (phrase == nullptr) phrase = phrase_behind(text, quantity.end, place);
        if (phrase == nullptr) continue;
        quantity.bound = phrase->bound;
        used.push_back(place);
        if (!phrase->turns) continue;
        const auto behind = std::ranges::upper_bound(denials, place.first, {}, &Stretch::first);
        if (denial == nullptr && behind != denials.begin() && turns(text, *std::prev(behind), place)) {
            denial = &*std::prev(behind);
        }
        if (denial == nullptr) continue;
        quantity.bound = phrase->bound == Bound::most ? Bound::least : Bound::most;
        used.push_back(*denial);
    }
    return used;
}

}  // namespace quarry::answer
