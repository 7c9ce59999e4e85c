#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"
#include "tests/support/openai_server.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class CacheTest : public QuarryTest {
protected:
    static void SetUpTestSuite() { cache_server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { cache_server_.reset(); }

    void SetUp() override {
        write("moon.txt", "The moon is 384,400 km away.\n");
        ASSERT_EQ(run_quarry({"ingest", "moon.txt"}).code, 0);
    }
    [[nodiscard]] static json ask(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"ask",
                                              "--json",
                                              "How far is the moon?",
                                              "--model",
                                              "any",
                                              "--config",
                                              "chat.base_url=" + cache_server_->base_url()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return json::parse(run_quarry(arguments).out);
    }
    [[nodiscard]] static json stats() { return json::parse(run_quarry({"cache", "stats", "--json"}).out); }

    static inline std::unique_ptr<OpenAiServer> cache_server_;
};

TEST_F(CacheTest, TheSecondAnswerIsTheFirst) {
    const json first = ask();
    json second = ask();
    EXPECT_EQ(first["cached"], false);
    EXPECT_EQ(second["cached"], true);
    EXPECT_EQ(second["cost"], 0.0);
    for (const char* same : {"answer", "citations", "usage", "finish_reason"}) EXPECT_EQ(first[same], second[same]);
    EXPECT_EQ(stats()["answers"]["entries"], 1);
    EXPECT_EQ(stats()["answers"]["uses"], 1);
}

TEST_F(CacheTest, NoCacheLooksNothingUpAndKeepsNothing) {
    EXPECT_EQ(ask({"--no-cache"})["cached"], false);
    EXPECT_EQ(stats()["answers"]["entries"], 0);
    static_cast<void>(ask());
    EXPECT_EQ(ask({"--no-cache"})["cached"], false);
}

TEST_F(CacheTest, ClearForgets) {
    static_cast<void>(ask());
    EXPECT_THAT(run_quarry({"cache", "clear"}).err, HasSubstr("1 entry deleted"));
    EXPECT_EQ(stats()["oldest"], nullptr);
    EXPECT_EQ(ask()["cached"], false);
}

TEST_F(CacheTest, IsThatOfABase) {
    EXPECT_EQ(run_quarry({"cache", "stats", "--base", "none.db"}).code, 1);
    EXPECT_EQ(run_quarry({"cache", "clear", "--base", "none.db"}).code, 1);
}

}  // namespace
}  // namespace quarry::cli
