#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class CollectionsTest : public QuarryTest {
protected:
    CollectionsTest() {
        write("docs/moon.md", "# Moon\n\nThe moon is far.\n");
        write("secret/plan.md", "# Plan\n\nThe moonshot begins in May.\n");
        EXPECT_EQ(run_quarry({"collections", "add", "work", "--description", "What we plan"}).code, 0);
        EXPECT_EQ(run({"ingest", "docs"}).code, 0);
        EXPECT_EQ(run({"ingest", "--collection", "work", "secret"}).code, 0);
    }
    [[nodiscard]] static RunResult run(const std::vector<std::string>& arguments) {
        return run_quarry(arguments, {}, {{"QUARRY_EMBED_PROVIDER", "none"}});
    }
    [[nodiscard]] static json listed() { return json::parse(run({"collections", "ls", "--json"}).out)["collections"]; }
};

TEST_F(CollectionsTest, AreListedAddedAndRemoved) {
    ASSERT_EQ(listed().size(), 2U);
    EXPECT_EQ(listed()[0]["name"], "main");
    EXPECT_EQ(listed()[1]["description"], "What we plan");
    EXPECT_EQ(listed()[1]["sources"], 1);
    EXPECT_EQ(run({"collections", "add", "work"}).code, 2);
    EXPECT_EQ(run({"collections", "rm", "other"}).code, 10);
    EXPECT_EQ(run({"collections", "rm", "main", "--yes"}).code, 2);
    EXPECT_THAT(run({"collections", "rm", "work"}).err, HasSubstr("--yes"));
    EXPECT_EQ(listed().size(), 2U);
    EXPECT_EQ(run({"collections", "rm", "work", "--yes"}).code, 0);
    EXPECT_EQ(listed().size(), 1U);
    EXPECT_THAT(run({"docs", "ls"}).out, Not(HasSubstr("plan")));
}

TEST_F(CollectionsTest, LimitWhatIsSeen) {
    EXPECT_EQ(run({"search", "--collection", "main", "moonshot"}).code, 10);
    EXPECT_EQ(run({"search", "--collection", "work,main", "moonshot"}).code, 0);
    EXPECT_EQ(run({"search", "--collection", "other", "moon"}).code, 2);
    EXPECT_THAT(run({"ask", "--collection", "main", "When does the moonshot begin?"}).out, Not(HasSubstr("May")));
    EXPECT_EQ(run({"docs", "show", "secret/plan.md", "--collection", "main"}).code, 10);
    EXPECT_EQ(run({"docs", "rm", "secret/plan.md", "--collection", "main"}).code, 10);
    EXPECT_EQ(json::parse(run({"docs", "stats", "--collection", "main", "--json"}).out)["sources"], 1);
    EXPECT_EQ(json::parse(run({"docs", "show", "secret/plan.md", "--json"}).out)["document"]["collection"], "work");
}

TEST_F(CollectionsTest, StayWhereNothingIsSaid) {
    write("secret/plan.md", "# Plan\n\nThe moonshot begins in June.\n");
    EXPECT_EQ(run({"ingest", "."}).code, 0);
    EXPECT_EQ(listed()[1]["sources"], 1);
    std::filesystem::rename("secret/plan.md", "plan.md");  // found elsewhere, it stays too
    EXPECT_EQ(run({"ingest", "."}).code, 0);
    EXPECT_EQ(listed()[1]["sources"], 1);
    EXPECT_THAT(run({"docs", "ls", "--collection", "work"}).out, HasSubstr("  plan.md  Plan"));
    EXPECT_EQ(run({"ingest", "--collection", "main", "."}).code, 0);
    EXPECT_EQ(listed()[1]["sources"], 0);
}

TEST_F(CollectionsTest, PruningKeepsToTheOneThatIsNamed) {
    std::filesystem::remove("secret/plan.md");
    std::filesystem::remove("docs/moon.md");
    EXPECT_EQ(run({"ingest", "--prune", "--collection", "main", "."}).code, 0);
    EXPECT_EQ(listed()[0]["sources"], 0);
    EXPECT_EQ(listed()[1]["sources"], 1);
    EXPECT_EQ(run({"ingest", "--prune", "."}).code, 0);
    EXPECT_EQ(listed()[1]["sources"], 0);
}

TEST_F(CollectionsTest, AConversationGoesOnInItsOwn) {
    EXPECT_EQ(run({"ask", "--session", "talk", "--collection", "work", "When does the moonshot begin?"}).code, 0);
    // It knows what is in work, and may not tell it where only main may be read.
    const RunResult refused = run({"ask", "--session", "talk", "--collection", "main", "And the moon?"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("--collection work"));
    const RunResult own = run({"ask", "--session", "talk", "How far is the moon?"});
    EXPECT_THAT(own.out, Not(HasSubstr("far")));
    EXPECT_THAT(own.err, HasSubstr("about the collection work"));
    EXPECT_EQ(run({"ask", "--session", "talk", "--collection", "work,main", "How far is the moon?"}).code, 0);
    EXPECT_EQ(run({"ask", "--session", "talk", "--collection", "work", "And now?"}).code, 2);
}

}  // namespace
}  // namespace quarry::cli
