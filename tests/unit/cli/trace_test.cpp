#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class TraceTest : public QuarryTest {
protected:
    void SetUp() override {
        write("moon.txt", "The moon is 384,400 km away.\n");
        ASSERT_EQ(run_quarry({"ingest", "moon.txt"}).code, 0);
    }
    static void ask(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"ask", "How far is the moon?"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        ASSERT_EQ(run_quarry(arguments).code, 0);
    }
    [[nodiscard]] static json runs() { return json::parse(run_quarry({"trace", "ls", "--json"}).out)["runs"]; }
};

TEST_F(TraceTest, ListsRunsTheNewestFirst) {
    EXPECT_THAT(run_quarry({"trace", "ls"}).err, HasSubstr("no runs"));
    ask();
    EXPECT_EQ(run_quarry({"ask", "xyzzy"}).code, 10);
    ASSERT_EQ(runs().size(), 2U);
    EXPECT_EQ(runs()[0]["error"], "nothing_found");
    EXPECT_EQ(runs()[1]["error"], nullptr);
    EXPECT_EQ(runs()[1]["calls"], 0);
    EXPECT_EQ(json::parse(run_quarry({"trace", "ls", "--json", "--limit", "1"}).out)["runs"].size(), 1U);
}

TEST_F(TraceTest, ShowsARunWithItsParts) {
    ask();
    EXPECT_THAT(run_quarry({"trace", "show", "1"}).out, HasSubstr("\n  retrieval  "));
    const json run = json::parse(run_quarry({"trace", "show", "last", "--json"}).out);
    EXPECT_EQ(run["schema"], "quarry.trace/1");
    EXPECT_EQ(run["spans"][1]["parent"], 0);
    EXPECT_EQ(run_quarry({"trace", "show", "2"}).code, 10);
    EXPECT_EQ(run_quarry({"trace", "show", "x"}).code, 2);
}

TEST_F(TraceTest, KeepsContentOnlyWhenToldTo) {
    ask();
    EXPECT_THAT(run_quarry({"trace", "show", "last", "--json"}).out, Not(HasSubstr("moon")));
    ask({"--config", "trace.content=true"});
    EXPECT_THAT(run_quarry({"trace", "show", "last", "--json"}).out, HasSubstr("How far is the moon?"));
}

TEST_F(TraceTest, ForgetsWhatIsOverTheLimit) {
    for (int i = 0; i < 3; ++i) ask({"--config", "trace.max_runs=2"});
    ASSERT_EQ(runs().size(), 2U);
    EXPECT_EQ(runs()[0]["id"], 3);
    ask({"--config", "trace.enabled=false"});
    EXPECT_EQ(runs()[0]["id"], 3);
}

TEST_F(TraceTest, ExportsALineForManyRuns) {
    EXPECT_THAT(run_quarry({"trace", "export"}).err, HasSubstr("no runs to export"));
    for (int i = 0; i < 3; ++i) ask();
    const json request = json::parse(run_quarry({"trace", "export"}).out);
    EXPECT_EQ(request["resourceSpans"][0]["scopeSpans"][0]["spans"].size(), 6U);
    EXPECT_THAT(run_quarry({"trace", "export", "--after", "2", "--file", "out.jsonl"}).err,
                HasSubstr("1 run(s) exported; next time, --after 3"));
    EXPECT_EQ(json::parse(read("out.jsonl"))["resourceSpans"][0]["scopeSpans"][0]["spans"].size(), 2U);
    EXPECT_EQ(run_quarry({"trace", "export", "9"}).code, 10);
    EXPECT_EQ(run_quarry({"trace", "export", "--otlp", "http://127.0.0.1:1", "--file", "x"}).code, 2);
}

}  // namespace
}  // namespace quarry::cli
