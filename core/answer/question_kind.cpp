#include "core/answer/question_kind.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/analyze/analyzer.h"
#include "core/analyze/function_words.h"
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

/// The phrases of the question's language. Kana tell Japanese from Chinese.
const QuestionWords& words_for(std::string_view question) {
    std::string_view language;
    bool has_cjk = false, has_kana = false;
    for (std::size_t at = 0; at < question.size();) {
        const CodePoint point = decode_utf8(question, at);
        at += point.length;
        has_cjk = has_cjk || is_cjk(point.value);
        has_kana = has_kana || (point.value >= 0x3040 && point.value <= 0x30FF);
    }
    if (has_cjk) {
        language = has_kana ? "ja" : "zh";
    } else {
        std::vector<analyze::Term> terms;
        analyze::Analyzer("", analyze::Analyzer::Memory::small).analyze(question, terms);
        std::vector<analyze::WordSpan> spans;
        for (const analyze::Term& term : terms) {
            if (!term.alternative) spans.push_back({term.start, term.end});
        }
        language = analyze::language_of_question(question, spans);
    }
    const auto* const found = std::ranges::find(question_words, language, &QuestionWords::language);
    return found == std::end(question_words) ? question_words[0] : *found;
}

bool has_whole_words(const QuestionWords& words) { return words.language != "zh" && words.language != "ja"; }

std::array<std::string_view, question_kinds> asking_phrases(const QuestionWords& words) {
    return {words.asks_definition, words.asks_difference, words.asks_default, words.asks_how_to, words.asks_when,
            words.asks_where,      words.asks_who,        words.asks_number,  words.asks_why,    words.asks_whether};
}

std::array<std::string_view, question_kinds> cue_phrases(const QuestionWords& words) {
    return {words.cues_definition, words.cues_difference, words.cues_default, "", words.cues_when, "", "",
            words.cues_number,     words.cues_why,        words.cues_whether};
}

/// Phrases become blanks: what stands on both sides of one is not next to each other.
void take_out(std::string& text, std::string_view phrase) {
    const std::size_t at = text.find(phrase);
    if (at != std::string::npos) text.replace(at, phrase.size(), " ");
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
    const QuestionWords& words = words_for(question);
    const bool whole = has_whole_words(words);
    language_ = words.language;
    for (const std::string_view cues : cue_phrases(words)) cues_.emplace_back(cues, whole);
    leans_back_ = PhraseList(words.leans_back, whole);
    const std::string folded = folder_.casefold(trim(question));
    subject_ = folded;
    const auto asking = asking_phrases(words);
    for (std::size_t kind = 0; kind < asking.size(); ++kind) {
        const std::string_view asked = PhraseList(asking[kind], whole).find(folded);
        if (asked.empty()) continue;
        kinds_.set(kind);
        take_out(subject_, asked);
    }
    const PhraseList fillers(words.fillers, whole);
    for (std::string_view filler = fillers.find(subject_); !filler.empty(); filler = fillers.find(subject_)) {
        take_out(subject_, std::string(filler));
    }
    if (trim(subject_).empty()) subject_ = question;
    // What is the difference, the number, the default: that is no definition.
    if (kinds_.count() > 1) kinds_.reset(static_cast<std::size_t>(QuestionKind::definition));
}

bool QuestionReading::has_cue(QuestionKind kind, std::string_view folded_sentence) const {
    return cues_[static_cast<std::size_t>(kind)].is_in(folded_sentence);
}

}  // namespace quarry::answer
