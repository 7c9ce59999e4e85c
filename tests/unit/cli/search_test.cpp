#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
    EXPECT_EQ(result.err, "") << "ingest said already that there are no vectors";
    EXPECT_THAT(run_quarry({"search", "--mode", "hybrid", "undone"}).err, HasSubstr("words only"));
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

TEST_F(SearchCommandTest, PlacesAreLinksWhereTheyCanBeOpened) {
    const std::vector<std::string> arguments = {"search", "--mode", "lexical", "oven"};
    EXPECT_THAT(run_quarry(arguments).out, Not(HasSubstr("\x1b")));
    std::vector<std::string> with_links = arguments;
    with_links.insert(with_links.end(), {"--config", "ui.hyperlinks=always"});
    EXPECT_THAT(run_quarry(with_links).out, HasSubstr("\x1b]8;;file://" + (folder() / "docs/bread.txt").string() +
                                                      "\x1b\\docs/bread.txt:1\x1b]8;;\x1b\\"));
    with_links.emplace_back("--json");
    EXPECT_THAT(run_quarry(with_links).out, Not(HasSubstr("\x1b]8")));
}

TEST_F(SearchCommandTest, ABatchIsTheSameWhateverTheNumberOfThreads) {
    for (int i = 0; i < 80; ++i) {
        write("docs/n" + std::to_string(i) + ".md", "# Note " + std::to_string(i) + "\n\nA note about topic" +
                                                        std::to_string(i % 7) + " and an oven of the year " +
                                                        std::to_string(1900 + i) + ".\n");
    }
    ASSERT_EQ(run_quarry({"ingest", "docs"}).code, 0);
    std::string queries = "no query\n\n";
    for (int i = 0; i < 60; ++i) {
        queries += R"({"id": )" + std::to_string(i) + R"(, "query": "oven topic)" + std::to_string(i % 9) + "\"}\n";
    }
    queries += "{\"query\": 1}\n";
    for (const char* mode : {"lexical", "hybrid"}) {
        const RunResult one = run_quarry({"search", "--mode", mode, "--batch", "-", "--threads", "1"}, queries);
        const RunResult many = run_quarry({"search", "--mode", mode, "--batch", "-", "--threads", "5"}, queries);
        EXPECT_EQ(one.code, 11);
        EXPECT_EQ(many.code, 11);
        EXPECT_EQ(one.out, many.out) << mode;
        EXPECT_EQ(one.err, many.err) << mode;
        EXPECT_THAT(one.err, HasSubstr("line 1 is not a query"));
        EXPECT_EQ(std::count(many.out.begin(), many.out.end(), '\n'), 60);
        EXPECT_EQ(nlohmann::json::parse(many.out.substr(0, many.out.find('\n')))["id"], 0);
    }
}

TEST_F(SearchCommandTest, LanguagesAreToldAndSelectedBy) {
    write("docs/haus.md",
          "Die H\u00E4user der Stadt sind alt, und das ist nicht von dem Wetter allein zu erkl\u00E4ren.\n");
    ASSERT_EQ(run_quarry({"ingest", "docs"}).code, 0);
    const auto json = nlohmann::json::parse(run_quarry({"docs", "show", "--json", "docs/haus.md"}).out);
    EXPECT_EQ(json["document"]["language"], "de");
    EXPECT_THAT(run_quarry({"search", "--mode", "lexical", "Haus"}).out, HasSubstr("docs/haus.md"));
    EXPECT_EQ(run_quarry({"search", "--mode", "lexical", "--format", "files", "--lang", "de", "haus", "oven"}).out,
              "docs/haus.md\n");
    EXPECT_THAT(run_quarry({"search", "--mode", "lexical", "--color", "always", "Haus"}).out,
                HasSubstr("\x1b[1mH\u00E4user\x1b[0m"));
    ASSERT_EQ(run_quarry({"ingest", "docs/haus.md", "--config", "ingest.language=en"}).code, 0) << "unchanged";
    EXPECT_EQ(run_quarry({"ingest", "--config", "ingest.language=klingon", "docs"}).code, 2);
}

}  // namespace
}  // namespace quarry::cli
