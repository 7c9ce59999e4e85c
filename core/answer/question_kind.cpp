#include "core/answer/question_kind.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>
#include <span>

#include "core/analyze/analyzer.h"
#include "core/analyze/function_words.h"
#include "core/analyze/word_splitter.h"
#include "core/answer/question_words.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

bool is_word_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) return false;
    const auto byte = static_cast<unsigned char>(text[at]);
    return byte >= 0x80 || is_ascii_letter(text[at]) || is_ascii_digit(text[at]);
}

std::vector<analyze::WordSpan> find_words(std::string_view question) {
    std::vector<analyze::Term> terms;
    analyze::Analyzer("", analyze::Analyzer::Memory::small).analyze(question, terms);
    std::vector<analyze::WordSpan> words;
    for (const analyze::Term& term : terms) {
        if (!term.alternative) words.push_back({term.start, term.end});
    }
    return words;
}

/// The phrases of a language; English where it has none.
const QuestionWords& words_for(std::string_view language) {
    const auto* const found = std::ranges::find(question_words, language, &QuestionWords::language);
    return found == std::end(question_words) ? question_words[0] : *found;
}

bool has_whole_words(const QuestionWords& words) { return words.language != "zh" && words.language != "ja"; }

std::array<std::string_view, question_kinds> asking_phrases(const QuestionWords& words) {
    return {words.asks_definition, words.asks_difference, words.asks_default, words.asks_how_to, words.asks_when,
            words.asks_where,      words.asks_who,        words.asks_number,  words.asks_why,    words.asks_whether};
}

/// Bytes of the longest of a language's phrases that ask in a question, which is case-folded.
std::size_t longest_asking(const QuestionWords& words, std::string_view folded) {
    std::size_t longest = 0;
    for (const std::string_view phrases : asking_phrases(words)) {
        longest = std::max(longest, PhraseList(phrases, has_whole_words(words)).find(folded).size());
    }
    return longest;
}

/// The likeliest language by the words, unless the question has a longer phrase of another one, of several words: "was
/// bedeutet".
std::string_view asking_language(std::string_view likeliest, std::string_view folded) {
    std::size_t longest = longest_asking(words_for(likeliest), folded);
    for (const QuestionWords& words : question_words) {
        for (const std::string_view phrases : asking_phrases(words)) {
            const std::string_view found = PhraseList(phrases, has_whole_words(words)).find(folded);
            if (found.size() <= longest || found.find(' ') == std::string_view::npos) continue;
            longest = found.size();
            likeliest = words.language;
        }
    }
    return likeliest;
}

/// ISO 639-1. Kana tell Japanese from Chinese. `folded`: the question case-folded.
std::string_view language_of(std::string_view question, std::string_view folded,
                             std::span<const analyze::WordSpan> words) {
    bool has_cjk = false, has_kana = false;
    for (std::size_t at = 0; at < question.size();) {
        const CodePoint point = decode_utf8(question, at);
        at += point.length;
        has_cjk = has_cjk || is_cjk(point.value);
        has_kana = has_kana || (point.value >= 0x3040 && point.value <= 0x30FF);
    }
    if (has_cjk) return has_kana ? "ja" : "zh";
    return asking_language(analyze::language_of_question(question, words), folded);
}

std::array<std::string_view, question_kinds> cue_phrases(const QuestionWords& words) {
    return {words.cues_definition, words.cues_difference, words.cues_default, "", words.cues_when, "", words.cues_who,
            words.cues_number,     words.cues_why,        words.cues_whether};
}

/// Phrases become blanks: what stands on both sides of one is not next to each other.
void take_out(std::string& text, std::string_view phrase) {
    const std::size_t at = phrase.empty() ? std::string::npos : text.find(phrase);
    if (at != std::string::npos) text.replace(at, phrase.size(), " ");
}

/// The phrase with which a text ends, but for marks behind it.
void take_out_end(std::string& text, std::string_view phrases) {
    const std::string_view end = std::string_view(text).substr(0, text.find_last_not_of(" ?!.\"") + 1);
    for (const std::string_view phrase : split(phrases, '|')) {
        if (phrase.empty() || !end.ends_with(phrase)) continue;
        const std::size_t at = end.size() - phrase.size();
        if (at == 0 || is_word_at(text, at - 1)) continue;
        text.replace(at, phrase.size(), " ");
        return;
    }
}

void take_out_all(std::string& text, const PhraseList& phrases) {
    for (std::string_view found = phrases.find(text); !found.empty(); found = phrases.find(text)) {
        take_out(text, std::string(found));
    }
}

/// Phrases that are words by the dictionary, in languages without spaces: a character may be one, or a part of one.
void take_out_words(std::string& text, const PhraseList& phrases) {
    std::vector<analyze::ByteSpan> words;
    analyze::WordSplitter().split(text, 0, words);
    for (const analyze::ByteSpan& word : std::views::reverse(words)) {
        const std::size_t length = word.end - word.start;
        if (phrases.find(std::string_view(text).substr(word.start, length)).size() == length) {
            text.replace(word.start, length, " ");
        }
    }
}

/// The letters and digits, of languages that are written without spaces or in Latin letters; at most two.
std::vector<std::string_view> first_characters(std::string_view text) {
    std::vector<std::string_view> found;
    for (std::size_t at = 0; at < text.size() && found.size() < 2;) {
        const CodePoint point = decode_utf8(text, at);
        const bool counts = point.length > 1 ? is_cjk(point.value) : is_word_at(text, at);
        if (counts) found.push_back(text.substr(at, point.length));
        at += point.length;
    }
    return found;
}

/// A character with its neighbours: the index has pairs of them where there are no spaces.
std::string with_neighbours(std::string_view character, std::string_view text) {
    const std::size_t at = text.find(character);
    if (at == std::string_view::npos) return std::string(character);
    std::size_t start = at, end = at + character.size();
    while (start > 0 && (static_cast<unsigned char>(text[--start]) & 0xC0) == 0x80) {
    }
    if (end < text.size()) end += decode_utf8(text, end).length;
    return std::string(text.substr(start, end - start));
}

}  // namespace

PhraseList::PhraseList(std::string_view phrases, bool whole_words) : whole_words_(whole_words) {
    while (!phrases.empty()) {
        Phrase phrase;
        phrase.text = phrases.substr(0, phrases.find('|'));
        phrases.remove_prefix(std::min(phrases.size(), phrase.text.size() + 1));
        if (phrase.text.starts_with('^')) {
            phrase.at_beginning = true;
            phrase.text.remove_prefix(1);
        }
        if (phrase.text.ends_with('*')) {
            phrase.any_ending = true;
            phrase.text.remove_suffix(1);
        }
        if (!phrase.text.empty()) phrases_.push_back(phrase);
    }
}

bool PhraseList::is_at(const Phrase& phrase, std::string_view folded, std::size_t at) const {
    if (!folded.substr(at).starts_with(phrase.text)) return false;
    if (!whole_words_) return true;
    if (at > 0 && is_word_at(folded, at - 1)) return false;
    return phrase.any_ending || !is_word_at(folded, at + phrase.text.size());
}

std::string_view PhraseList::find(std::string_view folded) const {
    std::string_view longest;
    for (const Phrase& phrase : phrases_) {
        if (phrase.text.size() <= longest.size()) continue;
        for (std::size_t at = folded.find(phrase.text); at != std::string_view::npos;
             at = folded.find(phrase.text, at + 1)) {
            if (phrase.at_beginning && at > 0) break;
            if (!is_at(phrase, folded, at)) continue;
            longest = folded.substr(at, phrase.text.size());
            break;
        }
    }
    return longest;
}

bool PhraseList::begins(std::string_view folded) const {
    return std::ranges::any_of(phrases_, [&](const Phrase& phrase) { return is_at(phrase, folded, 0); });
}

QuestionReading::QuestionReading(std::string_view question) : text_(question), leans_back_("") {
    const std::vector<analyze::WordSpan> spans = find_words(question);
    const std::string folded = folder_.casefold(trim(question));
    language_ = language_of(question, folded, spans);
    const QuestionWords& words = words_for(language_);
    const bool whole = has_whole_words(words);
    for (const std::string_view cues : cue_phrases(words)) cues_.emplace_back(cues, whole);
    leans_back_ = PhraseList(words.leans_back, whole);
    subject_ = folded;
    for (const std::string_view asking : asking_phrases(words)) asking_.emplace_back(asking, whole);
    for (std::size_t kind = 0; kind < asking_.size(); ++kind) {
        const std::string_view asked = asking_[kind].find(folded);
        if (asked.empty()) continue;
        kinds_.set(kind);
        take_out(subject_, asked);
    }
    if (is(QuestionKind::definition)) take_out_end(subject_, words.definition_ends);
    const PhraseList fillers(words.fillers, whole);
    if (whole) {
        take_out_all(subject_, fillers);
    } else {
        take_out_words(subject_, fillers);
    }
    const std::vector<std::string_view> left = first_characters(subject_);
    // "To be or not to be" asks nothing, and is enough to be looked for.
    constexpr std::size_t quotation = 4;  // words
    const bool asks = kinds_.any() || spans.size() < quotation;
    has_subject_ = !trim(subject_).empty() && !(asks && analyze::has_only_function_words(question, spans, language_));
    if (trim(subject_).empty()) {
        subject_ = question;
    } else if (!whole && left.size() == 1) {
        subject_ = with_neighbours(left.front(), folded);
    }
    // What is the difference, the number, the default: that is no definition. Every Japanese question may end as one
    // that asks whether.
    if (kinds_.count() > 1) kinds_.reset(static_cast<std::size_t>(QuestionKind::whether));
    if (kinds_.count() > 1) kinds_.reset(static_cast<std::size_t>(QuestionKind::definition));
}

std::string QuestionReading::without_asking(std::string_view text) {
    std::string folded = folder_.casefold(text);
    for (std::size_t kind = 0; kind < asking_.size(); ++kind) {
        if (kinds_[kind]) take_out(folded, std::string(asking_[kind].find(folded)));
    }
    return folded;
}

bool QuestionReading::has_cue(QuestionKind kind, std::string_view folded_sentence) const {
    return cues_[static_cast<std::size_t>(kind)].is_in(folded_sentence);
}

}  // namespace quarry::answer
