#include "core/analyze/function_words.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/analyze/fold.h"
#include "core/analyze/function_word_lists.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"

namespace quarry::analyze {
namespace {

/// Languages as bits, by their places in function_word_lists.
using Languages = std::uint64_t;
static_assert(std::size(function_word_lists) <= 64);

/// Calls `visit(word)` for each word of a list.
template <typename Visit>
void for_each_word(std::string_view list, const Visit& visit) {
    while (!list.empty()) {
        const std::string_view word = list.substr(0, list.find(' '));
        list.remove_prefix(std::min(list.size(), word.size() + 1));
        if (!word.empty()) visit(word);
    }
}

/// The languages that have each of the words in their lists. Goes through all lists for it: a process asks for a few
/// words a few times, and to build a table of five thousand would take it longer.
std::vector<Languages> find_listed(std::span<const std::string> words) {
    std::vector<std::size_t> order(words.size());
    std::bitset<256> first_bytes;
    for (std::size_t i = 0; i < words.size(); ++i) {
        order[i] = i;
        if (!words[i].empty()) first_bytes.set(static_cast<unsigned char>(words[i][0]));
    }
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::string_view(words[i]); });
    std::vector<Languages> found(words.size());
    for (std::size_t language = 0; language < std::size(function_word_lists); ++language) {
        const auto visit = [&](std::string_view listed) {
            if (!first_bytes[static_cast<unsigned char>(listed[0])]) return;
            const auto same =
                std::ranges::equal_range(order, listed, {}, [&](std::size_t i) { return std::string_view(words[i]); });
            for (const std::size_t i : same) found[i] |= Languages{1} << language;
        };
        for_each_word(function_word_lists[language].frequent, visit);
        for_each_word(function_word_lists[language].further, visit);
    }
    return found;
}

/// Whether the words of a list have each letter of a text that is not in ASCII.
bool has_letters(const FunctionWordList& list, std::span<const std::string> text) {
    const auto has = [&](std::string_view letter) {
        return list.frequent.find(letter) != std::string_view::npos ||
               list.further.find(letter) != std::string_view::npos;
    };
    for (const std::string_view word : text) {
        for (std::size_t at = 0; at < word.size();) {
            const std::size_t length = decode_utf8(word, at).length;
            if (length > 1 && !has(word.substr(at, length))) return false;
            at += length;
        }
    }
    return true;
}

/// The language that has the most words. Of those that have as many, some, the first that has all letters as well; else
/// the first. `found`: the languages of each of the `words`.
Languages likeliest(std::span<const Languages> found, std::span<const std::string> words) {
    std::array<std::size_t, std::size(function_word_lists)> counts{};
    for (Languages languages : found) {
        for (; languages != 0; languages &= languages - 1) {
            ++counts[static_cast<std::size_t>(std::countr_zero(languages))];
        }
    }
    const std::size_t most = *std::ranges::max_element(counts);
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] != most) continue;
        if (most == 0 || has_letters(function_word_lists[i], words)) return Languages{1} << i;
        if (!first) first = i;
    }
    return Languages{1} << *first;
}

/// The one with this name; the likeliest where none has it.
Languages named_or_likeliest(std::string_view name, std::span<const Languages> found,
                             std::span<const std::string> words) {
    for (std::size_t i = 0; i < std::size(function_word_lists); ++i) {
        if (function_word_lists[i].language == name) return Languages{1} << i;
    }
    return likeliest(found, words);
}

bool is_blank_or_end(std::string_view text, std::size_t at) {
    return at >= text.size() || white_space_length(text, at) > 0;
}

/// Whether what stands next to a word, without a blank, makes the two one: "is_set", "http://on.example", "-a".
bool is_part(std::string_view text, const WordSpan& word) {
    const bool is_option = word.start > 0 && text[word.start - 1] == '-' &&
                           (word.start == 1 || text[word.start - 2] == '-' || text[word.start - 2] == ' ');
    if (is_option) return true;
    const auto joins = [&](std::size_t at) {
        return std::string_view("_/.:@#+\\=<>$%&*~").find(text[at]) != std::string_view::npos;
    };
    if (word.start > 0 && joins(word.start - 1)) return true;
    return word.end < text.size() && joins(word.end) && !is_blank_or_end(text, word.end + 1);
}

/// Whether two words next to each other in a text are one with a hyphen.
bool is_hyphenated(std::string_view text, const WordSpan& left, const WordSpan& right) {
    return left.end + 1 == right.start && text[left.end] == '-';
}

/// Whether a word begins a sentence, where every word has a capital letter.
bool begins_sentence(std::string_view text, const WordSpan& word) {
    const std::size_t end = trim_white_space_end(text, 0, word.start);
    return end == 0 || std::string_view(".?!:;([\"'*-").find(text[end - 1]) != std::string_view::npos;
}

/// As the lists have it.
std::string list_form(Folder& folder, std::string_view word) {
    std::string folded = folder.casefold(word);
    constexpr std::string_view typographic = "\u2019";
    for (std::size_t at = 0; (at = folded.find(typographic, at)) != std::string::npos;) {
        folded.replace(at, typographic.size(), "'");
    }
    return folded;
}

/// Whether each byte of a text stands in quotes.
std::vector<bool> find_quoted(std::string_view text) {
    struct Pair {
        std::string_view open, close;
        bool is_used_up = false;  // nothing closes it from here on: it need not be looked for again
    };
    Pair pairs[] = {{"\"", "\""},         {"\u201C", "\u201D"}, {"\u201E", "\u201C"},
                    {"\u00AB", "\u00BB"}, {"`", "`"},           {"\u300C", "\u300D"}};
    std::vector<bool> quoted(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (Pair& pair : pairs) {
            if (pair.is_used_up || !text.substr(i).starts_with(pair.open)) continue;
            const std::size_t end = text.find(pair.close, i + pair.open.size());
            pair.is_used_up = end == std::string_view::npos;
            if (pair.is_used_up) continue;
            std::fill(quoted.begin() + static_cast<std::ptrdiff_t>(i),
                      quoted.begin() + static_cast<std::ptrdiff_t>(end), true);
            i = end;
            break;
        }
    }
    return quoted;
}

/// How many bytes from `at` on are hiragana.
std::size_t hiragana_length(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_hiragana(decode_utf8(text, end).value)) end += decode_utf8(text, end).length;
    return end - at;
}

/// Where the hiragana begin that are function words one after the other, to the end. Behind a word, up to two
/// characters of its ending may come before them; else a word of at least two.
std::size_t kana_functions_begin(std::string_view kana, bool is_behind_word) {
    constexpr std::size_t character = 3;  // bytes of one
    std::vector<bool> ends_well(kana.size() + 1);
    ends_well[kana.size()] = true;
    for (std::size_t at = kana.size(); at > 0;) {
        at -= character;
        for_each_word(hiragana_function_words, [&](std::string_view word) {
            if (kana.substr(at).starts_with(word) && ends_well[at + word.size()]) ends_well[at] = true;
        });
    }
    const auto is_all_from = [&](std::size_t at) { return at <= kana.size() && ends_well[at]; };
    if (is_all_from(0) || (is_behind_word && (is_all_from(character) || is_all_from(2 * character)))) return 0;
    std::size_t begin = 2 * character;
    while (begin < kana.size() && !ends_well[begin]) begin += character;
    return std::min(begin, kana.size());
}

/// For each byte of a text whether it is of hiragana that hold a Japanese sentence together.
std::vector<bool> find_kana_functions(std::string_view text) {
    std::vector<bool> found(text.size());
    bool is_behind_word = false;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode_utf8(text, at);
        const std::size_t length = hiragana_length(text, at);
        if (length > 0) {
            const std::size_t begin = kana_functions_begin(text.substr(at, length), is_behind_word);
            std::fill_n(found.begin() + static_cast<std::ptrdiff_t>(at + begin), length - begin, true);
        }
        is_behind_word = is_cjk(point.value);
        at += std::max(length, point.length);
    }
    return found;
}

/// Whether a pair of characters holds a Japanese sentence together: of such hiragana alone, or with one beside a
/// character of a longer word, which other pairs have. A word of one character is known by what follows it.
bool is_kana_function(std::string_view text, const std::vector<bool>& kana, const WordSpan& word) {
    if (kana[word.start]) return true;
    if (!kana[word.end - 1]) return false;
    std::size_t before = word.start;
    while (before > 0 && (static_cast<unsigned char>(text[--before]) & 0xC0U) == 0x80) {
    }
    return before < word.start && !kana[before] && is_cjk(decode_utf8(text, before).value);
}

/// Which of the words are in a list, and no names.
std::vector<bool> find_listed_words(std::string_view text, std::span<const WordSpan> words,
                                    std::string_view language_name) {
    Folder folder;
    std::vector<std::string> all_folded;
    for (const WordSpan& word : words) {
        all_folded.push_back(list_form(folder, text.substr(word.start, word.end - word.start)));
    }
    const std::vector<Languages> found = find_listed(all_folded);
    std::vector<bool> capital;
    std::size_t capitals = 0, others = 0;  // of the words that are on no list
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view shown = text.substr(words[i].start, words[i].end - words[i].start);
        const std::string& folded = all_folded[i];
        // "I" and "I'm" are no names.
        capital.push_back(!shown.starts_with(folded.substr(0, decode_utf8(folded, 0).length)) && shown.size() > 1 &&
                          folded.find('\'') == std::string::npos);
        if (found[i] == 0) ++(capital.back() ? capitals : others);
    }
    const Languages language = named_or_likeliest(language_name, found, all_folded);
    const std::vector<bool> quoted = find_quoted(text), kana = find_kana_functions(text);
    const bool tells_names = capitals < others;
    const auto is_listed = [&](std::size_t i) { return (found[i] & language) != 0; };
    std::vector<bool> functions(words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        // "read-only" is one word, "est-ce" are two.
        const bool is_half = (i > 0 && is_hyphenated(text, words[i - 1], words[i]) && !is_listed(i - 1)) ||
                             (i + 1 < words.size() && is_hyphenated(text, words[i], words[i + 1]) && !is_listed(i + 1));
        const bool is_name = tells_names && capital[i] && !begins_sentence(text, words[i]);
        functions[i] = (is_listed(i) || is_kana_function(text, kana, words[i])) && !is_name && !is_half &&
                       !is_part(text, words[i]) && !quoted[words[i].start];
    }
    return functions;
}

}  // namespace

std::vector<bool> find_function_words(std::string_view text, std::span<const WordSpan> words,
                                      std::string_view language) {
    std::vector<bool> functions = find_listed_words(text, words, language);
    if (std::ranges::all_of(functions, [](bool function) { return function; })) functions.assign(words.size(), false);
    return functions;
}

bool has_only_function_words(std::string_view text, std::span<const WordSpan> words, std::string_view language) {
    return std::ranges::all_of(find_listed_words(text, words, language), [](bool function) { return function; });
}

std::string_view language_of_question(std::string_view text, std::span<const WordSpan> words) {
    Folder folder;
    std::vector<std::string> folded;
    for (const WordSpan& word : words) {
        folded.push_back(list_form(folder, text.substr(word.start, word.end - word.start)));
    }
    return function_word_lists[std::countr_zero(likeliest(find_listed(folded), folded))].language;
}

bool is_function_word(std::string_view folded_word, std::string_view language) {
    bool found = false;
    for (const auto& list : function_word_lists) {
        if (list.language != language) continue;
        const auto visit = [&](std::string_view listed) { found = found || listed == folded_word; };
        for_each_word(list.frequent, visit);
        for_each_word(list.further, visit);
    }
    return found;
}

}  // namespace quarry::analyze
