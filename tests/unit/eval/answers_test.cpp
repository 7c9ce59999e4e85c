#include "core/eval/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/base/file.h"
#include "tests/support/error_of.h"

namespace quarry::eval {
namespace {

using test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct FactRow {
    const char* text;
    const char* fact;
    bool stated;
};

TEST(StatesFactTest, LooksPastFormAndNotPastMeaning) {
    const FactRow rows[] = {
        {"The moon is 384,400 km away [1].", "384,400 km", true},
        {"The moon is 384400 km away.", "384,400 km", true},
        {"It is\n384,400\tkm.", "384,400 km", true},
        {"It keeps THIRTY copies.", "thirty copies", true},
        {"\xEF\xBC\x93\xEF\xBC\x90 copies", "30 copies", true},
        {"It is 384,400 [1] km away.", "384,400 km", true},
        {"There are 12 of them.", "1", false},
        {"There are 21 of them.", "1", false},
        {"It is 1.5 m.", "1", false},
        {"It is 1.", "1", true},
        {"Concatenate them.", "cat", false},
        {"Na\xC3\xAFvely", "na\xC3\xAFve", false},
        {"12 and then 1", "1", true},
        {"Nothing.", "anything", false},
    };
    for (const FactRow& row : rows)
        EXPECT_EQ(states_fact(row.text, row.fact), row.stated) << row.text << " / " << row.fact;
}

answer::Citation citation_of(std::int64_t document, std::size_t start, std::size_t end) {
    answer::Citation citation;
    citation.document_id = document;
    citation.start_byte = start;
    citation.end_byte = end;
    return citation;
}

answer::SentenceCheck sentence_of(answer::Verdict verdict) {
    answer::SentenceCheck sentence;
    sentence.verdict = verdict;
    return sentence;
}

/// Two facts; a span of document 1, and the whole of document 2.
AnswerExpectation moon_expectation() {
    AnswerExpectation expected;
    expected.question.id = "q";
    expected.question.facts = {{"384,400"}, {"one", "1"}};
    expected.sources = {{1, 10, 20, 1}, {2, 0, 0, 1}};
    return expected;
}

double value_of(const AnswerExpectation& expected, const GivenAnswer& given, std::string_view metric) {
    const std::vector<double> values = measure_answer(expected, given);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (answer_metrics()[i] == metric) return values[i];
    }
    ADD_FAILURE() << "no metric " << metric;
    return 0;
}

TEST(MeasureAnswerTest, CountsFactsCitationsAndSupport) {
    GivenAnswer given;
    given.answer.emplace();
    given.answer->text = "It is 384400 km away [1].";
    given.answer->citations = {citation_of(1, 5, 11), citation_of(1, 20, 30), citation_of(3, 10, 20)};
    given.answer->sentences = {sentence_of(answer::Verdict::supported), sentence_of(answer::Verdict::partly),
                               sentence_of(answer::Verdict::unsupported), sentence_of(answer::Verdict::uncited)};
    const AnswerExpectation expected = moon_expectation();
    EXPECT_DOUBLE_EQ(value_of(expected, given, "facts"), 0.5);
    EXPECT_DOUBLE_EQ(value_of(expected, given, "citation_precision"), 1.0 / 3) << "only the first overlaps the span";
    EXPECT_DOUBLE_EQ(value_of(expected, given, "citation_recall"), 0.5);
    EXPECT_DOUBLE_EQ(value_of(expected, given, "support"), 1.5 / 4);
    EXPECT_DOUBLE_EQ(value_of(expected, given, "answered"), 1);
    EXPECT_TRUE(std::isnan(value_of(expected, given, "refusal")));
}

TEST(MeasureAnswerTest, WhatWasNotAnsweredIsWrongInWhatIsExpected) {
    for (const bool failed : {true, false}) {
        GivenAnswer given;
        if (failed) {
            given.error = "provider_failed";
        } else {
            given.answer.emplace();
            given.answer->answered = false;
            given.answer->text = "384,400 and one";
        }
        const AnswerExpectation expected = moon_expectation();
        EXPECT_EQ(value_of(expected, given, "facts"), 0);
        EXPECT_EQ(value_of(expected, given, "citation_precision"), 0);
        EXPECT_EQ(value_of(expected, given, "citation_recall"), 0);
        EXPECT_EQ(value_of(expected, given, "answered"), 0);
        EXPECT_TRUE(std::isnan(value_of(expected, given, "support")));
    }
}

TEST(MeasureAnswerTest, ToSayNothingIsRightWhereThereIsNoAnswer) {
    AnswerExpectation expected;
    expected.question.answerable = false;
    GivenAnswer given;
    given.error = "rate_limited";
    EXPECT_EQ(value_of(expected, given, "refusal"), 0) << "a failure decided nothing";
    given.error.clear();
    given.answer.emplace();
    EXPECT_EQ(value_of(expected, given, "refusal"), 0);
    given.answer->answered = false;
    EXPECT_EQ(value_of(expected, given, "refusal"), 1);
    EXPECT_TRUE(std::isnan(value_of(expected, given, "facts")));
    EXPECT_TRUE(std::isnan(value_of(expected, given, "answered")));
}

TEST(MeasureAnswerTest, WhatNobodySaidIsNotMeasured) {
    AnswerExpectation expected;
    GivenAnswer given;
    given.answer.emplace();
    EXPECT_TRUE(std::isnan(value_of(expected, given, "facts")));
    EXPECT_TRUE(std::isnan(value_of(expected, given, "citation_precision")));
    EXPECT_TRUE(std::isnan(value_of(expected, given, "citation_recall")));
}

TEST(ScoreAnswersTest, MeansAndComparisonsLeaveOutWhatWasNotMeasured) {
    std::vector<AnswerExpectation> expected(3, moon_expectation());
    expected[1].question.id = "unanswerable";
    expected[1].question.answerable = false;
    expected[2].question.id = "r";
    std::vector<GivenAnswer> given(3);
    given[0].answer.emplace();
    given[0].answer->text = "384,400, one";
    given[2].answer.emplace();
    const Scores scores = score_answers("first", expected, given);
    EXPECT_THAT(scores.questions, ElementsAre("q", "unanswerable", "r"));
    const std::size_t facts = scores.find_metric("facts");
    EXPECT_DOUBLE_EQ(mean_of(scores.values[facts]), 0.5);
    const Interval interval = bootstrap_mean(scores.values[facts]);
    EXPECT_GE(interval.low, 0);
    EXPECT_LE(interval.high, 1);
    given[2].answer->text = "384,400, one";
    const PairedComparison comparison = compare_scores(scores, score_answers("second", expected, given), "facts");
    EXPECT_DOUBLE_EQ(comparison.difference, 0.5);
    EXPECT_EQ(comparison.better, 1U);
    EXPECT_EQ(comparison.same, 1U);
}

class AnswerQuestionsTest : public ::testing::Test {
protected:
    [[nodiscard]] std::vector<Question> read(const std::string& content) const {
        const std::filesystem::path path = folder_.path() / "eval.jsonl";
        std::ofstream(path) << content;
        return read_questions(path, QuestionsFor::answers);
    }

private:
    TemporaryDirectory folder_;
};

TEST_F(AnswerQuestionsTest, HaveFactsSourcesOrNeither) {
    const auto questions = read(R"({"question": "a?", "facts": ["x", ["y", "z"]], "source": "m.md", "text": "q"}
{"question": "b?", "answerable": false, "id": "none"}
{"question": "c?"})");
    ASSERT_EQ(questions.size(), 3U);
    EXPECT_THAT(questions[0].facts, ElementsAre(ElementsAre("x"), ElementsAre("y", "z")));
    ASSERT_EQ(questions[0].expected.size(), 1U);
    EXPECT_TRUE(questions[0].answerable);
    EXPECT_FALSE(questions[1].answerable);
    EXPECT_TRUE(questions[2].expected.empty());
}

TEST_F(AnswerQuestionsTest, WhatIsWrongIsSaidWithItsLine) {
    const std::pair<const char*, const char*> rows[] = {
        {R"({"question": "a?", "facts": "x"})", "\"facts\" is not a list"},
        {R"({"question": "a?", "facts": [1]})", "a fact must be"},
        {R"({"question": "a?", "facts": [" "]})", "a fact must be"},
        {R"({"question": "a?", "facts": [[]]})", "a fact is empty"},
        {R"({"question": "a?", "answerable": "no"})", "must be true or false"},
        {R"({"question": "a?", "answerable": false, "facts": ["x"]})", "marked as not answerable"},
    };
    for (const auto& [line, why] : rows) {
        const Error error = error_of([&, text = line] { static_cast<void>(read(text)); });
        EXPECT_THAT(error.what(), HasSubstr(why)) << line;
        EXPECT_THAT(error.what(), HasSubstr("eval.jsonl:1")) << line;
    }
}

}  // namespace
}  // namespace quarry::eval
