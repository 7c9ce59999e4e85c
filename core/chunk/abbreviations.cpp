#include "core/chunk/abbreviations.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::chunk {
namespace {

// Each list in order, in lower case.
constexpr auto words_never_ending = std::to_array<std::string_view>(
    {"abb",  "adm",    "ald",  "approx", "brig", "bzw", "c.f", "ca",  "capt", "cf",  "cmdr", "col",  "cpl",  "d.h",
     "det",  "dipl",   "dott", "dr",     "dra",  "drs", "e.g", "eg",  "env",  "esp", "evtl", "excl", "fr",   "ft",
     "gen",  "ggf",    "gov",  "hon",    "hr",   "hrn", "i.e", "ie",  "incl", "ing", "insp", "inkl", "lt",   "m.w",
     "maj",  "messrs", "mlle", "mm",     "mme",  "mr",  "mrs", "ms",  "msgr", "mt",  "mx",   "o.g",  "op",   "p.ex",
     "pres", "prof",   "pvt",  "rep",    "resp", "rev", "sen", "sgt", "sig",  "sog", "sr",   "sra",  "srta", "ste",
     "supt", "u.a",    "ud",   "uds",    "v",    "vgl", "viz", "vs",  "z.b",  "zzgl"});

constexpr auto words_before_numbers = std::to_array<std::string_view>(
    {"app",  "art", "bk",  "c",    "ch",  "chap", "cl",  "eq",  "eqs",     "ex",  "f",   "fig",
     "figs", "fn",  "l",   "ll",   "n",   "no",   "nos", "nr",  "n\u00B0", "p",   "par", "para",
     "pp",   "pt",  "ref", "refs", "sec", "sect", "ser", "tab", "tel",     "ver", "vol", "vols"});

constexpr auto words_of_dates =
    std::to_array<std::string_view>({"apr", "aug", "dec", "feb",  "fri", "jan", "jul",  "jun",   "mar", "mon",  "nov",
                                     "oct", "sat", "sep", "sept", "sun", "thu", "thur", "thurs", "tue", "tues", "wed"});

constexpr auto words_maybe_ending = std::to_array<std::string_view>(
    {"a.d",  "a.m",  "al",   "assn", "ave",  "b.a", "b.c", "b.sc", "blvd", "bros", "co",  "corp",  "d.c",
     "dept", "dist", "ed",   "eds",  "esq",  "est", "hrs", "inc",  "jr",   "ltd",  "m.a", "m.d",   "m.sc",
     "mfg",  "min",  "mins", "p.m",  "ph.d", "rd",  "sq",  "st",   "u.k",  "u.n",  "u.s", "u.s.a", "univ"});

constexpr auto words_ending_before_capitals = std::to_array<std::string_view>({"ecc", "etc", "usf", "usw"});

constexpr auto sentence_openers = std::to_array<std::string_view>(
    {"a",         "after",    "all",     "also",    "although", "an",     "and",     "another", "any",     "are",
     "as",        "at",       "because", "before",  "both",     "but",    "by",      "can",     "could",   "did",
     "do",        "does",     "during",  "each",    "every",    "few",    "finally", "first",   "for",     "from",
     "had",       "has",      "have",    "he",      "hence",    "her",    "here",    "his",     "how",     "however",
     "i",         "if",       "in",      "instead", "is",       "it",     "its",     "let",     "many",    "may",
     "meanwhile", "moreover", "most",    "my",      "next",     "no",     "not",     "now",     "of",      "on",
     "one",       "or",       "other",   "our",     "perhaps",  "please", "see",     "shall",   "she",     "should",
     "since",     "so",       "some",    "such",    "that",     "the",    "their",   "then",    "there",   "therefore",
     "these",     "they",     "this",    "those",   "though",   "thus",   "to",      "today",   "two",     "under",
     "unless",    "until",    "was",     "we",      "were",     "what",   "when",    "where",   "whether", "which",
     "while",     "who",      "why",     "will",    "with",     "would",  "yes",     "yet",     "you",     "your"});

constexpr auto german_months =
    std::to_array<std::string_view>({"april", "august", "dezember", "februar", "januar", "juli", "juni", "mai",
                                     "m\u00E4rz", "november", "oktober", "september"});

template <typename List>
bool listed(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// "U.S", "J.R.R": single letters with full stops between them.
bool is_dotted(std::string_view word) noexcept {
    if (word.size() < 3 || word.size() % 2 == 0) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (i % 2 == 0 ? !is_ascii_letter(word[i]) : word[i] != '.') return false;
    }
    return true;
}

}  // namespace

Abbreviation find_abbreviation(std::string_view word) {
    constexpr std::size_t longest = 8;
    if (word.empty() || word.size() > 2 * longest) return Abbreviation::none;
    const std::string lower = ascii_lower(word);
    if (listed(words_never_ending, lower)) return Abbreviation::never_ends;
    if (listed(words_before_numbers, lower)) return Abbreviation::reference;
    if (is_ascii_upper(word.front()) && listed(words_of_dates, lower)) return Abbreviation::date;
    if (listed(words_ending_before_capitals, lower)) return Abbreviation::ends_before_capital;
    // A single capital is an initial.
    if (word.size() == 1 && is_ascii_upper(word.front())) return Abbreviation::may_end;
    return listed(words_maybe_ending, lower) || is_dotted(word) ? Abbreviation::may_end : Abbreviation::none;
}

bool starts_sentences(std::string_view word) {
    return word.size() <= 9 && !word.empty() && is_ascii_upper(word.front()) &&
           listed(sentence_openers, ascii_lower(word));
}

bool is_german_month(std::string_view word) { return word.size() <= 9 && listed(german_months, ascii_lower(word)); }

}  // namespace quarry::chunk
