#include "core/analyze/word_forms.h"

#include <algorithm>

#include "core/analyze/word_form_lists.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::analyze {
namespace {

/// The others of the groups that have the word, each behind `prefix`.
void add_listed(const WordFormList& list, std::string_view prefix, std::string_view word,
                std::vector<std::string>& forms) {
    for (const std::string_view group : split(list.groups, '|')) {
        const std::vector<std::string_view> words = split(group, ' ');
        if (std::ranges::find(words, word) == words.end()) continue;
        for (const std::string_view other : words) {
            if (other != word) forms.push_back(std::string(prefix).append(other));
        }
    }
}

/// A German verb and its participle: "reichen" and "gereicht".
void add_participles(std::string_view prefix, std::string_view verb, std::vector<std::string>& forms) {
    constexpr std::size_t shortest = 3;  // of what is left
    const bool is_participle = verb.starts_with("ge");
    for (const std::string_view ending : {"en", "st", "t", "e"}) {
        if (!verb.ends_with(ending) || verb.size() < ending.size() + shortest) continue;
        std::string_view stem = verb.substr(0, verb.size() - ending.size());
        if (is_participle && stem.size() >= shortest + 2) {
            forms.push_back(std::string(prefix).append(stem.substr(2)).append("en"));
        }
        for (const std::string_view end : {"t", "en"}) {
            forms.push_back(std::string(prefix).append("ge").append(stem).append(end));
        }
        break;
    }
}

/// A pair of characters of which the second is hiragana: with all hiragana.
void add_endings(std::string_view word, std::vector<std::string>& forms) {
    constexpr char32_t first = 0x3041, last = 0x3096;
    const CodePoint character = decode_utf8(word, 0);
    if (character.length >= word.size() || is_hiragana(character.value)) return;
    const CodePoint second = decode_utf8(word, character.length);
    if (!is_hiragana(second.value) || character.length + second.length != word.size()) return;
    for (char32_t c = first; c <= last; ++c) {
        std::string form(word.substr(0, character.length));
        append_utf8(form, c);
        if (form != word) forms.push_back(std::move(form));
    }
}

}  // namespace

std::vector<std::string> other_forms(std::string_view word, std::string_view language) {
    std::vector<std::string> forms;
    if (language == "ja") add_endings(word, forms);
    for (const WordFormList& list : word_form_lists) {
        if (list.language != language) continue;
        add_listed(list, "", word, forms);
        if (list.separable.empty()) continue;
        add_participles("", word, forms);
        for (const std::string_view prefix : split(list.separable, ' ')) {
            if (!word.starts_with(prefix)) continue;
            add_listed(list, prefix, word.substr(prefix.size()), forms);
            add_participles(prefix, word.substr(prefix.size()), forms);
        }
    }
    return forms;
}

}  // namespace quarry::analyze
