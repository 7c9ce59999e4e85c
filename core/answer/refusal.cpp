#include "core/answer/refusal.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/analyze/compound.h"
#include "core/analyze/fold.h"
#include "core/analyze/word_splitter.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr std::size_t long_question = 8;  // from which on a question is as long as any

// Of a logistic regression; docs/research/answers.md says on what it was fitted.
constexpr double constant = -6.3, by_passage = 3.2, by_paragraph = 2.9, by_sentence = 7.4, by_length = 1.8,
                 by_lacking_name = -3.7, by_compounds = 0.4, by_pairs = 1.3, by_syllables = -4.0;

/// Whether `word` is in a text from the beginning of a word on; `whole`: to its end as well. Both case-folded.
bool has_word(std::string_view text, std::string_view word, bool whole) {
    const auto is_letter = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) >= 0x80 || is_ascii_letter(text[at]));
    };
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        if ((at == 0 || !is_letter(at - 1)) && !(whole && is_letter(at + word.size()))) return true;
    }
    return false;
}

/// The bytes of the first characters.
std::size_t length_of(std::string_view text, std::size_t characters) {
    std::size_t at = 0;
    for (; characters > 0 && at < text.size(); --characters) at += decode_utf8(text, at).length;
    return at;
}

/// Whether a text has the word, but for an ending of two characters, or a word that it begins or ends with.
bool is_known(std::string_view text, std::string_view word) {
    constexpr std::size_t shortest = 4, shortest_compound = 8, longest_ending = 2;
    const std::size_t length = count_code_points(word);
    const std::size_t stem = std::max(std::min(length, shortest), length - std::min(length, longest_ending));
    if (has_word(text, word.substr(0, length_of(word, stem)), false)) return true;
    if (length < shortest_compound) return false;
    for (std::size_t cut = shortest; cut + shortest <= length; ++cut) {
        const std::size_t at = length_of(word, cut);
        if (has_word(text, word.substr(0, at), true) || has_word(text, word.substr(at), true)) return true;
    }
    return false;
}

/// The words with a capital letter within a sentence, case-folded; none of a text that is written in capitals.
std::vector<std::string> find_names(std::string_view text, analyze::Folder& folder) {
    constexpr double in_capitals = 0.8;
    constexpr std::size_t shortest = 3;
    std::vector<analyze::ByteSpan> words;
    analyze::WordSplitter().split(text, 0, words);
    std::vector<std::string> names;
    std::size_t capitals = 0;
    for (const analyze::ByteSpan& word : words) {
        const std::string_view shown = text.substr(word.start, word.end - word.start);
        std::string folded = folder.casefold(shown);
        if (shown.starts_with(folded.substr(0, length_of(folded, 1)))) continue;
        ++capitals;
        const std::size_t before = trim_white_space_end(text, 0, word.start);
        const bool begins =
            before == 0 || std::string_view(".?!:;([\"'*-").find(text[before - 1]) != std::string_view::npos;
        const std::string_view name = std::string_view(folded).substr(0, folded.find_first_of("'\xE2"));
        if (!begins && word.start != words.front().start && count_code_points(name) >= shortest)
            names.emplace_back(name);
    }
    if (static_cast<double>(capitals) > in_capitals * static_cast<double>(words.size())) names.clear();
    return names;
}

}  // namespace

TermKind term_kind(std::string_view language) noexcept {
    if (language == "zh") return TermKind::pair;
    if (language == "vi") return TermKind::syllable;
    return analyze::has_compounds(language) ? TermKind::compound : TermKind::word;
}

bool names_something_else(std::string_view question, std::span<const passages::Passage> passages) {
    analyze::Folder folder;
    const std::vector<std::string> names = find_names(question, folder);
    if (names.empty()) return false;
    std::string text;
    for (const passages::Passage& passage : passages) {
        text += passage.title + '\n';
        for (const std::string& heading : passage.heading_path) text += heading + '\n';
        text += passage.text + '\n';
    }
    const std::string folded = folder.casefold(text);
    return std::ranges::any_of(names, [&](const std::string& name) { return !is_known(folded, name); });
}

double is_answerable(const AnswerSigns& signs) noexcept {
    const double length =
        static_cast<double>(std::min(signs.words, long_question)) / static_cast<double>(long_question);
    double sum = constant + by_passage * signs.passage_share + by_paragraph * signs.paragraph_share +
                 by_sentence * signs.sentence_share + by_length * length;
    if (signs.lacks_name) sum += by_lacking_name * (1 - length);
    if (signs.terms == TermKind::compound) sum += by_compounds;
    if (signs.terms == TermKind::pair) sum += by_pairs;
    if (signs.terms == TermKind::syllable) sum += by_syllables;
    return 1 / (1 + std::exp(-sum));
}

Error asks_nothing() {
    return Error(ErrorCode::nothing_found, "the question does not say what it is about",
                 "say what you want to know: quarry ask 'How do I …?'; or look for words as such: quarry search WORDS")
        .because("it has only words that hold a sentence together");
}

}  // namespace quarry::answer
