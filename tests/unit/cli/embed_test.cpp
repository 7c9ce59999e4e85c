#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "run_quarry.h"
#include "tests/support/openai_server.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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
    EXPECT_THAT(run_quarry({"embed"}).err, HasSubstr("searching by words only"));
    const RunResult filter = run_quarry({"embed", "--stdin"}, "text\n");
    EXPECT_EQ(filter.code, 2);
    EXPECT_THAT(filter.err, HasSubstr("has no embedder"));
}

TEST_F(EmbedCommandTest, IngestFitsAndEmbedAddsNothing) {
    ingest(70);
    EXPECT_THAT(run_quarry({"embed"}).err, HasSubstr("has a vector already"));
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
    EXPECT_EQ(run_quarry({"embed", "--stdin", "--json", "--format", "npy"}, "a\n").code, 2);
    EXPECT_EQ(run_quarry({"embed", "--max-cost", "nan"}).code, 2);
    const RunResult down = run_quarry({"embed", "--config", "embed.provider=openai", "--config", "embed.model=m",
                                       "--config", "embed.base_url=http://127.0.0.1:9/v1"});
    EXPECT_EQ(down.code, 14);
}

TEST_F(EmbedCommandTest, TextsGoToTheServerThatIsSet) {
    const OpenAiServer server;
    const std::string at_server = "embed.base_url=" + server.base_url();
    const RunResult filter = run_quarry({"embed", "--stdin", "--model", "openai:any", "--config", at_server}, "a\n",
                                        {{"OPENAI_API_KEY", "k"}});
    EXPECT_EQ(filter.code, 0) << filter.err;
    EXPECT_THAT(server.log(), HasSubstr("/v1/embeddings"));
    // Of another provider too, where it was said with the command.
    EXPECT_EQ(run_quarry({"embed", "--stdin", "--model", "mistral:any", "--config", at_server, "--config",
                          "embed.provider=openai"},
                         "a\n", {{"OPENAI_API_KEY", "k"}})
                  .code,
              0);
    // Elsewhere an address is for its provider alone: this one would be asked at its own.
    const std::string asked = server.log();
    const std::map<std::string, std::string> environment = {{"QUARRY_EMBED_BASE_URL", server.base_url()},
                                                            {"QUARRY_EMBED_PROVIDER", "openai"}};
    const RunResult other = run_quarry({"embed", "--stdin", "--model", "mistral:any"}, "a\n", environment);
    EXPECT_EQ(other.code, 2);
    EXPECT_THAT(other.err, HasSubstr("no API key for https://api.mistral.ai/v1"));
    EXPECT_EQ(server.log(), asked);
}

TEST_F(EmbedCommandTest, ABaseRemembersThatItsServerIsOnesOwn) {
    const OpenAiServer server;
    const std::string at_server = "embed.base_url=" + server.base_url();
    const std::map<std::string, std::string> key = {{"OPENAI_API_KEY", "k"}};
    ingest(3);
    ASSERT_EQ(run_quarry({"embed", "--model", "openai:any", "--config", at_server}, {}, key).code, 0);
    EXPECT_EQ(run_quarry({"search", "number1", "--config", at_server}, {}, key).code, 0);
    write("more.txt", "more");
    const std::string asked = server.log();
    for (const auto& [command, code] :
         std::vector<std::pair<std::vector<std::string>, int>>{{{"search", "number1"}, 0},  // by words
                                                               {{"search", "--mode", "vector", "number1"}, 2},
                                                               {{"embed"}, 2},
                                                               {{"embed", "--dry-run"}, 2},
                                                               {{"ingest", "more.txt"}, 0}}) {  // without its vectors
        const RunResult result = run_quarry(command, {}, key);
        EXPECT_EQ(result.code, code) << command.front();
        EXPECT_THAT(result.err, HasSubstr("made at " + server.base_url())) << command.front();
    }
    EXPECT_EQ(server.log(), asked);
    EXPECT_EQ(run_quarry({"docs", "show", "more.txt"}).code, 0);
    EXPECT_THAT(run_quarry({"models", "ls"}).out, HasSubstr("1 missing"));
    EXPECT_EQ(run_quarry({"embed", "--config", at_server}, {}, key).code, 0);
    EXPECT_THAT(run_quarry({"models", "ls"}).out, Not(HasSubstr("missing")));
}

TEST_F(EmbedCommandTest, BuiltInVectorsStayUntilTheyAreRemoved) {
    const OpenAiServer server;
    ingest(70);
    const std::vector<std::string> remove = {"models", "rm", "--vectors", "builtin"};
    EXPECT_EQ(run_quarry(remove).code, 1);  // searches use them
    ASSERT_EQ(run_quarry({"embed", "--model", "openai:any", "--config", "embed.base_url=" + server.base_url()}).code,
              0);
    EXPECT_THAT(run_quarry({"models", "ls"}).out, HasSubstr("builtin  70 vectors"));
    EXPECT_EQ(run_quarry(remove).code, 0);
    EXPECT_EQ(run_quarry(remove).code, 10);
}

TEST_F(EmbedCommandTest, IngestLooksForTheKeyBeforeItStores) {
    write("one.txt", "one");
    const std::vector<std::string> command = {"ingest",   "one.txt",      "--json", "--config", "embed.provider=openai",
                                              "--config", "embed.model=m"};
    EXPECT_EQ(run_quarry(command).code, 2);
    EXPECT_FALSE(std::filesystem::exists(folder() / ".quarry"));
    ingest(3);
    EXPECT_EQ(run_quarry(command).code, 2);
    EXPECT_EQ(run_quarry({"docs", "show", "one.txt"}).code, 10);
}

TEST_F(EmbedCommandTest, IngestReportsWhatIsInThoughTheServerFails) {
    write("one.txt", "one");
    const RunResult result =
        run_quarry({"ingest", "one.txt", "--json", "--config", "embed.provider=openai", "--config", "embed.model=m",
                    "--config", "embed.base_url=http://127.0.0.1:9/v1", "--config", "embed.retries=0"});
    EXPECT_EQ(result.code, 14);
    const auto record = nlohmann::json::parse(result.out);
    EXPECT_EQ(record["added"], 1);
    EXPECT_EQ(record["embedded"], 0);
}

TEST_F(EmbedCommandTest, APlanOfASmallBaseHasNothingToDo) {
    ingest(3);
    const auto plan = nlohmann::json::parse(run_quarry({"embed", "--dry-run", "--json"}).out);
    EXPECT_EQ(plan["texts"], 0);
    EXPECT_THAT(plan["note"].get<std::string>(), HasSubstr("searching by words only"));
    EXPECT_THAT(run_quarry({"embed", "--dry-run"}).out, HasSubstr("searching by words only"));
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
