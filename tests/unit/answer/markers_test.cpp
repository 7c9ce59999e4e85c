#include "core/answer/markers.h"

#include <gtest/gtest.h>

#include <string>

namespace quarry::answer {
namespace {

using Numbers = std::vector<std::size_t>;

struct Marked {
    const char* name;
    const char* text;
    std::vector<Numbers> markers;
};
class Markers : public ::testing::TestWithParam<Marked> {};

TEST_P(Markers, AreFound) {
    std::vector<Numbers> found;
    const std::string text = GetParam().text;
    for (const CitationMarker& marker : find_markers(text)) {
        EXPECT_EQ(text[marker.start], '[');
        EXPECT_EQ(text[marker.end - 1], ']');
        found.push_back(marker.numbers);
    }
    EXPECT_EQ(found, GetParam().markers);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Markers,
    ::testing::Values(Marked{"one", "a [1].", {{1}}}, Marked{"two", "a [1][12].", {{1}, {12}}},
                      Marked{"list", "a [1, 2,3].", {{1, 2, 3}}}, Marked{"range", "a [2-4].", {{2, 3, 4}}},
                      Marked{"en_dash", "a [2–3, 7].", {{2, 3, 7}}}, Marked{"nested", "[[3]]", {{3}}},
                      Marked{"link", "[1](http://a)", {}}, Marked{"words", "[note] [1a] [a1] [] [ ]", {}},
                      Marked{"zero", "[0]", {}}, Marked{"year", "[2024]", {}}, Marked{"backwards", "[4-2]", {}},
                      Marked{"huge_range", "[1-999]", {}}, Marked{"overflow", "[99999999999999999999999]", {}},
                      Marked{"open", "a [1", {}}, Marked{"across_lines", "[1\n]", {}},
                      Marked{"check_box", "- [x] a", {}}, Marked{"footnote", "a[^1]", {}},
                      Marked{"trailing_comma", "[1,]", {}}),
    [](const auto& row) { return std::string(row.param.name); });

std::vector<std::pair<std::string, Numbers>> citing(const std::string& answer) {
    std::vector<std::pair<std::string, Numbers>> found;
    for (const AnswerSentence& sentence : find_answer_sentences(answer)) {
        if (sentence.numbers.empty()) continue;
        found.emplace_back(answer.substr(sentence.span.start, sentence.span.end - sentence.span.start),
                           sentence.numbers);
    }
    return found;
}

using Citing = std::vector<std::pair<std::string, Numbers>>;

TEST(FindAnswerSentences, TiesMarkersToTheirSentence) {
    EXPECT_EQ(citing("It is far [1]. It is cold [2][3]. So."),
              (Citing{{"It is far [1].", {1}}, {"It is cold [2][3].", {2, 3}}}));
    EXPECT_EQ(citing("Nothing here."), Citing{});
    EXPECT_EQ(citing("- Far [1]\n- Cold [2]\n"), (Citing{{"Far [1]", {1}}, {"Cold [2]", {2}}}));
}

TEST(FindAnswerSentences, TakesMarkersBehindTheFullStop) {
    EXPECT_EQ(citing("It is far. [1][2] It is cold. [3]"),
              (Citing{{"It is far. [1][2]", {1, 2}}, {"It is cold. [3]", {3}}}));
    EXPECT_EQ(citing("Wolves eat meat. [1], [2]\nAlpha wolves eat first. [7] Bears sleep."),
              (Citing{{"Wolves eat meat. [1], [2]", {1, 2}}, {"Alpha wolves eat first. [7]", {7}}}));
    EXPECT_EQ(citing("\"It is far.\" [1] It is cold [2]."),
              (Citing{{"\"It is far.\" [1]", {1}}, {"It is cold [2].", {2}}}));
}

TEST(FindAnswerSentences, AMarkerThatBeginsAParagraphIsOfThatParagraph) {
    EXPECT_EQ(citing("These are far.\n\n[1] says it is cold."), (Citing{{"[1] says it is cold.", {1}}}));
    EXPECT_EQ(citing("- Far.\n- [2] Cold."), (Citing{{"[2] Cold.", {2}}}));
}

TEST(FindAnswerSentences, NamesASourceOnceASentence) {
    EXPECT_EQ(citing("Far [1] and cold [1, 2]."), (Citing{{"Far [1] and cold [1, 2].", {1, 2}}}));
}

TEST(FindAnswerSentences, KnowsThoseThatCiteNothing) {
    const std::vector<AnswerSentence> all = find_answer_sentences("Far [1]. Cold. Hot [2].");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_TRUE(all[1].numbers.empty());
    EXPECT_EQ(without_markers("Far [1], [2, 3]."), "Far , .");
}

TEST(FindAnswerSentences, TakesManyMarkers) {
    std::string answer;
    for (int i = 0; i < 20'000; ++i) answer += "[1]";
    EXPECT_EQ(citing(answer).size(), 1U);
}

}  // namespace
}  // namespace quarry::answer
