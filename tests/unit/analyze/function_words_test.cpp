#include "core/analyze/function_words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/analyze/analyzer.h"

namespace quarry::analyze {
namespace {

/// The words of a question that are no function words.
std::string content_of(std::string_view question) {
    std::vector<Term> terms;
    Analyzer("en", Analyzer::Memory::small).analyze(question, terms);
    const std::vector<bool> functions = find_function_terms(question, terms);
    std::string content;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (functions[i] || terms[i].alternative) continue;
        content +=
            (content.empty() ? "" : " ") + std::string(question.substr(terms[i].start, terms[i].end - terms[i].start));
    }
    return content;
}

struct FunctionWordCase {
    const char* name;
    const char* question;
    const char* content;
};

class FunctionWordsTest : public ::testing::TestWithParam<FunctionWordCase> {};

TEST_P(FunctionWordsTest, leaves_what_a_question_is_about) {
    EXPECT_EQ(content_of(GetParam().question), GetParam().content);
}

INSTANTIATE_TEST_SUITE_P(
    questions, FunctionWordsTest,
    ::testing::Values(FunctionWordCase{"english", "What is the capital of France, and who's its mayor?",
                                       "capital France mayor"},
                      FunctionWordCase{"typographic_apostrophe", "Why doesn\u2019t it start?", "start"},
                      FunctionWordCase{"german", "Wie viele Tage Ferien habe ich?", "Tage Ferien"},
                      FunctionWordCase{"french", "Comment est-ce que je peux ouvrir un fichier ?", "ouvrir fichier"},
                      FunctionWordCase{"spanish", "\u00BFCu\u00E1l es la capital de Francia?", "capital Francia"},
                      FunctionWordCase{"russian",
                                       "\u041A\u0430\u043A \u043E\u0442\u043A\u0440\u044B\u0442\u044C "
                                       "\u0444\u0430\u0439\u043B?",
                                       "\u043E\u0442\u043A\u0440\u044B\u0442\u044C \u0444\u0430\u0439\u043B"},
                      // The German article is an English noun.
                      FunctionWordCase{"one_language_at_a_time", "the die of a coin", "die coin"},
                      // The German pronoun is an English verb.
                      FunctionWordCase{"letters", "Was prüfen Techniker an der Bahn", "prüfen Techniker Bahn"},
                      FunctionWordCase{"names", "when did The Who play with us", "The Who play"},
                      FunctionWordCase{"titles_are_no_names", "How to Reduce Salt in Your Diet", "Reduce Salt Diet"},
                      FunctionWordCase{"sentences", "I have a dog. What can he eat?", "dog eat"},
                      FunctionWordCase{"quoted", "what does \"to be\" mean", "to be mean"},
                      FunctionWordCase{"options", "what does -a do, and --all", "a all"},
                      FunctionWordCase{"parts", "the read-only of is_set", "read only is_set"},
                      FunctionWordCase{"japanese", "予約はどうすればいいですか", "予約"},
                      FunctionWordCase{"japanese_noun", "りんごを買う方法", "りん んご 買う 方法"},
                      FunctionWordCase{"japanese_character", "本はどこ", "本は"},
                      FunctionWordCase{"nothing_else", "who is it", "who is it"}),
    [](const ::testing::TestParamInfo<FunctionWordCase>& row) { return std::string(row.param.name); });

TEST(FunctionWordsTest, WhatIsLeftOfAQuestionIsReadInItsLanguage) {
    constexpr WordSpan words[] = {{0, 2}, {3, 11}};
    EXPECT_EQ(find_function_words("un adelanto", words, "es"), (std::vector<bool>{true, false}));
    constexpr WordSpan article[] = {{0, 3}, {4, 8}};
    EXPECT_EQ(find_function_words("die coin", article, "en"), (std::vector<bool>{false, false}));
    EXPECT_EQ(find_function_words("die coin", article, "de"), (std::vector<bool>{true, false}));
}

TEST(FunctionWordWeightTest, together_they_are_one_word_at_most) {
    EXPECT_DOUBLE_EQ(function_word_weight(1), 0.4);
    EXPECT_DOUBLE_EQ(function_word_weight(100), 0.01);
}

}  // namespace
}  // namespace quarry::analyze
