#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class SearchCommandTest : public QuarryTest {
protected:
    SearchCommandTest() {
        write("docs/undo.md",
              "# Undo\n\nA migration is undone with down.\n\n## Locks\n\nA lock keeps writers apart.\n");
        write("docs/bread.txt", "Bread is baked in an oven.\n");
        EXPECT_EQ(run_quarry({"ingest", "docs"}).code, 0);
    }
};

TEST_F(SearchCommandTest, PrintsPlacesAndSnippets) {
    const RunResult result = run_quarry({"search", "undone", "migrations"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, StartsWith(" 1. Undo\n    docs/undo.md:1  "));
    EXPECT_THAT(result.out, HasSubstr("A migration is undone with down."));
    EXPECT_THAT(result.err, HasSubstr("words alone"));
}

TEST_F(SearchCommandTest, ColourMarksTheMatches) {
    const RunResult result = run_quarry({"search", "--color", "always", "--mode", "lexical", "oven"});
    EXPECT_THAT(result.out, HasSubstr("an \x1b[1moven\x1b[0m."));
}

TEST_F(SearchCommandTest, JsonHasOffsetsThatFit) {
    const auto json = nlohmann::json::parse(run_quarry({"search", "--json", "oven"}).out);
    EXPECT_EQ(json["schema"], "quarry.search/1");
    EXPECT_EQ(json["mode"], "lexical");
    ASSERT_EQ(json["hits"].size(), 1U);
    const auto& hit = json["hits"][0];
    const std::string text = hit["text"];
    const auto& match = hit["snippet"]["matches"][0];
    EXPECT_EQ(text.substr(match[0], match[1].get<std::size_t>() - match[0].get<std::size_t>()), "oven");
    EXPECT_EQ(read("docs/bread.txt").substr(hit["start_byte"], text.size()), text);
    EXPECT_EQ(hit["dense"], nullptr);
    EXPECT_EQ(hit["lexical"]["rank"], 1);
}

TEST_F(SearchCommandTest, FilesComeOnce) {
    EXPECT_EQ(run_quarry({"search", "--format", "files", "--mode", "lexical", "lock", "migration"}).out,
              "docs/undo.md\n");
}

TEST_F(SearchCommandTest, NothingFoundIsTen) {
    const RunResult result = run_quarry({"search", "--mode", "lexical", "zeppelin"});
    EXPECT_EQ(result.code, 10);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("nothing fits \"zeppelin\""));
    const RunResult json = run_quarry({"search", "--json", "zeppelin"});
    EXPECT_EQ(json.code, 10);
    EXPECT_EQ(nlohmann::json::parse(json.out)["hits"].size(), 0U);
}

TEST_F(SearchCommandTest, WithoutAnEmbedderByChoiceNothingIsSaid) {
    EXPECT_EQ(run_quarry({"search", "--config", "embed.provider=none", "oven"}).err, "");
    const RunResult vector = run_quarry({"search", "--mode", "vector", "oven"});
    EXPECT_EQ(vector.code, 1);
    EXPECT_THAT(vector.err, HasSubstr("hint: "));
}

TEST_F(SearchCommandTest, UsageIsChecked) {
    EXPECT_EQ(run_quarry({"search"}).code, 2);
    EXPECT_EQ(run_quarry({"search", " "}).code, 2);
    EXPECT_EQ(run_quarry({"search", "--mode", "semantic", "x"}).code, 2);
    EXPECT_EQ(run_quarry({"search", "--json", "--format", "ndjson", "x"}).code, 2);
    EXPECT_EQ(run_quarry({"search", "--limit", "0", "x"}).code, 2);
}

TEST_F(SearchCommandTest, ADocumentCannotDriveTheTerminal) {
    write("docs/evil.md", "# Evil \x1b]0;title\x07 heading\n\nzeppelin \x1b[31mred\x1b[0m text\n");
    EXPECT_EQ(run_quarry({"ingest", "docs"}).code, 0);
    const RunResult result = run_quarry({"search", "--mode", "lexical", "zeppelin"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace quarry::cli
