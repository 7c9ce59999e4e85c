#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/cli/run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class VerifyTest : public QuarryTest {
protected:
    void SetUp() override {
        write("moon.txt", "The moon is 384,400 km away. It has no air.\n");
        ASSERT_EQ(run_quarry({"ingest", "moon.txt"}).code, 0);
        record_ = run_quarry({"ask", "--json", "How far is the moon?"}).out;
    }
    std::string record_;
};

TEST_F(VerifyTest, HoldsWhileNothingChanges) {
    const RunResult result = run_quarry({"verify", "-"}, record_);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("[1] unchanged moon.txt:1\n"));
    EXPECT_THAT(result.out, HasSubstr("citations hold\n"));
    EXPECT_THAT(result.out, ::testing::Not(HasSubstr("uncited"))) << "an excerpt is cited behind its last sentence";
    write("answer.json", record_);
    EXPECT_EQ(run_quarry({"verify", "answer.json"}).code, 0);
}

TEST_F(VerifyTest, SaysWhatHasChanged) {
    write("moon.txt", "A new first line.\nThe moon is 384,400 km away. It has no air.\n");
    ASSERT_EQ(run_quarry({"ingest", "moon.txt"}).code, 0);
    const RunResult moved = run_quarry({"verify", "-"}, record_);
    EXPECT_EQ(moved.code, 0);
    EXPECT_THAT(moved.out, HasSubstr("[1] moved moon.txt:1, now line 2\n"));

    write("moon.txt", "The moon is 384,401 km away. It has no air.\n");
    ASSERT_EQ(run_quarry({"ingest", "moon.txt"}).code, 0);
    const RunResult changed = run_quarry({"verify", "--json", "-"}, record_);
    EXPECT_EQ(changed.code, 13);
    const auto document = nlohmann::json::parse(changed.out);
    EXPECT_EQ(document["schema"], "quarry.verify/1");
    EXPECT_EQ(document["holds"], false);
    EXPECT_EQ(document["citations"][0]["state"], "changed");
    EXPECT_EQ(document["sentences"][0]["verdict"], "unsupported");

    ASSERT_EQ(run_quarry({"docs", "rm", "moon.txt"}).code, 0);
    EXPECT_THAT(run_quarry({"verify", "-"}, record_).out, HasSubstr("[1] gone moon.txt:1\n"));
}

TEST_F(VerifyTest, RefusesWhatIsNoAnswer) {
    const RunResult result = run_quarry({"verify", "-"}, "{}");
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("this is not a saved answer"));
    EXPECT_EQ(run_quarry({"verify", "none.json"}).code, 1);
}

}  // namespace
}  // namespace quarry::cli
