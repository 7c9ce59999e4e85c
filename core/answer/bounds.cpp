#include "core/answer/bounds.h"

#include <algorithm>
#include <string>

#include "core/answer/bound_words.h"
#include "core/answer/word_list.h"
#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr std::size_t longest_phrase = 64;   // bytes
constexpr std::size_t farthest_denial = 40;  // bytes before such a phrase: "must in no case be longer than"

struct Phrase {
    std::string_view words;
    Bound bound;
};

std::vector<Phrase> phrases_of(std::string_view most, std::string_view least) {
    std::vector<Phrase> phrases;
    for (const std::string_view words : split(most, '|')) phrases.push_back({words, Bound::most});
    for (const std::string_view words : split(least, '|')) phrases.push_back({words, Bound::least});
    std::ranges::stable_sort(phrases, [](const Phrase& a, const Phrase& b) { return a.words.size() > b.words.size(); });
    return phrases;
}

/// Whether no letter of the same word is beside it.
bool is_apart(char outer, char edge) {
    return !is_word_byte(outer) || !is_word_byte(edge) || runs_on(outer) || runs_on(edge);
}

/// The longest phrase that ends at `end`, over blanks.
const Phrase* phrase_before(std::string_view text, std::size_t end, Stretch& place) {
    static const std::vector<Phrase> phrases = phrases_of(most_before, least_before);
    while (end > 0 && text[end - 1] == ' ') --end;
    const std::size_t from = end - std::min(end, longest_phrase);
    const std::string before = ascii_lower(text.substr(from, end - from));
    for (const Phrase& phrase : phrases) {
        if (!before.ends_with(phrase.words)) continue;
        place = {end - phrase.words.size(), end};
        if (place.first == 0 || is_apart(text[place.first - 1], text[place.first])) return &phrase;
    }
    return nullptr;
}

/// The longest phrase that begins at `start`, over blanks, and belongs to no number behind it.
const Phrase* phrase_behind(std::string_view text, std::size_t start, Stretch& place) {
    static const std::vector<Phrase> phrases = phrases_of(most_after, least_after);
    while (start < text.size() && text[start] == ' ') ++start;
    const std::string behind = ascii_lower(text.substr(start, longest_phrase));
    for (const Phrase& phrase : phrases) {
        if (!behind.starts_with(phrase.words)) continue;
        place = {start, start + phrase.words.size()};
        const std::string_view rest = text.substr(place.second);
        if (!rest.empty() && !is_apart(rest.front(), phrase.words.back())) continue;
        if (rest.size() < 2 || rest[0] != ' ' || !is_ascii_digit(rest[1])) return &phrase;
    }
    return nullptr;
}

}  // namespace

std::vector<Stretch> find_bounds(std::string_view text, std::span<const Stretch> denials,
                                 std::span<Quantity> quantities) {
    std::vector<Stretch> used;
    for (Quantity& quantity : quantities) {
        if (quantity.kind != Quantity::Kind::number || quantity.is_year() || quantity.counts_one) continue;
        Stretch place;
        const Phrase* phrase = phrase_before(text, quantity.start, place);
        if (phrase == nullptr) phrase = phrase_behind(text, quantity.end, place);
        if (phrase == nullptr) continue;
        quantity.bound = phrase->bound;
        used.push_back(place);
        const auto behind = std::ranges::upper_bound(denials, place.first, {}, &Stretch::first);
        if (behind == denials.begin()) continue;
        const Stretch& denial = *std::prev(behind);
        if (denial.first >= place.first || place.first - denial.first > farthest_denial) continue;
        quantity.bound = phrase->bound == Bound::most ? Bound::least : Bound::most;
        used.push_back(denial);
    }
    return used;
}

}  // namespace quarry::answer
