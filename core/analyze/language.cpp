#include "core/analyze/language.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/analyze/function_word_lists.h"
#include "core/base/characters.h"
#include "core/base/text.h"
#include "core/document/source_language.h"

namespace quarry::analyze {
namespace {

constexpr std::size_t languages_with_words = std::size(function_word_lists);
static_assert(languages_with_words <= 64, "a word's languages are bits");

constexpr std::size_t index_of_language(std::string_view language) {
    std::size_t i = 0;
    while (function_word_lists[i].language != language) ++i;
    return i;
}

/// Letters that of the languages here with the same script only one has, or uses often.
struct TellingLetters {
    std::size_t language = 0;
    std::u32string_view letters;
};
/// The horned o and u, and the block of Vietnamese in Latin Extended Additional: no other language here has them.
constexpr bool is_vietnamese_letter(char32_t c) {
    return c == 0x01A0 || c == 0x01A1 || c == 0x01AF || c == 0x01B0 || (c >= 0x1EA0 && c <= 0x1EF9);
}

constexpr TellingLetters telling_letters[] = {
    {index_of_language("ru"), U"ыэё"},    {index_of_language("uk"), U"іїєґ"},   {index_of_language("bg"), U"ъ"},
    {index_of_language("sr"), U"јљњћђџ"}, {index_of_language("ar"), U"ةيكأإى"}, {index_of_language("fa"), U"پچژگ"},
    {index_of_language("ur"), U"ٹڈڑںے"},
};

/// Where words of up to 8 bytes are looked up.
class FunctionWordTable {
public:
    FunctionWordTable() : slots_(slot_count) {
        for (std::size_t language = 0; language < languages_with_words; ++language) {
            std::string_view rest = function_word_lists[language].frequent;
            while (!rest.empty()) {
                const std::string_view word = rest.substr(0, rest.find(' '));
                rest.remove_prefix(std::min(rest.size(), word.size() + 1));
                slot(key_of(word)).languages |= std::uint64_t{1} << language;
            }
        }
    }

    static constexpr std::size_t slot_count = 4096;

    /// Where the word is, or a place without languages.
    [[nodiscard]] std::size_t find(std::uint64_t key) const {
        std::size_t at = place_of(key);
        while (slots_[at].key != key && slots_[at].key != 0) at = (at + 1) % slot_count;
        return at;
    }
    /// The languages that have the word at a place, as bits.
    [[nodiscard]] std::uint64_t languages_at(std::size_t place) const { return slots_[place].languages; }

    /// The bytes of a word of 1 to 8 bytes, none of them zero.
    [[nodiscard]] static std::uint64_t key_of(std::string_view word) {
        std::uint64_t key = 0;
        for (const char c : word) key = key << 8U | static_cast<unsigned char>(c);
        return key;
    }

private:
    struct Slot {
        std::uint64_t key = 0;  ///< 0: free.
        std::uint64_t languages = 0;
    };
    [[nodiscard]] static std::size_t place_of(std::uint64_t key) { return (key * 0x9E3779B97F4A7C15ULL) >> 52U; }
    Slot& slot(std::uint64_t key) {
        Slot& its_slot = slots_[find(key)];
        its_slot.key = key;
        return its_slot;
    }

    std::vector<Slot> slots_;
};

/// Scripts that one language is nearly always meant by, or none that is told from others here.
enum class Script : std::uint8_t { latin, greek, cyrillic, hebrew, arabic, devanagari, thai, kana, hangul, han, other };
constexpr std::size_t script_count = 11;

Script script_of(char32_t c) {
    struct Range {
        char32_t first, last;
        Script script;
    };
    static constexpr Range ranges[] = {
        {0x0041, 0x024F, Script::latin},  {0x0370, 0x03FF, Script::greek},  {0x0400, 0x052F, Script::cyrillic},
        {0x0590, 0x05FF, Script::hebrew}, {0x0600, 0x077F, Script::arabic}, {0x0900, 0x097F, Script::devanagari},
        {0x0E00, 0x0E7F, Script::thai},   {0x1E00, 0x1EFF, Script::latin},  {0x3040, 0x30FF, Script::kana},
        {0x3400, 0x9FFF, Script::han},    {0xAC00, 0xD7AF, Script::hangul},
    };
    for (const Range& range : ranges) {
        if (c >= range.first && c <= range.last) return range.script;
    }
    return Script::other;
}

/// Counts what a text's words say about its language.
class LanguageEvidence {
public:
    /// `text` ends at the end of a word.
    void add(std::string_view text) {
        for (std::size_t i = 0; i < text.size();) {
            const auto first = static_cast<unsigned char>(text[i]);
            if (first < 0x80 && !is_ascii_letter(first)) {
                ++i;
                continue;
            }
            i = add_word(text, i);
        }
    }

    /// The language, once the words seen so far leave no doubt; "" before.
    [[nodiscard]] std::string_view verdict() const {
        const auto most = std::max_element(characters_.begin(), characters_.end());
        switch (static_cast<Script>(most - characters_.begin())) {
            case Script::greek: return alone("el");
            case Script::hebrew: return alone("he");
            case Script::thai: return alone("th");
            case Script::hangul: return alone("ko");
            case Script::kana: return alone("ja");
            // Japanese has its endings and particles in Kana.
            case Script::han: return alone(characters_of(Script::kana) * 10 > characters_of(Script::han) ? "ja" : "zh");
            case Script::other: return {};
            default: return by_words();
        }
    }

private:
    // Fewer words may be a name, a heading, a line of code.
    static constexpr std::uint32_t fewest_hits = 5;
    // Of different words, in Latin letters: "Los Angeles" may stand there many times.
    static constexpr std::uint32_t fewest_words = 4;
    static constexpr std::uint32_t fewest_characters = 20;

    static bool is_ascii_letter(unsigned char c) { return static_cast<unsigned char>((c | 0x20U) - 'a') < 26; }
    [[nodiscard]] std::uint32_t characters_of(Script script) const {
        return characters_[static_cast<std::size_t>(script)];
    }

    std::size_t add_word(std::string_view text, std::size_t i) {
        static const FunctionWordTable table;
        std::uint64_t key = 0;
        std::size_t told = languages_with_words;  // the language that a letter tells
        const std::size_t start = i;
        for (; i < text.size();) {
            const auto c = static_cast<unsigned char>(text[i]);
            if (c < 0x80) {
                if (!is_ascii_letter(c)) break;
                ++characters_[0];
                key = key << 8U | (c | 0x20U);
                ++i;
                continue;
            }
            const CodePoint point = decode_utf8(text, i);
            const Script script = script_of(point.value);
            if (script == Script::other) {
                if (i == start) return i + point.length;
                break;
            }
            ++characters_[static_cast<std::size_t>(script)];
            if (script == Script::cyrillic || script == Script::arabic || is_vietnamese_letter(point.value)) {
                told = std::min(told, told_by(point.value));
            }
            for (std::size_t byte = 0; byte < point.length; ++byte) {
                key = key << 8U | static_cast<unsigned char>(text[i + byte]);
            }
            i += point.length;
        }
        // A single letter is a variable more often than a word.
        if (i - start == 1) return i;
        ++words_;
        if (told < languages_with_words) ++hits_[told];
        if (i - start > sizeof key) return i;
        const std::size_t place = table.find(key);
        if (told < languages_with_words && !seen_[place]) ++different_words_[told];
        for (std::uint64_t languages = table.languages_at(place); languages != 0; languages &= languages - 1) {
            const auto language = static_cast<std::size_t>(std::countr_zero(languages));
            ++hits_[language];
            if (!seen_[place]) ++different_words_[language];
        }
        seen_[place] = true;
        return i;
    }

    static std::size_t told_by(char32_t letter) {
        if (is_vietnamese_letter(letter)) return index_of_language("vi");
        for (const TellingLetters& telling : telling_letters) {
            if (telling.letters.find(letter) != std::u32string_view::npos) return telling.language;
        }
        return languages_with_words;
    }

    /// A script's only language here, which the text is in when it has more than a few characters of it.
    [[nodiscard]] std::string_view alone(std::string_view language) const {
        std::uint32_t all = 0;
        for (std::size_t script = 1; script < script_count; ++script) all += characters_[script];
        return all >= fewest_characters ? language : std::string_view();
    }

    /// Of a text's words a third and more are in its language's list, in languages with long words an eighth; and of
    /// languages that share many of them, its own has clearly more.
    [[nodiscard]] std::string_view by_words() const {
        std::size_t best = 0;
        for (std::size_t i = 1; i < languages_with_words; ++i) {
            if (hits_[i] > hits_[best]) best = i;
        }
        std::uint32_t second = 0;
        for (std::size_t i = 0; i < languages_with_words; ++i) {
            if (i != best) second = std::max(second, hits_[i]);
        }
        const std::uint32_t hits = hits_[best];
        const bool is_latin = characters_[0] * 2 > *std::max_element(characters_.begin(), characters_.end());
        if (is_latin && different_words_[best] < fewest_words) return {};
        if (hits < fewest_hits || hits * 8 < words_ || hits * 4 < second * 5 || hits < second + 2) return {};
        return function_word_lists[best].language;
    }

    std::array<std::uint32_t, script_count> characters_{};
    std::array<std::uint32_t, languages_with_words> hits_{};
    std::array<std::uint32_t, languages_with_words> different_words_{};
    std::bitset<FunctionWordTable::slot_count> seen_;
    std::uint32_t words_ = 0;
};

/// Those that libstemmer has rules for.
constexpr std::string_view stemmed_languages[] = {"ar", "ca", "da", "de", "el", "en", "es", "eu", "fi", "fr",
                                                  "ga", "hi", "hu", "hy", "id", "it", "lt", "ne", "nl", "no",
                                                  "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi"};
constexpr std::string_view vietnamese = "vi";
constexpr std::string_view languages_in_other_scripts[] = {"ar", "el", "hi", "hy", "ne", "ru", "sr", "ta", "yi"};

bool is_among(std::span<const std::string_view> languages, std::string_view language) {
    return std::find(languages.begin(), languages.end(), language) != languages.end();
}

/// Where a piece of about `size` bytes that begins at `start` can end: behind a blank.
std::size_t piece_end(std::string_view text, std::size_t start, std::size_t size) {
    if (text.size() - start <= size) return text.size();
    std::size_t end = start + size;
    while (end > start && static_cast<unsigned char>(text[end - 1]) > ' ') --end;
    if (end > start) return end;
    end = start + size;  // a text without blanks: between two characters
    while (end > start && is_utf8_continuation(text[end])) --end;
    return end;
}

}  // namespace

std::string_view detect_language(std::string_view text) {
    // Most texts have said it in their first lines.
    constexpr std::size_t piece_size = 256;
    text = text.substr(0, floor_to_code_point(text, std::min(text.size(), language_sample_bytes)));
    LanguageEvidence evidence;
    std::string_view language;
    std::size_t agreed = 0;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = piece_end(text, start, piece_size);
        evidence.add(text.substr(start, end - start));
        start = end;
        const std::string_view now = evidence.verdict();
        agreed = !now.empty() && now == language ? agreed + 1 : 0;
        language = now;
        if (agreed == 1) break;
    }
    return language;
}

bool accents_tell_words_apart(std::string_view language) noexcept { return language == vietnamese; }

bool has_vietnamese_letter(std::string_view folded) noexcept {
    for (std::size_t at = 0; at < folded.size();) {
        const CodePoint point = decode_utf8(folded, at);
        at += point.length;
        if (is_vietnamese_letter(point.value)) return true;
    }
    return false;
}

std::string_view stemming_language(std::string_view language) noexcept {
    if (language == "nb" || language == "nn") return "no";
    if (accents_tell_words_apart(language)) return vietnamese;
    for (const std::string_view stemmed : stemmed_languages) {
        if (stemmed == language) return stemmed;
    }
    return "en";
}

bool is_written_in_latin(std::string_view language) noexcept { return !is_among(languages_in_other_scripts, language); }

std::string document_language(const document::Document& document, std::string_view wanted) {
    if (wanted != automatic_language) return std::string(wanted);
    if (!document.language.empty() || document::source_language_of(document.media_type) != nullptr)
        return document.language;
    return std::string(detect_language(document.text));
}

}  // namespace quarry::analyze
