#include "core/search/spelling.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "core/analyze/compound.h"
#include "core/analyze/fold.h"
#include "core/analyze/function_words.h"
#include "core/analyze/multilingual_analyzer.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::search {
namespace {

constexpr std::size_t shortest_misspelt = 4;
/// From how many letters on a word may have been meant of which the documents have other forms only, or that begins
/// with another letter: a shorter one has neighbours by chance, "Mars" the plural of "map", "lange" the word "range".
constexpr std::size_t shortest_inflected = 6;
/// What a word that is probably meant weighs, of a word that is there.
constexpr double meant_weight = 0.7;
/// Longer words are names of things; their neighbours are many.
constexpr std::size_t longest_misspelt = 24;
/// Further unknown words of a query are not looked into.
constexpr std::size_t most_misspelt = 4;

struct LetterRange {
    char32_t first, last;
};
constexpr LetterRange scripts[] = {{U'a', U'z'}, {U'\u0430', U'\u044F'}, {U'\u03B1', U'\u03C9'}};

bool is_in(const LetterRange& range, char32_t c) { return c >= range.first && c <= range.last; }

std::u32string code_points(std::string_view text) {
    std::u32string points;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint point = decode_utf8(text, i);
        points.push_back(point.value);
        i += point.length;
    }
    return points;
}

std::string to_utf8(std::u32string_view points) {
    std::string text;
    for (const char32_t point : points) append_utf8(text, point);
    return text;
}

/// What a slip may have put into the word or left out of it.
std::u32string letters_for(std::u32string_view word) {
    std::u32string letters(word);
    for (const LetterRange& script : scripts) {
        const auto written = [&script](char32_t c) { return is_in(script, c); };
        if (std::none_of(word.begin(), word.end(), written)) continue;
        for (char32_t c = script.first; c <= script.last; ++c) letters.push_back(c);
    }
    std::sort(letters.begin(), letters.end());
    letters.erase(std::unique(letters.begin(), letters.end()), letters.end());
    return letters;
}

/// "Ghandi" of "Ghandi's".
std::string_view without_possessive(std::string_view word) {
    for (const std::string_view end : {"'s", "\u2019s"}) {
        if (word.ends_with(end)) word.remove_suffix(end.size());
    }
    return word;
}

bool has_digit(std::string_view word) { return std::ranges::any_of(word, is_ascii_digit); }

bool may_be_misspelt(std::string_view word) {
    const std::size_t length = count_code_points(word);
    if (length < shortest_misspelt || length > longest_misspelt) return false;
    const std::u32string points = code_points(ascii_lower(word));
    return std::all_of(points.begin(), points.end(), [](char32_t c) { return c >= 0x80 || is_in(scripts[0], c); });
}

/// Function words of these languages say nothing of what is looked for: they have no neighbours, and are none.
bool is_function_word_in(std::span<const std::string> languages, std::string_view word) {
    return std::ranges::any_of(languages,
                               [&](const std::string& language) { return analyze::is_function_word(word, language); });
}

/// Neighbours of a word by their stem; of those with one stem the likelier first, since added letters more often make a
/// word that is none.
std::map<std::string, std::vector<std::string>> neighbours_by_stem(analyze::MultilingualAnalyzer& analyzer,
                                                                   std::string_view word) {
    std::map<std::string, std::vector<std::string>> neighbours;
    for (const std::string& spelling : one_slip_away(word)) {
        std::vector<analyze::MultilingualAnalyzer::Reading> terms = analyzer.analyze(spelling);
        if (terms.size() != 1) continue;
        neighbours[std::move(terms.front().text)].push_back(spelling);
        for (std::string& other : terms.front().others) neighbours[std::move(other)].push_back(spelling);
    }
    return neighbours;
}

std::vector<std::uint64_t> weights_under(const store::Store& store, const std::vector<std::string>& stems,
                                         const store::ChunkFilter& filter) {
    return filter.collections ? store.term_weights_within(stems, filter) : store.term_weights(stems);
}

/// Of the base, and of the whole query.
std::vector<std::string> languages_of(analyze::MultilingualAnalyzer& analyzer, std::string_view query) {
    std::vector<analyze::WordSpan> words;
    for (const analyze::MultilingualAnalyzer::Reading& reading : analyzer.analyze(query)) {
        if (!reading.alternative) words.push_back({reading.start, reading.end});
    }
    std::vector<std::string> languages = analyzer.languages();
    languages.emplace_back(analyze::language_of_question(query, words));
    return languages;
}

/// Whether a word is a spelling with a short ending more, or with one letter less.
bool is_form_of(std::string_view word, std::string_view spelling) {
    constexpr std::size_t longest_ending = 3;
    const std::size_t shorter = std::min(word.size(), spelling.size());
    return count_code_points(spelling) >= shortest_inflected &&
           word.substr(0, shorter) == spelling.substr(0, shorter) &&
           (word.size() <= spelling.size() + longest_ending && word.size() + 1 >= spelling.size());
}

/// Whether a spelling may be meant: a short word has neighbours by chance that begin otherwise, and those that are
/// shorter yet.
bool may_be_meant(std::string_view spelling, std::string_view word) {
    const std::size_t length = count_code_points(spelling);
    return length >= shortest_inflected || (length >= shortest_misspelt && spelling.front() == word.front());
}

/// The first of the spellings that a document has as it is, or a form of one, of some that have the stem; empty for
/// none.
std::string find_written(const store::Store& store, analyze::MultilingualAnalyzer& analyzer, const std::string& stem,
                         std::span<const std::string> spellings, const store::ChunkFilter& filter) {
    constexpr std::size_t most_chunks = 10;
    std::set<std::string> written;
    analyze::Folder folder;
    for (const document::ScoredChunk& hit : store.lexical({{{stem}}, {}}, {filter, {}}, most_chunks)) {
        const std::optional<store::Chunk> chunk = store.chunk(hit.chunk_id);
        if (!chunk) continue;
        const std::string text =
            fmt::format("{}\n{}\n{}", chunk->title, fmt::join(chunk->span.heading_path, "\n"), chunk->text);
        for (const analyze::Term& term : analyzer.analyze_in("", text)) {
            written.insert(folder.casefold(std::string_view(text).substr(term.start, term.end - term.start)));
        }
    }
    for (const std::string& spelling : spellings) {
        if (written.contains(folder.casefold(spelling))) return spelling;
    }
    for (const std::string& spelling : spellings) {
        const auto found = std::ranges::find_if(
            written, [&](const std::string& word) { return is_form_of(word, folder.casefold(spelling)); });
        if (found != written.end()) return *found;
    }
    return {};
}

/// Of the first word of a text; empty where it has none.
std::vector<std::string> stems_of(analyze::MultilingualAnalyzer& analyzer, std::string_view word) {
    std::vector<analyze::MultilingualAnalyzer::Reading> readings = analyzer.analyze(word);
    if (readings.empty()) return {};
    std::vector<std::string> stems = std::move(readings.front().others);
    stems.insert(stems.begin(), std::move(readings.front().text));
    return stems;
}

std::optional<MendedWord> most_frequent_neighbour(const store::Store& store, analyze::MultilingualAnalyzer& analyzer,
                                                  std::span<const std::string> languages, std::string_view word,
                                                  const store::ChunkFilter& filter) {
    std::map<std::string, std::vector<std::string>> neighbours = neighbours_by_stem(analyzer, word);
    std::vector<std::string> stems;
    for (auto& [stem, spellings] : neighbours) {
        std::erase_if(spellings,
                      [&](const std::string& spelling) { return !may_be_meant(spelling, ascii_lower(word)); });
        if (!spellings.empty()) stems.push_back(stem);
    }
    const std::vector<std::uint64_t> weights = weights_under(store, stems, filter);
    std::vector<std::size_t> there;  // most frequent first
    for (std::size_t i = 0; i < stems.size(); ++i) {
        if (weights[i] == 0 || is_function_word_in(languages, stems[i]) ||
            is_function_word_in(languages, neighbours.at(stems[i]).front())) {
            continue;
        }
        there.push_back(i);
    }
    std::ranges::stable_sort(there, std::ranges::greater(), [&](std::size_t i) { return weights[i]; });
    constexpr std::size_t most_looked_at = 5;
    if (there.size() > most_looked_at) there.resize(most_looked_at);
    std::string meant;
    for (std::size_t i = 0; i < there.size() && meant.empty(); ++i) {
        const std::string& stem = stems[there[i]];
        meant = find_written(store, analyzer, stem, neighbours.at(stem), filter);
    }
    if (meant.empty()) return std::nullopt;
    MendedWord mended{std::string(word), std::move(meant), {}};
    mended.stems.push_back(stems_of(analyzer, mended.meant));
    return mended;
}

/// The words of the documents that a word is made of; nothing where it is of other words too.
std::optional<MendedWord> known_parts(const store::Store& store, analyze::MultilingualAnalyzer& analyzer,
                                      std::span<const std::string> languages, std::string_view word,
                                      const store::ChunkFilter& filter) {
    const analyze::Compound compound(word, [&](std::string_view part) {
        return is_function_word_in(languages, ascii_lower(part)) ? std::vector<std::string>()
                                                                 : stems_of(analyzer, part);
    });
    const std::vector<std::string> terms = compound.all_terms();
    const std::vector<std::uint64_t> weights = weights_under(store, terms, filter);
    std::set<std::string> there;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (weights[i] > 0) there.insert(terms[i]);
    }
    MendedWord mended{std::string(word), {}, {}};
    for (const auto& part : compound.known_parts([&](const std::string& term) { return there.contains(term); })) {
        const std::string_view written = word.substr(part.begin, part.end - part.begin);
        mended.meant += (mended.meant.empty() ? "" : " ") + std::string(written);
        mended.stems.push_back(stems_of(analyzer, written));
    }
    return mended.stems.empty() ? std::nullopt : std::optional(std::move(mended));
}

}  // namespace

std::vector<std::string> one_slip_away(std::string_view word) {
    const std::u32string points = code_points(ascii_lower(word));
    const std::u32string letters = letters_for(points);
    std::vector<std::string> spellings;
    const auto add = [&](const std::u32string& spelling) {
        if (spelling != points && !spelling.empty()) spellings.push_back(to_utf8(spelling));
    };
    for (std::size_t i = 0; i < points.size(); ++i) {
        std::u32string shorter = points;
        shorter.erase(i, 1);
        add(shorter);
        for (std::size_t place = 0; place <= shorter.size(); ++place) {
            if (place + 1 == i) continue;  // this swap is that of the letter before
            std::u32string moved = shorter;
            moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(place), points[i]);
            add(moved);
        }
        for (const char32_t letter : letters) {
            std::u32string other = points;
            other[i] = letter;
            add(other);
        }
    }
    for (std::size_t i = 0; i <= points.size(); ++i) {
        for (const char32_t letter : letters) {
            std::u32string longer = points;
            longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(i), letter);
            add(longer);
        }
    }
    return spellings;
}

Spelling check_spelling(const store::Store& store, std::string_view query, const SearchQuery& parsed,
                        const store::ChunkFilter& filter) {
    Spelling spelling;
    std::vector<std::string> stems;
    for (const SearchQuery::Word& word : parsed.words) {
        stems.insert(stems.end(), word.stems.begin(), word.stems.end());
    }
    const std::vector<std::uint64_t> weights = weights_under(store, stems, filter);
    analyze::MultilingualAnalyzer analyzer(index_languages(store));
    std::vector<std::string> languages;  // looked up when a word is not known
    std::string suggestion(query), respelt(query);
    std::size_t looked_into = 0;
    std::size_t next = 0;  // of the weights
    for (const SearchQuery::Word& word : parsed.words) {
        const auto begin = weights.begin() + static_cast<std::ptrdiff_t>(next);
        next += word.stems.size();
        const auto end = weights.begin() + static_cast<std::ptrdiff_t>(next);
        if (std::any_of(begin, end, [](std::uint64_t weight) { return weight > 0; })) continue;
        if (word.function_word) continue;
        if (std::ranges::find(spelling.missing_words, word.text) == spelling.missing_words.end()) {
            spelling.missing_words.push_back(word.text);
        }
        const std::string_view written = without_possessive(word.text);
        if (looked_into == most_misspelt || word.terms.size() > 1) continue;
        if (languages.empty()) languages = languages_of(analyzer, parsed.text);
        if (is_function_word_in(languages, ascii_lower(written))) continue;
        const bool may_be_compound = !has_digit(written) && std::ranges::any_of(languages, analyze::has_compounds);
        if (!may_be_misspelt(written) && !may_be_compound) continue;
        ++looked_into;
        const auto put_in = [&](const std::string& meant, std::string& text) {
            const std::size_t place = text.find(word.text);
            if (place != std::string::npos) text.replace(place, written.size(), meant);
            return place != std::string::npos;
        };
        std::optional<MendedWord> mended;
        if (may_be_misspelt(written)) mended = most_frequent_neighbour(store, analyzer, languages, written, filter);
        if (mended) {
            static_cast<void>(put_in(mended->meant, respelt));
        } else if (may_be_compound) {
            mended = known_parts(store, analyzer, languages, written, filter);
        }
        if (mended && put_in(mended->meant, suggestion)) spelling.mended.push_back(*std::move(mended));
    }
    if (suggestion != query) spelling.suggestion = std::move(suggestion);
    if (respelt != query) spelling.respelt = std::move(respelt);
    return spelling;
}

void add_meant_words(const std::vector<MendedWord>& mended, SearchQuery& query) {
    for (const MendedWord& word : mended) {
        for (const std::vector<std::string>& stems : word.stems) {
            const bool is_there = std::ranges::any_of(query.terms, [&](const lexical::LexicalTerm& term) {
                return std::ranges::find(stems, term.text) != stems.end();
            });
            if (is_there || query.terms.size() == max_query_terms) continue;
            query.terms.push_back({stems.front(), meant_weight, false, {stems.begin() + 1, stems.end()}});
        }
    }
}

std::string also_searched_note(const std::vector<std::string>& missing_words, std::string_view suggestion) {
    if (suggestion.empty()) return {};
    return fmt::format("no passage has: {}; also searched for: {}", fmt::join(missing_words, ", "), suggestion);
}

}  // namespace quarry::search
