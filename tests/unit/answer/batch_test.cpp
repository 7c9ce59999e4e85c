#include "core/answer/batch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>
#include <unordered_set>

#include "core/answer/batch_file.h"
#include "core/base/file.h"
#include "tests/support/error_of.h"

namespace quarry::answer {
namespace {

using test::error_of;
using ::testing::HasSubstr;

std::vector<BatchQuestion> read(const std::string& text) {
    std::istringstream lines(text);
    return read_batch_questions(lines, "questions.jsonl");
}

TEST(BatchQuestionsTest, AreJsonOrTheQuestionItself) {
    const auto questions = read("{\"id\": \"a\", \"question\": \" What? \", \"more\": 1}\n\n  How far is "
                                "it?\r\n{\"question\": \"Why?\", \"id\": 7}\n"
                                "{\"question\": \"Who?\"}");
    ASSERT_EQ(questions.size(), 4U);
    EXPECT_EQ(questions[0].id, "a");
    EXPECT_EQ(questions[0].text, "What?");
    EXPECT_EQ(questions[1].id, "3");
    EXPECT_EQ(questions[1].text, "How far is it?");
    EXPECT_EQ(questions[2].id, "7");
    EXPECT_EQ(questions[3].id, "5");
}

TEST(BatchQuestionsTest, WhatIsNoneIsRefusedWithItsLine) {
    const std::pair<const char*, const char*> rows[] = {
        {"a?\n{\"id\": 1", "it is not JSON"},
        {"a?\n{\"id\": 1}", "it has no \"question\""},
        {"a?\n{\"question\": 5}", "it has no \"question\""},
        {"a?\n{\"question\": \" \"}", "the question is empty"},
        {"a?\n{\"question\": \"b?\", \"id\": []}", "must be a text or a number"},
        {"a?\n{\"question\": \"b?\", \"id\": 1}", "the id 1 occurs twice"},
    };
    for (const auto& [text, why] : rows) {
        const Error error = error_of([&, lines = text] { static_cast<void>(read(lines)); });
        EXPECT_THAT(error.what(), HasSubstr("questions.jsonl:2")) << text;
        EXPECT_THAT(error.what(), HasSubstr(why)) << text;
    }
}

std::vector<BatchQuestion> numbered(std::size_t count) {
    std::vector<BatchQuestion> questions;
    for (std::size_t i = 0; i < count; ++i) questions.push_back({std::to_string(i), "question " + std::to_string(i)});
    return questions;
}

Answer echo(const BatchQuestion& question) {
    Answer answer;
    answer.text = question.text;
    return answer;
}

TEST(AnswerBatchTest, EachQuestionIsAnsweredOnceByThreadsOfTheirOwn) {
    const auto questions = numbered(200);
    std::vector<std::set<std::thread::id>> threads(4);
    std::vector<BatchWorker> workers;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        workers.push_back([&threads, i](const BatchQuestion& question) {
            threads[i].insert(std::this_thread::get_id());
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return echo(question);
        });
    }
    std::set<std::size_t> seen;
    answer_batch(questions, workers, [&](BatchResult&& result) {
        EXPECT_TRUE(seen.insert(result.question).second);
        EXPECT_EQ(result.answer->text, questions[result.question].text);
        return true;
    });
    EXPECT_EQ(seen.size(), questions.size());
    std::set<std::thread::id> all;
    for (const auto& of_worker : threads) {
        EXPECT_EQ(of_worker.size(), 1U);
        all.insert(of_worker.begin(), of_worker.end());
    }
    EXPECT_EQ(all.size(), threads.size());
}

TEST(AnswerBatchTest, AFailureIsAResult) {
    const auto questions = numbered(3);
    const BatchWorker worker = [](const BatchQuestion& question) -> Answer {
        if (question.id == "1") throw Error(ErrorCode::provider_failed, "no");
        if (question.id == "2") throw std::runtime_error("broken");
        return echo(question);
    };
    std::vector<std::string> said(3);
    answer_batch(questions, {&worker, 1}, [&](BatchResult&& result) {
        said[result.question] = result.error ? result.error->what() : result.answer->text;
        return true;
    });
    EXPECT_EQ(said[0], "question 0");
    EXPECT_EQ(said[1], "no");
    EXPECT_THAT(said[2], HasSubstr("broken"));
}

TEST(AnswerBatchTest, NoFurtherQuestionIsBegunWhenItIsToStop) {
    const auto questions = numbered(1000);
    std::atomic<int> asked = 0;
    const std::vector<BatchWorker> workers(2, [&asked](const BatchQuestion& question) {
        ++asked;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        return echo(question);
    });
    int results = 0;
    answer_batch(questions, workers, [&](BatchResult&&) { return ++results < 3; });
    EXPECT_LE(asked, 4);  // the third, and what the other thread was asking then
    EXPECT_EQ(results, asked) << "what was begun is not lost";
    asked = results = 0;
    answer_batch(questions, std::span(workers).first(1), [&](BatchResult&&) { return ++results < 3; });
    EXPECT_EQ(asked, 3);
}

TEST(AnswerBatchTest, NoMoreFailInARowThanMayHoweverManyAreAskedAtOnce) {
    const auto questions = numbered(200);
    for (const std::size_t most : {1U, 3U, 20U}) {
        std::atomic<std::size_t> asked = 0;
        const std::vector<BatchWorker> workers(8, [&asked](const BatchQuestion& question) -> Answer {
            ++asked;
            // Two are answered first.
            if (question.id == "0" || question.id == "1") return echo(question);
            throw Error(ErrorCode::provider_failed, "no");
        });
        std::size_t in_a_row = 0;
        answer_batch(
            questions, workers,
            [&](BatchResult&& result) {
                in_a_row = result.error ? in_a_row + 1 : 0;
                return in_a_row < most;
            },
            most);
        EXPECT_EQ(in_a_row, most);
        EXPECT_LE(asked, 2 * most + 2);
    }
}

TEST(AnswerBatchTest, WhatTheReceiverThrowsComesOutWhenTheThreadsAreDone) {
    const auto questions = numbered(1000);
    std::atomic<int> asked = 0;
    const std::vector<BatchWorker> workers(2, [&asked](const BatchQuestion& question) {
        ++asked;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        return echo(question);
    });
    const auto run = [&] {
        answer_batch(questions, workers, [](BatchResult&&) -> bool { throw Error(ErrorCode::failed, "disk full"); });
    };
    EXPECT_STREQ(error_of(run).what(), "disk full");
    EXPECT_LT(asked, 20);
}

class BatchFileTest : public ::testing::Test {
protected:
    [[nodiscard]] static std::string line(const std::string& id, const std::string& rest = "") {
        return R"({"schema":"quarry.batch/1","id":")" + id + R"(","question":"question )" + id + "\"" + rest + "}";
    }
    void write(const std::string& content) const { std::ofstream(path, std::ios::binary) << content; }
    [[nodiscard]] std::string content() const { return read_file(path, 1 << 20); }

    TemporaryDirectory folder;
    std::filesystem::path path = folder.path() / "answers.jsonl";
    std::vector<BatchQuestion> questions = numbered(5);
};

TEST_F(BatchFileTest, GoesOnWhereItStopped) {
    {
        BatchFile file(path, questions);
        EXPECT_FALSE(file.has(questions[1]));
        file.append(line("1"));
    }
    BatchFile file(path, questions);
    EXPECT_TRUE(file.has(questions[1]));
    EXPECT_FALSE(file.has(questions[2]));
    EXPECT_EQ(file.dropped(), 0U);
    file.append(line("2"));
    EXPECT_EQ(content(), line("1") + "\n" + line("2") + "\n");
}

TEST_F(BatchFileTest, ALineThatIsTornAnywhereIsMended) {
    const std::string whole = line("1") + "\n" + line("2") + "\n";
    for (std::size_t size = 1; size < whole.size(); ++size) {
        write(whole.substr(0, size));
        BatchFile file(path, questions);
        const bool first = size >= line("1").size();
        EXPECT_EQ(file.has(questions[1]), first) << size;
        EXPECT_EQ(file.has(questions[2]), size == whole.size() - 1) << size;
        if (!file.has(questions[1])) file.append(line("1"));
        if (!file.has(questions[2])) file.append(line("2"));
        EXPECT_EQ(content(), whole) << size;
    }
}

TEST_F(BatchFileTest, FailuresAndOtherQuestionsAreAskedAgain) {
    write(line("1", R"(,"error":{"code":"rate_limited"})") + "\n" + line("2") + "\n" +
          R"({"schema":"quarry.batch/1","id":"3","question":"another"})" + "\n" + line("kept") + "\n");
    BatchFile file(path, questions);
    EXPECT_FALSE(file.has(questions[1]));
    EXPECT_TRUE(file.has(questions[2]));
    EXPECT_FALSE(file.has(questions[3]));
    EXPECT_EQ(file.dropped(), 2U);
    EXPECT_EQ(content(), line("2") + "\n" + line("kept") + "\n");
}

TEST_F(BatchFileTest, AFileOfSomethingElseIsLeftAsItIs) {
    for (const char* other : {"my notes\n", "{\"a\": 1}\n", "\n", "{\"id\":\"1\",\"question\":\"question 1\"}\n",
                              "{\"schema\":\"quarry.eval/1\",\"id\":\"1\",\"question\":\"question 1\"}\n"}) {
        write(other);
        EXPECT_THAT(error_of([&] { BatchFile(path, questions); }).what(), HasSubstr("is not a file of answers"));
        EXPECT_EQ(content(), other);
    }
}

TEST_F(BatchFileTest, WhatIsNoFileIsRefusedAtOnce) {
    const std::filesystem::path pipe = folder.path() / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    for (const std::filesystem::path& other : {pipe, std::filesystem::path("/dev/full"), folder.path()}) {
        EXPECT_EQ(error_of([&] { BatchFile(other, questions); }).code(), ErrorCode::failed) << other;
        EXPECT_THAT(error_of([&] { (void)answered_in(other, questions); }).what(), HasSubstr("is not a file")) << other;
    }
    ::close(reader);
    EXPECT_EQ(error_of([&] { BatchFile(pipe, questions); }).code(), ErrorCode::failed);
}

TEST_F(BatchFileTest, TellsWhatIsAnsweredWithoutChangingTheFile) {
    EXPECT_TRUE(answered_in(path, questions).empty());
    EXPECT_FALSE(std::filesystem::exists(path));
    write(line("1") + "\n" + line("2", R"(,"error":{})") + "\n" + line("3").substr(0, 40));
    const std::string before = content();
    EXPECT_EQ(answered_in(path, questions), std::unordered_set<std::string>{"1"});
    EXPECT_EQ(content(), before);
}

TEST_F(BatchFileTest, OneProcessAtATime) {
    write(line("1", R"(,"error":{})") + "\n");
    const BatchFile first(path, questions);
    EXPECT_EQ(error_of([&] { BatchFile(path, questions); }).code(), ErrorCode::locked);
}

}  // namespace
}  // namespace quarry::answer
