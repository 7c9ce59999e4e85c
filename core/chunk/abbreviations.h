#pragma once

#include <string_view>

namespace quarry::chunk {

/// What a full stop behind a word says, by the word.
enum class Abbreviation {
    none,
    never_ends,           ///< "Dr.", "e.g.": the sentence goes on.
    reference,            ///< "No.", "Fig.": the sentence goes on before a number.
    date,                 ///< "Jan.", "Mon.": the same, and before a name; capitalised only.
    may_end,              ///< "Inc.", "a.m.": the sentence ends when what follows begins like one.
    ends_before_capital,  ///< "etc.": the sentence ends before any capital.
};

/// What the word is, without its last full stop: "Dr", "e.g". English, and the commonest of German, French and Spanish.
[[nodiscard]] Abbreviation find_abbreviation(std::string_view word);

/// Whether English sentences often begin with this word and names never do: "The", "However".
[[nodiscard]] bool starts_sentences(std::string_view word);

/// Whether the word is a German month: "5. Mai".
[[nodiscard]] bool is_german_month(std::string_view word);

}  // namespace quarry::chunk
