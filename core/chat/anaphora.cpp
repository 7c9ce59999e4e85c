// Words of other languages than English by which a question points to what was said before.
#include "core/chat/anaphora.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/analyze/fold.h"
#include "core/base/text.h"

namespace quarry::chat {
namespace {

constexpr std::size_t few_words = 6;

// All are case-folded: "ß" is "ss". Words that are articles too, or ask, in one of the languages are left out ("le",
// "quelle"), and so are those that often point to nothing ("es", "sie").

/// What none of the other languages has: a question with one of these is English, where "son" is a son.
constexpr auto english_words = std::to_array<std::string_view>(
    {"and", "are", "does", "how", "is", "of", "the", "what", "when", "where", "which", "who", "why"});
static_assert(std::is_sorted(english_words.begin(), english_words.end()));

/// Beginnings that go on: German, French, Spanish, Italian, Portuguese, Russian.
constexpr auto other_openers = std::to_array<std::string_view>({"und ",
                                                                "aber ",
                                                                "oder ",
                                                                "dann ",
                                                                "was ist mit ",
                                                                "wie steht es mit ",
                                                                "wie sieht es mit ",
                                                                "et ",
                                                                "mais ",
                                                                "ou ",
                                                                "alors ",
                                                                "donc ",
                                                                "qu'en est-il ",
                                                                "y ",
                                                                "pero ",
                                                                "entonces ",
                                                                "qué hay de ",
                                                                "e ",
                                                                "ma ",
                                                                "allora ",
                                                                "quindi ",
                                                                "mas ",
                                                                "então ",
                                                                "а ",
                                                                "и ",
                                                                "но ",
                                                                "или ",
                                                                "тогда ",
                                                                "как насчёт ",
                                                                "как насчет "});
/// Chinese and Japanese, which have no spaces.
constexpr auto joined_openers = std::to_array<std::string_view>(
    {"那", "还有", "而且", "可是", "但是", "では", "じゃあ", "それで", "でも", "しかし"});
constexpr auto joined_pronouns = std::to_array<std::string_view>(
    {"它", "她", "他们", "他的", "这个", "那个", "这些", "那些", "その", "それ", "これ", "この", "そこ", "彼"});

/// Questions that are nothing but a word that asks.
constexpr auto lone_questions = std::to_array<std::string_view>(
    {"chi",     "combien", "comment", "cuándo",   "cuánto", "dove",   "dónde",  "où",    "perché",
     "por qué", "por quê", "porquê",  "pourquoi", "quand",  "quando", "quanto", "quién", "wann",
     "warum",   "wer",     "weshalb", "wieso",    "wo",     "где",    "зачем",  "когда", "кто",
     "почему",  "сколько", "いつ",    "どうして", "どこ",   "なぜ",   "为什么", "为何",  "怎么"});
static_assert(std::is_sorted(lone_questions.begin(), lone_questions.end()));

constexpr auto other_pronouns = std::to_array<std::string_view>(
    {"aquello", "aquilo", "ceci",   "cela",   "celle-ci", "celles-ci", "celui-ci", "ces",   "cet",      "cette",
     "ceux-ci", "ciò",    "dabei",  "dafür",  "damit",    "daran",     "darauf",   "darin", "darunter", "darüber",
     "davon",   "dazu",   "dela",   "delas",  "dele",     "deles",     "dies",     "diese", "diesem",   "diesen",
     "dieser",  "dieses", "ela",    "elas",   "ele",      "eles",      "ella",     "ellas", "elle",     "elles",
     "ellos",   "er",     "esa",    "esas",   "ese",      "eso",       "esos",     "essa",  "essas",    "esse",
     "esses",   "essi",   "esso",   "esta",   "estas",    "este",      "estes",    "esto",  "estos",    "ihm",
     "ihn",     "ihnen",  "il",     "ils",    "isso",     "isto",      "loro",     "lui",   "nela",     "nele",
     "quella",  "quelli", "quello", "questa", "queste",   "questi",    "questo",   "ça",    "él",       "его",
     "ее",      "ей",     "ему",    "её",     "им",       "их",        "него",     "нее",   "ней",      "нем",
     "неё",     "ним",    "них",    "нём",    "он",       "она",       "они",      "оно",   "там",      "эта",
     "эти",     "этих",   "это",    "этого",  "этой",     "этом",      "этот"});
static_assert(std::is_sorted(other_pronouns.begin(), other_pronouns.end()));
/// What stands before the thing that is owned: at the end of a question they are other words ("… sein?").
constexpr auto possessives = std::to_array<std::string_view>(
    {"deren", "dessen", "ihr",   "ihre",   "ihrem",  "ihren",  "ihrer",  "ihres", "leur", "leurs",
     "sa",    "sein",   "seine", "seinem", "seinen", "seiner", "seines", "ses",   "seu",  "seus",
     "son",   "su",     "sua",   "suas",   "sue",    "suo",    "suoi",   "sus"});
static_assert(std::is_sorted(possessives.begin(), possessives.end()));

template <std::size_t Size>
bool is_listed(std::string_view word, const std::array<std::string_view, Size>& words) {
    return std::binary_search(words.begin(), words.end(), word);
}

template <std::size_t Size>
bool begins_with_one(std::string_view text, const std::array<std::string_view, Size>& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view one) { return text.starts_with(one); });
}

/// Case-folded words; punctuation is none of them, but for apostrophes and hyphens within.
std::vector<std::string> folded_words(std::string_view question) {
    static constexpr auto signs =
        std::to_array<std::string_view>({".", ",", ";", ":", "!", "?", "\"", "(",  ")",  "[",  "]",  "<",  ">",  "¿",
                                         "¡", "«", "»", "„", "“", "”", "…",  "。", "、", "，", "！", "？", "「", "」"});
    std::string spaced;
    for (std::size_t at = 0; at < question.size();) {
        const auto sign = std::find_if(signs.begin(), signs.end(),
                                       [&](std::string_view one) { return question.substr(at).starts_with(one); });
        spaced += sign == signs.end() ? question[at] : ' ';
        at += sign == signs.end() ? 1 : sign->size();
    }
    std::replace_if(
        spaced.begin(), spaced.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    analyze::Folder folder;
    std::vector<std::string> words;
    for (const std::string_view word : split(spaced, ' ')) {
        if (!word.empty()) words.push_back(folder.casefold(word));
    }
    return words;
}

/// Whether it is a pronoun, alone or behind a verb ("pèse-t-elle"; "-il" is mostly nobody).
bool is_other_pronoun(std::string_view word) {
    return is_listed(word, other_pronouns) || word.ends_with("-elle") || word.ends_with("-elles") ||
           word.ends_with("-ils");
}

}  // namespace

bool refers_back(std::string_view question) {
    const std::vector<std::string> words = folded_words(question);
    std::string text;
    for (const std::string& word : words) {
        if (is_listed(word, english_words)) return false;
        text += word + ' ';
    }
    if (begins_with_one(text, other_openers) || begins_with_one(text, joined_openers)) return true;
    if (is_listed(trim(text), lone_questions)) return true;
    if (std::any_of(joined_pronouns.begin(), joined_pronouns.end(),
                    [&](std::string_view one) { return text.find(one) != std::string::npos; })) {
        return true;
    }
    if (words.size() > few_words) return false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (is_other_pronoun(words[i]) || (i + 1 < words.size() && is_listed(words[i], possessives))) return true;
    }
    return false;
}

}  // namespace quarry::chat
