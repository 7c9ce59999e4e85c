#pragma once

#include <array>
#include <string_view>

// Words that deny, and what they deny, as data: English, German, French, Spanish and Russian, in lower case, with a
// space between them.
namespace quarry::answer {

// "n't" is seen apart.
inline constexpr std::string_view denials =
    "cannot lacks neither never no nobody none nor not nothing nowhere without "
    "kein keine keinem keinen keiner keines nicht nichts nie niemand nirgends ohne weder "
    "aucun aucune jamais ni pas rien sans nadie ninguna ninguno ningún nunca sin tampoco "
    "без не нет нельзя ни никогда никто ничего";
// A second one in a clause of these languages is the same: "никогда не", "no viene nadie".
inline constexpr std::string_view languages_of_one_denial = "es fr it pt ru";
// Behind a denial they make it none, or one of all others: "not only", "nobody but", "no doubt".
inline constexpr std::string_view exceptions =
    "only but except save nur außer seulement sauf solo sólo solamente excepto salvo sino только кроме "
    "just merely simply bloß doubt matter least zweifel zuletzt doute duda сомнения сомнений";
// Before one they do too: "тем не менее".
inline constexpr std::string_view exceptions_before = "тем";

/// Words that deny what they say of, where one of the links stands behind them; any word does if there is none.
struct DenyingWords {
    std::string_view words;
    std::string_view links;
    bool means_more = true;  ///< "Refused" is no mere "not".
};
inline constexpr auto denying_words = std::to_array<DenyingWords>({
    {"refuse refuses refused decline declines declined fail fails failed neglect neglects neglected forget forgets "
     "forgot",
     "to"},
    {"unable", "to", false},
    {"deny denies denied", "that"},
    {"false untrue wrong incorrect myth", "that", false},
    {"refuse refusa refusé refusent", "de d"},
    {"nia", "que qu"},
    {"faux", "que qu", false},
    {"negó niega negaron niegan", "que"},
    {"falso", "que", false},
    {"negó niega negaron niegan", "a"},
    {"отрицает отрицал отрицала", "что"},
    {"неверно", "что", false},
    {"отказался отказалась отказались отказывается", ""},
});

// The word behind them is the one of all others of which it is not so: "everything except the logs".
inline constexpr std::string_view exclusions =
    "except excepting außer ausgenommen sauf excepté excepto salvo exceptuando кроме исключая";
// So are those behind these words, where a word of all stands before.
inline constexpr auto exclusion_pairs = std::to_array<std::string_view>(
    {"other than", "apart from", "aside from", "exception of", "abgesehen von", "ausnahme von", "ausnahme der",
     "ausnahme des", "à part", "exception de", "exception du", "excepción de", "excepción del", "aparte de",
     "исключением"});
inline constexpr std::string_view words_of_all =
    "all any anybody anyone anything each every everybody everyone everything "
    "alle allen aller alles jede jeden jeder jedes sämtliche tous toutes tout toute chaque todos todas todo toda cada "
    "все всё всех каждый каждая каждое";
// Of the exclusions, those that at the beginning of a part may mean "besides".
inline constexpr std::string_view additions = "кроме";
// Behind one of these "but" is one too: "everyone but the chair".
inline constexpr std::string_view words_before_but =
    "all anybody anyone anything everybody everyone everything";

// A part of the clause begins with them, with a denial of its own: "closed after the owner refused to pay".
inline constexpr std::string_view words_of_time_parts =
    "after before once whereas nachdem bevor après avant después antes";
// They deny by being who does it, at the beginning of a clause: "nothing is lost".
inline constexpr std::string_view denying_pronouns =
    "nobody none nothing niemand nichts keiner aucun personne rien nada nadie ninguno никто ничего ничто";
// What stands behind them is so, where what stands before is not: "not red but blue".
inline constexpr std::string_view contrasts = "but sondern mais sino aber pero а но";
// Before a denial, the verb stands behind it: "does not store keys but values".
inline constexpr std::string_view verbs_of_denial = "do does did don't doesn't didn't don’t doesn’t didn’t";
// Before a number, with a full stop: "No. 5".
inline constexpr std::string_view number_signs = "no nos nr";

// Conditions, in English: of what is so unless they hold, and of what is so if they do.
inline constexpr std::string_view excepting_conditions = "unless";
inline constexpr std::string_view plain_conditions = "if when whenever once";

}  // namespace quarry::answer
