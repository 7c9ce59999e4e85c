// The analyzer: which terms a text gives, and where they lie.
#include "core/analyze/analyzer.h"

#include <gtest/gtest.h>

#include <string>

namespace quarry::analyze {
namespace {

struct Case {
    std::string name;
    std::string language;
    std::string text;
    std::string terms;
};

class AnalyzerTerms : public ::testing::TestWithParam<Case> {};

TEST_P(AnalyzerTerms, AreThese) {
    Analyzer analyzer(GetParam().language);
    EXPECT_EQ(analyzer.analyzed(GetParam().text), GetParam().terms);
}

const Case cases[] = {
    {"nothing", "en", "", ""},
    {"blank", "en", " \t\n ", ""},
    {"punctuation_only", "en", "--- *** !? ... __ _", ""},
    {"plural_and_case", "en", "Foxes JUMPED", "fox jump"},
    {"possessive", "en", "the world's", "the world"},
    {"contraction", "en", "don't", "dont"},
    {"typographic_apostrophe", "en", "don\u2019t world\u2019s", "dont world"},
    {"hyphenated", "en", "state-of-the-art", "state of the art"},
    {"camel_case", "en", "getUserName", "getusernam get user name"},
    {"acronym_then_word", "en", "HTTPServer", "httpserver http server"},
    {"snake_case", "en", "max_file_size", "maxfiles max file size"},
    {"constant", "en", "MAX_SIZE", "maxsiz max size"},
    {"dunder", "en", "__init__", "init"},
    {"single_letter_parts_are_dropped", "en", "mRNA", "mrna rna"},
    {"capitals_are_one_word", "en", "NASA", "nasa"},
    {"digit_then_capital", "en", "utf8String", "utf8str utf8 string"},
    {"acronym_with_stops", "en", "U.S.A. e.g.", "usa eg"},
    {"thousands", "en", "384,400 km", "384400 km"},
    {"decimals", "en", "3.14", "3 14"},
    {"comma_without_thousands", "en", "1,2", "1 2"},
    {"dotted_name", "en", "example.com", "exampl com"},
    {"dotted_camel", "en", "os.pathSep", "os pathsep path sep"},
    {"scope", "en", "std::string", "std string"},
    {"accents_go", "en", "r\u00E9sum\u00E9 na\u00EFve", "resum naiv"},
    {"decomposed_accents_go", "en", "re\u0301sume\u0301", "resum"},
    {"ligature", "en", "\uFB01nd", "find"},
    {"full_width", "en", "\uFF26\uFF35\uFF2C\uFF2C", "full"},
    {"sharp_s", "de", "Stra\u00DFen", "strass"},
    {"german_umlaut", "de", "H\u00E4user", "haus"},
    {"russian", "ru", "\u043A\u043D\u0438\u0433\u0438", "\u043A\u043D\u0438\u0433"},
    {"french", "fr", "continuellement", "continuel"},
    {"french_elision", "fr", "l'\u00E9tat qu\u2019on aujourd'hui", "etat on aujourdhui"},
    {"italian_elision", "it", "dell'arte", "arte"},
    {"exact_forms_follow", "vi", "\u0110\u1ED9i th\u1EE7 Panthers, ba m\u00E1",
     "doi thu panther ba ma \u0111\u1ED9i th\u1EE7 m\u00E1"},
    {"exact_forms_are_composed", "vi", "ma\u0301", "ma m\u00E1"},
    {"apostrophes_of_names_stay", "en", "o'brien l'etat", "obrien letat"},
    {"english_within_russian", "ru", "running \u043A\u043D\u0438\u0433\u0443", "run \u043A\u043D\u0438\u0433"},
    {"no_language", "", "Foxes jumped", "foxes jumped"},
    {"unknown_language", "xx", "Foxes", "foxes"},
    {"han_pairs", "en", "\u65E5\u672C\u8A9E", "\u65E5\u672C \u672C\u8A9E"},
    {"han_single", "en", "\u65E5 \u672C", "\u65E5 \u672C"},
    {"han_beside_latin", "en", "\u65E5\u672Cabc", "\u65E5\u672C abc"},
    {"kana_keep_voicing", "en", "\u304C\u304B", "\u304C\u304B"},
    {"half_width_kana", "en", "\uFF76\uFF77", "\u30AB\u30AD"},
    {"hangul_pairs", "en", "\uD55C\uAD6D\uC5B4", "\uD55C\uAD6D \uAD6D\uC5B4"},
    {"thai_by_dictionary", "en", "\u0E20\u0E32\u0E29\u0E32\u0E44\u0E17\u0E22",
     "\u0E20\u0E32\u0E29\u0E32 \u0E44\u0E17\u0E22"},
    {"greek_final_sigma", "", "\u039F\u0394\u039F\u03A3 \u03BF\u03B4\u03CC\u03C2",
     "\u03BF\u03B4\u03BF\u03C3 \u03BF\u03B4\u03BF\u03C3"},
    {"emoji_are_no_terms", "en", "good \U0001F600 news", "good news"},
    {"unicode_camel_case", "", "gro\u00DFe\u00DCbung", "grosseubung grosse ubung"},
};

TEST(AnalyzerTest, goes_from_one_language_to_another_and_back) {
    for (const Analyzer::Memory memory : {Analyzer::Memory::large, Analyzer::Memory::small}) {
        Analyzer analyzer("en", memory);
        for (int i = 0; i < 2; ++i) {
            EXPECT_EQ(analyzer.analyzed("Kinder running"), "kinder run");
            analyzer.use("de");
            EXPECT_EQ(analyzer.analyzed("Kinder running"), "kind running");
            analyzer.use("en");
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Analyzer, AnalyzerTerms, ::testing::ValuesIn(cases),
                         [](const auto& tested) { return tested.param.name; });

TEST(Analyzer, SpansAreTheBytesOfTheText) {
    Analyzer analyzer;
    std::vector<Term> terms;
    const std::string text = "na\u00EFve getName";
    analyzer.analyze(text, terms);
    ASSERT_EQ(terms.size(), 4U);
    EXPECT_EQ(text.substr(terms[0].start, terms[0].end - terms[0].start), "na\u00EFve");
    EXPECT_EQ(text.substr(terms[1].start, terms[1].end - terms[1].start), "getName");
    EXPECT_FALSE(terms[1].alternative);
    EXPECT_EQ(text.substr(terms[2].start, terms[2].end - terms[2].start), "get");
    EXPECT_TRUE(terms[2].alternative);
    EXPECT_EQ(text.substr(terms[3].start, terms[3].end - terms[3].start), "Name");
    EXPECT_TRUE(terms[3].alternative);
}

TEST(Analyzer, ExactFormsAreOfTheIndexAlone) {
    Analyzer analyzer("vi");
    std::vector<Term> terms;
    EXPECT_EQ(analyzer.analyzed("m\u00E1"), "ma m\u00E1");
    analyzer.analyze("m\u00E1", terms);
    ASSERT_EQ(terms.size(), 1U);
    EXPECT_EQ(terms[0].text, "ma");
    EXPECT_EQ(analyzer.exact_form("M\u00C1"), "m\u00E1");
    EXPECT_EQ(analyzer.exact_form("ma"), "");
    analyzer.use("fr");
    EXPECT_EQ(analyzer.analyzed("\u00E9t\u00E9"), "ete");
}

TEST(Analyzer, PassesByWhatIsNotSeen) {
    Analyzer analyzer;
    std::vector<Term> terms;
    const std::string text = "\uFEFFpass\u200Bword \u202ADonau\u00ADdampf\u202C";
    analyzer.analyze(text, terms);
    ASSERT_EQ(terms.size(), 2U);
    EXPECT_EQ(terms[0].text, "password");
    EXPECT_EQ(text.substr(terms[0].start, terms[0].end - terms[0].start), "pass\u200Bword");
    EXPECT_EQ(text.substr(terms[1].start, terms[1].end - terms[1].start), "Donau\u00ADdampf");
    EXPECT_EQ(analyzer.analyzed(text), terms[0].text + ' ' + terms[1].text);
}

TEST(Analyzer, ReusesTheVectorAndLeavesNothingOver) {
    Analyzer analyzer;
    std::vector<Term> terms;
    analyzer.analyze("one two three", terms);
    EXPECT_EQ(terms.size(), 3U);
    analyzer.analyze("four", terms);
    ASSERT_EQ(terms.size(), 1U);
    EXPECT_EQ(terms[0].text, "four");
    analyzer.analyze("", terms);
    EXPECT_TRUE(terms.empty());
}

TEST(Analyzer, VowelSignsAreKeptApart) {
    Analyzer analyzer;
    // Hindi "din" (day) and "dIn" (poor) differ in a vowel sign only.
    EXPECT_NE(analyzer.analyzed("\u0926\u093F\u0928"), analyzer.analyzed("\u0926\u0940\u0928"));
}

TEST(Analyzer, TakesEncodedDataWithoutOverlongTerms) {
    Analyzer analyzer;
    std::vector<Term> terms;
    const std::string text = std::string(100000, 'x') + " " + std::string(100000, 'y') + "\u00E9";
    analyzer.analyze(text, terms);
    ASSERT_GE(terms.size(), 2U);
    EXPECT_EQ(terms.front().end, 16384U);
    for (const Term& term : terms) EXPECT_LE(term.text.size(), 256U);
}

TEST(Analyzer, MovesWithItsState) {
    Analyzer first("de");
    Analyzer second(std::move(first));
    EXPECT_EQ(second.analyzed("H\u00E4user"), "haus");
    first = Analyzer("en");
    EXPECT_EQ(first.analyzed("Foxes"), "fox");
}

TEST(Analyzer, FingerprintNamesItsParts) { EXPECT_NE(Analyzer::fingerprint().find("icu/"), std::string_view::npos); }

}  // namespace
}  // namespace quarry::analyze
