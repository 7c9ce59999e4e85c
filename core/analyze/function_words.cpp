#include "core/analyze/function_words.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "core/analyze/fold.h"
#include "core/analyze/function_word_lists.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"

namespace quarry::analyze {
namespace {

/// Languages as bits, by their places in function_word_lists.
using Languages = std::uint64_t;
static_assert(std::size(function_word_lists) <= 64);

class ListedWords {
public:
    ListedWords() {
        for (std::size_t i = 0; i < std::size(function_word_lists); ++i) {
            add(function_word_lists[i].frequent, Languages{1} << i);
            add(function_word_lists[i].further, Languages{1} << i);
        }
    }
    [[nodiscard]] Languages find(std::string_view word) const {
        const auto found = words_.find(word);
        return found == words_.end() ? 0 : found->second;
    }

private:
    void add(std::string_view words, Languages language) {
        while (!words.empty()) {
            const std::string_view word = words.substr(0, words.find(' '));
            words.remove_prefix(std::min(words.size(), word.size() + 1));
            if (!word.empty()) words_[word] |= language;
        }
    }

    std::unordered_map<std::string_view, Languages> words_;
};

const ListedWords& listed_words() {
    static const ListedWords words;
    return words;
}

/// The language that has the most words; the first of those that have as many.
Languages likeliest(std::span<const Languages> words) {
    std::array<std::size_t, std::size(function_word_lists)> counts{};
    for (Languages languages : words) {
        for (; languages != 0; languages &= languages - 1) {
            ++counts[static_cast<std::size_t>(std::countr_zero(languages))];
        }
    }
    return Languages{1} << static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

bool is_blank_or_end(std::string_view text, std::size_t at) {
    return at >= text.size() || white_space_length(text, at) > 0;
}

/// Whether what stands next to a word, without a blank, makes the two one: "is_set", "http://on.example".
bool is_part(std::string_view text, const WordSpan& word) {
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

}  // namespace

std::vector<bool> find_function_words(std::string_view text, std::span<const WordSpan> words) {
    Folder folder;
    std::vector<Languages> found;
    std::vector<bool> capital;
    std::size_t capitals = 0, others = 0;  // of the words that are on no list
    for (const WordSpan& word : words) {
        const std::string_view shown = text.substr(word.start, word.end - word.start);
        const std::string folded = list_form(folder, shown);
        found.push_back(listed_words().find(folded));
        // "I" and "I'm" are no names.
        capital.push_back(!shown.starts_with(folded.substr(0, decode_utf8(folded, 0).length)) && shown.size() > 1 &&
                          folded.find('\'') == std::string::npos);
        if (found.back() == 0) ++(capital.back() ? capitals : others);
    }
    const Languages language = likeliest(found);
    const std::vector<bool> quoted = find_quoted(text);
    const bool tells_names = capitals < others;
    const auto is_listed = [&](std::size_t i) { return (found[i] & language) != 0; };
    std::vector<bool> functions(words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        // "read-only" is one word, "est-ce" are two.
        const bool is_half = (i > 0 && is_hyphenated(text, words[i - 1], words[i]) && !is_listed(i - 1)) ||
                             (i + 1 < words.size() && is_hyphenated(text, words[i], words[i + 1]) && !is_listed(i + 1));
        const bool is_name = tells_names && capital[i] && !begins_sentence(text, words[i]);
        functions[i] = is_listed(i) && !is_name && !is_half && !is_part(text, words[i]) && !quoted[words[i].start];
    }
    if (std::ranges::all_of(functions, [](bool function) { return function; })) functions.assign(words.size(), false);
    return functions;
}

std::string_view language_of_question(std::string_view text, std::span<const WordSpan> words) {
    Folder folder;
    std::vector<Languages> found;
    for (const WordSpan& word : words) {
        found.push_back(listed_words().find(list_form(folder, text.substr(word.start, word.end - word.start))));
    }
    return function_word_lists[std::countr_zero(likeliest(found))].language;
}

bool is_function_word(std::string_view folded_word, std::string_view language) {
    const Languages languages = listed_words().find(folded_word);
    for (std::size_t i = 0; i < std::size(function_word_lists); ++i) {
        if (function_word_lists[i].language == language) return (languages >> i & 1) != 0;
    }
    return false;
}

}  // namespace quarry::analyze
