#pragma once

#include <span>
#include <string_view>

namespace quarry::chunk {

/// What a full stop behind a word says, by the word.
enum class Abbreviation {
    none,
    never_ends,           ///< "Dr.", "z. B.": the sentence goes on.
    reference,            ///< "No.", "Fig.": the sentence goes on before a number.
    date,                 ///< "Jan.", "Mon.": the same, and before a name; capitalised only.
    may_end,              ///< "Inc.", "a.m.": the sentence ends when what follows begins like one.
    ends_before_capital,  ///< "etc.": the sentence ends before any capital.
    unit,                 ///< "ft.": ends before a capital behind a number ("5 ft."), else it goes on.
};

/// The words of a language, one file of core/chunk/languages each. A line is a kind, a colon and words in lower case,
/// without their last full stop and without spaces: "never: dr z.b".
///
/// Kinds of abbreviations are never, number (a reference), date, maybe, capital and unit; "-str" is any word that ends
/// so. "opener" words often begin sentences and are not names, "ordinal" words stand before "2." and "month" words
/// behind it, in languages that write ordinals with a full stop. Lines with "#" are comments.
struct LanguageList {
    std::string_view name;  ///< "de"
    std::string_view text;
};

/// All of them. A word has the same meaning in every language: texts mix languages, and often do not say which.
[[nodiscard]] std::span<const LanguageList> language_lists();

/// What the word is, without its last full stop: "Dr", "e.g"; a spaced one without its spaces: "z.B".
[[nodiscard]] Abbreviation find_abbreviation(std::string_view word);

/// Whether an abbreviation of several parts begins with that, which ends in a full stop: "z.".
[[nodiscard]] bool begins_abbreviation(std::string_view parts);

/// Whether sentences often begin with this word and names never do: "The", "However".
[[nodiscard]] bool starts_sentences(std::string_view word);

/// Whether an ordinal number is to be expected behind the word, "der", or stands before it, "Mai".
[[nodiscard]] bool precedes_ordinal(std::string_view word);
[[nodiscard]] bool follows_ordinal(std::string_view word);

}  // namespace quarry::chunk
