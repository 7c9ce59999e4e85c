#include "core/eval/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::eval {
namespace {

using ::testing::HasSubstr;

class QuestionsTest : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path write(const std::string& content) const {
        std::ofstream(folder_.path() / "eval.jsonl", std::ios::binary) << content;
        return folder_.path() / "eval.jsonl";
    }
    [[nodiscard]] std::vector<ResolvedQuestion> resolve(const std::string& content) const {
        const auto file = write(content);
        return resolve_questions(read_questions(file), file,
                                 [](const std::string& name) -> std::optional<NamedDocument> {
                                     if (name == "a.md") return NamedDocument{1, "Grüße an alle. Ende."};
                                     if (name == "b.md") return NamedDocument{2, "second"};
                                     return std::nullopt;
                                 });
    }
    TemporaryDirectory folder_;
};

TEST_F(QuestionsTest, ReadsDocumentsQuotationsAndOffsets) {
    const auto questions = resolve(
        "{\"question\": \"one\", \"source\": \"a.md\"}\n"
        "{\"id\": \"x\", \"question\": \"two\", \"source\": \"a.md\", \"text\": \"an alle\", \"relevance\": 3}\n"
        "{\"question\": \"three\", \"references\": [{\"source\": \"a.md\", \"start\": 2, \"end\": 5, \"text\": "
        "\"üße\"}, "
        "{\"source\": \"b.md\"}]}\n"
        "{\"question\": \"four\", \"corpus_id\": \"b.md\", \"references\": [{\"content\": \"sec\", \"start_index\": 0, "
        "\"end_index\": 3}]}\n"
        "{\"question\": \"five\", \"source\": [\"a.md\", \"b.md\"]}\n");
    ASSERT_EQ(questions.size(), 5U);
    EXPECT_EQ(questions[0].id, "1");
    EXPECT_FALSE(questions[0].expected[0].is_span());
    EXPECT_EQ(questions[1].id, "x");
    EXPECT_EQ(questions[1].expected[0].start_byte, 8U);  // Two of the characters before have two bytes.
    EXPECT_EQ(questions[1].expected[0].end_byte, 15U);
    EXPECT_EQ(questions[1].expected[0].relevance, 3);
    EXPECT_EQ(questions[2].expected[0].start_byte, 2U);
    EXPECT_EQ(questions[2].expected[0].end_byte, 7U);
    EXPECT_EQ(questions[2].expected[1].document_id, 2);
    EXPECT_EQ(questions[3].expected[0].end_byte, 3U);
    EXPECT_EQ(questions[4].expected.size(), 2U);
}

TEST_F(QuestionsTest, QuestionsAboutAnswersAloneExpectNothing) {
    const auto questions = resolve("{\"question\": \"one\", \"answerable\": false}\n"
                                   "{\"question\": \"two\", \"facts\": [\"x\"], \"references\": []}\n"
                                   "{\"question\": \"three\", \"source\": \"a.md\"}\n");
    ASSERT_EQ(questions.size(), 3U);
    EXPECT_TRUE(questions[0].expected.empty());
    EXPECT_TRUE(questions[1].expected.empty());
    EXPECT_EQ(questions[2].expected.size(), 1U);
}

TEST_F(QuestionsTest, SaysWhichLineIsWrong) {
    struct Case {
        const char* line;
        const char* why;
    };
    const std::vector<Case> cases = {
        {"nonsense", "not a JSON object"},
        {R"({"source": "a.md"})", "\"question\" is missing"},
        {R"({"question": " ", "source": "a.md"})", "\"question\" is missing or empty"},
        {R"({"question": "x", "text": "y"})", "\"source\" is missing"},
        {R"({"question": "x", "source": 5})", "must be a text or a list"},
        {R"({"question": "x", "source": [5]})", "an element that is not a text"},
        {R"({"question": "x", "references": {}})", "not a list"},
        {R"({"question": "x", "references": [1]})", "not an object"},
        {R"({"question": "x", "source": "a.md", "start": 1})", "must be given together"},
        {R"({"question": "x", "source": "a.md", "start": 2, "end": 2})", "must be less than"},
        {R"({"question": "x", "source": "a.md", "start": -1, "end": 2})", "must be a whole number"},
        {R"({"question": "x", "source": "a.md", "relevance": 0.5})", "must be a whole number"},
        {R"({"id": [], "question": "x", "source": "a.md"})", "\"id\" is not a text"},
        {R"({"question": "x", "source": "c.md"})", "there is no document c.md"},
        {R"({"question": "x", "source": "a.md", "text": "missing"})", "does not have the text \"missing\""},
        {R"({"question": "x", "source": "a.md", "start": 5, "end": 90})", "only 20 characters"},
        {R"({"question": "x", "source": "a.md", "start": 0, "end": 5, "text": "other"})", "another text"},
    };
    for (const Case& test : cases) {
        try {
            (void)resolve(std::string("\n") + test.line + "\n");
            ADD_FAILURE() << test.line;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(test.why)) << test.line;
            EXPECT_THAT(error.what(), HasSubstr("eval.jsonl:2")) << test.line;
            EXPECT_FALSE(error.hint().empty());
        }
    }
    EXPECT_THROW((void)resolve(""), Error);
    EXPECT_THROW((void)resolve("{\"question\": \"x\", \"answerable\": false}\n"), Error);
    EXPECT_THROW((void)resolve("{\"id\": 1, \"question\": \"x\", \"source\": \"a.md\"}\n"
                               "{\"id\": 1, \"question\": \"y\", \"source\": \"a.md\"}\n"),
                 Error);
}

}  // namespace
}  // namespace quarry::eval
