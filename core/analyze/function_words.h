#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace quarry::analyze {

/// A word of a text, in bytes.
struct WordSpan {
    std::size_t start = 0;
    std::size_t end = 0;
};

/// Which words of a question only hold it together ("the", "how", "is"): they say what is asked, not what about. One
/// entry for each of `words`, which are in the order of the valid UTF-8 `text`.
///
/// The language is the one whose list (core/analyze/function_word_lists.h) has the most of the words; where several
/// have as many, the first of those whose words have all letters of the text ("ü"), else English. No function word is:
/// a name (a capital letter within a text that is not written in capitals: "Who's Who", "IT"), a part of a longer word
/// ("read-only", "is_set"), what stands in quotes, or any word of a text that has no others. Of Japanese, pairs with
/// hiragana that are function words are, but for a word of one character with what follows it. `language` names it
/// where the text's own words are too few to tell: a part of a question.
[[nodiscard]] std::vector<bool> find_function_words(std::string_view text, std::span<const WordSpan> words,
                                                    std::string_view language = {});

/// Whether a text has function words and no others, so that there is nothing that it could be about.
[[nodiscard]] bool has_only_function_words(std::string_view text, std::span<const WordSpan> words,
                                           std::string_view language = {});

/// The language of the text's words as `find_function_words` chooses it.
[[nodiscard]] std::string_view language_of_question(std::string_view text, std::span<const WordSpan> words);

/// `find_function_words` for a text's terms (Term, MultilingualAnalyzer::Reading); a further reading of a word is as
/// the word.
template <typename Terms>
[[nodiscard]] std::vector<bool> find_function_terms(std::string_view text, const Terms& terms,
                                                    std::string_view language = {}) {
    std::vector<WordSpan> words;
    for (const auto& term : terms) {
        if (!term.alternative) words.push_back({term.start, term.end});
    }
    const std::vector<bool> found = find_function_words(text, words, language);
    std::vector<bool> functions;
    std::size_t word = 0;
    for (const auto& term : terms) {
        if (!term.alternative) ++word;
        functions.push_back(word > 0 && found[word - 1]);
    }
    return functions;
}

/// What each of `count` function words in a question weighs where another word weighs 1: together they are one word at
/// most, however wordy the question. In a short one ("list from string") they tell alike passages apart.
[[nodiscard]] constexpr double function_word_weight(std::size_t count) noexcept {
    constexpr double most = 0.4;
    return static_cast<double>(count) * most > 1 ? 1.0 / static_cast<double>(count) : most;
}

/// What a word weighs that a question has `count` times: said twice it is meant more, but not twice as much.
[[nodiscard]] inline double repeated_word_weight(double count) { return std::pow(count, 0.7); }

/// Whether a language's list has a case-folded word.
[[nodiscard]] bool is_function_word(std::string_view folded_word, std::string_view language);

}  // namespace quarry::analyze
