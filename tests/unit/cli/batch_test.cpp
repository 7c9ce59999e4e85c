#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "run_quarry.h"
#include "tests/support/openai_server.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class BatchTest : public QuarryTest {
protected:
    static void SetUpTestSuite() { batch_server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { batch_server_.reset(); }

    void SetUp() override {
        write("moon.txt", "The moon is 384,400 km away.\n");
        ASSERT_EQ(run_quarry({"ingest", "moon.txt"}).code, 0);
        std::string many;
        for (int i = 0; i < 40; ++i) many += "How far is the moon, person " + std::to_string(i) + "?\n";
        write("many.txt", many);
    }
    [[nodiscard]] static RunResult batch(std::vector<std::string> more, std::string_view input = {}) {
        std::vector<std::string> arguments = {
            "batch",    "--config",       "chat.base_url=" + batch_server_->base_url(), "--config", "chat.retries=0",
            "--config", "ask.min_score=0"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_quarry(arguments, input);
    }
    [[nodiscard]] static std::map<std::string, json> by_id(const std::string& lines) {
        std::map<std::string, json> answers;
        std::istringstream stream(lines);
        for (std::string line; std::getline(stream, line);) {
            json answer = json::parse(line);
            answers[answer["id"]] = answer;
        }
        return answers;
    }

    static inline std::unique_ptr<OpenAiServer> batch_server_;
};

TEST_F(BatchTest, ADryRunNeedsNoKey) {
    const RunResult result = run_quarry(
        {"batch", "many.txt", "--model", "gpt-4o-mini", "--dry-run", "--json", "--config", "ask.min_score=0"});
    EXPECT_EQ(result.code, 0) << result.err;
    const json estimate = json::parse(result.out);
    EXPECT_EQ(estimate["questions"], 40);
    EXPECT_GT(estimate["cost"].get<double>(), 0);
}

TEST_F(BatchTest, ItsAnswersAreVerified) {
    ASSERT_EQ(batch({"-", "-o", "a.jsonl"}, "How far is the moon?\nmoon\n").code, 0);
    const RunResult all = run_quarry({"verify", "a.jsonl"});
    EXPECT_EQ(all.code, 0) << all.err;
    EXPECT_THAT(all.out, HasSubstr("2 of 2 answers hold\n"));
    const std::string lines = read("a.jsonl");
    EXPECT_EQ(run_quarry({"verify", "-"}, lines.substr(0, lines.find('\n'))).code, 0);
    write("moon.txt", "The moon is 400,000 km away.\n");
    ASSERT_EQ(run_quarry({"ingest", "moon.txt"}).code, 0);
    const RunResult changed =
        run_quarry({"verify", "--json", "-"}, lines + R"({"schema":"quarry.batch/1","error":{}})");
    EXPECT_EQ(changed.code, 13) << changed.err;
    EXPECT_EQ(json::parse(changed.out.substr(0, changed.out.find('\n')))["holds"], false);
    EXPECT_EQ(run_quarry({"verify", "-"}, lines + "{\n").code, 1);
}

TEST_F(BatchTest, AnswersEachQuestionOnceInParallel) {
    const RunResult result = batch({"many.txt", "--model", "any", "--parallel", "8", "--no-cache"});
    EXPECT_EQ(result.code, 0);
    const auto answers = by_id(result.out);
    ASSERT_EQ(answers.size(), 40U);
    for (const auto& [id, answer] : answers) {
        EXPECT_EQ(answer["question"], "How far is the moon, person " + std::to_string(std::stoi(id) - 1) + "?");
        EXPECT_EQ(answer["answer"], "The moon is 384,400 km away [1].");
    }
    const json runs = json::parse(run_quarry({"trace", "ls", "--json", "--limit", "100"}).out)["runs"];
    EXPECT_EQ(runs.size(), 40U);
}

TEST_F(BatchTest, GoesOnWithAFile) {
    EXPECT_EQ(batch({"-", "--model", "any", "-o", "out.jsonl"}, "How far is the moon?\nWhere is it, the moon?\n").code,
              0);
    std::string torn = read("out.jsonl");
    torn.resize(torn.size() - 30);
    write("out.jsonl", torn);
    const RunResult again =
        batch({"-", "--model", "any", "-o", "out.jsonl"}, "How far is the moon?\nWhere is it, the moon?\n");
    EXPECT_THAT(again.err, HasSubstr("1 of 2 questions are answered already"));
    EXPECT_EQ(by_id(read("out.jsonl")).size(), 2U);
}

TEST_F(BatchTest, FailuresAreReportedAndEndItWhenThereAreNoAnswersAtAll) {
    const RunResult some = batch({"-", "--model", "no-choices"}, "How far is the moon?\nWhy xyzzy?\n");
    EXPECT_EQ(some.code, 11);
    EXPECT_EQ(by_id(some.out)["1"]["error"]["code"], "provider_failed");
    EXPECT_EQ(by_id(some.out)["2"]["answered"], false);
    const RunResult all = batch({"many.txt", "--model", "no-choices", "--parallel", "2", "--max-failures", "5"});
    EXPECT_EQ(all.code, 14);
    EXPECT_THAT(all.err, HasSubstr("5 questions in a row failed"));
    EXPECT_LT(by_id(all.out).size(), 12U);
}

TEST_F(BatchTest, KeepsToABudgetOfAllTogether) {
    const std::vector<std::string> priced = {"many.txt", "--model",
                                             "any",      "--no-cache",
                                             "--config", "chat.price_input=10",
                                             "--config", "chat.price_output=10",
                                             "--config", "chat.max_tokens=50"};
    std::vector<std::string> dry = priced;
    dry.insert(dry.end(), {"--dry-run", "--json"});
    const json estimate = json::parse(batch(dry).out);
    EXPECT_EQ(estimate["questions"], 40);
    const double cost = estimate["cost"];
    ASSERT_GT(cost, 0);
    // The server counts fewer tokens than are to be feared, so that a few answers fit into the price of two.
    const double limit = cost / 20;
    std::vector<std::string> limited = priced;
    limited.insert(limited.end(), {"--max-cost", std::to_string(limit), "--parallel", "1"});
    const RunResult result = batch(limited);
    EXPECT_EQ(result.code, 16);
    double paid = 0;
    for (const auto& [id, answer] : by_id(result.out)) paid += answer["cost"].get<double>();
    EXPECT_GT(paid, 0);
    EXPECT_LE(paid, limit);
}

TEST_F(BatchTest, RefusesWhatIsNoQuestionBeforeItAsks) {
    EXPECT_EQ(batch({"-"}, "{\"id\": 1}\n").code, 1);
    EXPECT_EQ(batch({"nowhere.txt"}).code, 1);
    EXPECT_EQ(batch({"many.txt", "-o", "moon.txt"}).code, 1);
    EXPECT_EQ(read("moon.txt"), "The moon is 384,400 km away.\n");
    EXPECT_EQ(batch({"many.txt", "--parallel", "0"}).code, 2);
}

}  // namespace
}  // namespace quarry::cli
