#include "core/answer/word_relations.h"

#include <unordered_map>

#include "core/answer/opposite_words.h"
#include "core/answer/verb_forms.h"
#include "core/answer/word_list.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

using Forms = std::unordered_map<std::string_view, std::string_view>;

const Forms* forms_of(std::string_view language) {
    static const std::unordered_map<std::string_view, Forms> all = [] {
        std::unordered_map<std::string_view, Forms> made;
        for (const VerbForms& one : verb_forms) {
            for (const std::string_view verb : split(one.verbs, ';')) {
                const std::vector<std::string_view> forms = split(verb, ' ');
                for (const std::string_view form : forms) made[one.language].emplace(form, forms.front());
            }
        }
        return made;
    }();
    const auto found = all.find(language.empty() ? std::string_view("en") : language);
    return found == all.end() ? nullptr : &found->second;
}

}  // namespace

std::string base_form(std::string stem, std::string_view language, bool lower) {
    constexpr std::size_t least_left = 3;
    if (const Forms* const forms = forms_of(language); forms != nullptr) {
        if (const auto found = forms->find(stem); found != forms->end()) return std::string(found->second);
    }
    const bool has_ending = lower && is_listed(languages_of_verb_ending, language) && stem.ends_with(verb_ending) &&
                            stem.size() >= verb_ending.size() + least_left;
    if (!has_ending) return stem;
    stem.resize(stem.size() - verb_ending.size());
    const bool is_participle =
        stem.starts_with(participle_prefix) && stem.size() >= participle_prefix.size() + least_left;
    return is_participle ? stem.substr(participle_prefix.size()) : stem;
}

std::vector<Opposition> oppositions_of(std::string_view stem, std::string_view language) {
    static const std::unordered_multimap<std::string, Opposition> all = [] {
        std::unordered_multimap<std::string, Opposition> made;
        for (std::size_t row = 0; row < opposite_words.size(); ++row) {
            const OppositeWords& words = opposite_words[row];
            for (const std::string_view one : split(words.one, ' ')) {
                made.emplace(base_form(std::string(one), words.language, true),
                             Opposition{row, false, words.of_both_sides});
            }
            for (const std::string_view other : split(words.other, ' ')) {
                made.emplace(base_form(std::string(other), words.language, true),
                             Opposition{row, true, words.of_both_sides});
            }
        }
        return made;
    }();
    std::vector<Opposition> found;
    const auto [first, last] = all.equal_range(std::string(stem));
    for (auto one = first; one != last; ++one) {
        const std::string_view of = opposite_words[one->second.row].language;
        if (of.empty() || of == "en" || of == language) found.push_back(one->second);
    }
    return found;
}

bool has_other_sense(std::string_view word) {
    return is_listed(words_of_other_sense, word) || is_listed(words_of_other_sense, lower_case(word));
}

}  // namespace quarry::answer
