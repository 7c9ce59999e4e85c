#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class EmbedCommandTest : public QuarryTest {
protected:
    void ingest(int documents) const {
        std::string lines;
        for (int i = 0; i < documents; ++i) {
            lines +=
                fmt::format(R"({{"id": "d{0}", "title": "Text {0}", "text": "Text number{0} tells of subject{1}."}})",
                            i, i % 7) +
                "\n";
        }
        EXPECT_EQ(run_quarry({"ingest", "--jsonl", "-"}, lines).code, 0);
    }
};

TEST_F(EmbedCommandTest, ASmallBaseHasNoEmbedder) {
    ingest(3);
    EXPECT_THAT(run_quarry({"embed"}).err, HasSubstr("search goes by words"));
    const RunResult filter = run_quarry({"embed", "--stdin"}, "text\n");
    EXPECT_EQ(filter.code, 1);
    EXPECT_THAT(filter.err, HasSubstr("has no embedder"));
}

TEST_F(EmbedCommandTest, IngestFitsAndEmbedAddsNothing) {
    ingest(70);
    EXPECT_THAT(run_quarry({"embed"}).err, HasSubstr("has its vector already"));
    const auto json = nlohmann::json::parse(run_quarry({"embed", "fit", "--json"}).out);
    EXPECT_EQ(json["schema"], "quarry.embed/1");
    EXPECT_EQ(json["embedder"], "builtin");
    EXPECT_EQ(json["fitted"], true);
    EXPECT_EQ(json["vectors"], 70);
    EXPECT_EQ(run_quarry({"search", "--mode", "vector", "number7"}).code, 0);
}

TEST_F(EmbedCommandTest, AsAFilterItGivesALineForALine) {
    ingest(70);
    std::string lines;
    for (int i = 0; i < 300; ++i) lines += fmt::format("line {}\n", i);
    const RunResult result = run_quarry({"embed", "--stdin"}, lines);
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 300);
    const auto first = nlohmann::json::parse(result.out.substr(0, result.out.find('\n')));
    EXPECT_EQ(first["text"], "line 0");
    EXPECT_EQ(first["vector"].size(), 256U);
    EXPECT_EQ(run_quarry({"embed", "--stdin"}, "\xff\n").code, 1);
    EXPECT_EQ(run_quarry({"embed", "--stdin"}, std::string(1'100'000, 'x')).code, 1);
}

TEST_F(EmbedCommandTest, SaysWhatIsNotConfigured) {
    ingest(3);
    EXPECT_EQ(run_quarry({"embed", "--config", "embed.provider=none"}).code, 2);
    EXPECT_THAT(run_quarry({"embed", "--config", "embed.provider=openai"}).err, HasSubstr("embed.model"));
    EXPECT_EQ(run_quarry({"embed", "--config", "embed.provider=openai", "fit"}).code, 2);
    EXPECT_EQ(run_quarry({"embed", "fit", "--stdin"}).code, 2);
    EXPECT_EQ(run_quarry({"embed", "train"}).code, 2);
    EXPECT_EQ(run_quarry({"embed", "train", "-o", "x.table", "--dry-run"}).code, 2);
    EXPECT_EQ(run_quarry({"embed", "--pairs", "x.jsonl"}).code, 2);
    EXPECT_EQ(run_quarry({"embed", "fit", "--model", "gguf:x"}).code, 2);
    EXPECT_EQ(run_quarry({"embed", "anew"}).code, 2);
    const RunResult down = run_quarry({"embed", "--config", "embed.provider=openai", "--config", "embed.model=m",
                                       "--config", "embed.base_url=http://127.0.0.1:9/v1"});
    EXPECT_EQ(down.code, 14);
}

TEST_F(EmbedCommandTest, VectorsOfAnotherModelAreNotUsed) {
    ingest(70);
    const RunResult result =
        run_quarry({"search", "--config", "embed.provider=openai", "--config", "embed.model=m", "number7"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.err, HasSubstr("another model"));
}

}  // namespace
}  // namespace quarry::cli
