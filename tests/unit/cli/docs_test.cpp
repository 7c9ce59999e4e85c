#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class DocsTest : public QuarryTest {
protected:
    DocsTest() {
        write("docs/moon.md", "# Moon\n\nIt is far.\n\n## Tides\n\nThey come and go.\n");
        write("docs/sun.txt", "The sun.\n");
        write("docs/bad.eml", "x");
        EXPECT_EQ(run_quarry({"ingest", "docs"}).code, 11);
        EXPECT_EQ(run_quarry({"ingest", "--jsonl", "-"},
                             R"({"id":"j1","title":"Line","text":"From JSON.","metadata":{"k":1}})")
                      .code,
                  0);
    }
};

TEST_F(DocsTest, ls_lists_what_is_there) {
    const RunResult all = run_quarry({"docs", "ls"});
    EXPECT_EQ(all.code, 0);
    EXPECT_THAT(all.out, HasSubstr("docs/moon.md  Moon\n"));
    EXPECT_THAT(all.out, HasSubstr("j1  Line\n"));
    EXPECT_THAT(all.out, HasSubstr("failed  docs/bad.eml  it has no mail header"));
    const RunResult below = run_quarry({"docs", "ls", "docs"});
    EXPECT_THAT(below.out, Not(HasSubstr("j1")));
    const RunResult failed = run_quarry({"docs", "ls", "--failed"});
    EXPECT_THAT(failed.out, HasSubstr("docs/bad.eml"));
    EXPECT_THAT(failed.out, Not(HasSubstr("moon")));
    EXPECT_THAT(run_quarry({"docs", "ls", "elsewhere"}).err, HasSubstr("no documents"));
    EXPECT_EQ(json::parse(run_quarry({"docs", "ls", "elsewhere", "--json"}).out)["documents"].size(), 0U);
    const json listed = json::parse(run_quarry({"docs", "ls", "--json"}).out);
    EXPECT_EQ(listed["schema"], "quarry.docs.ls/1");
    ASSERT_EQ(listed["documents"].size(), 4U);
    EXPECT_EQ(listed["documents"][0]["status"], "failed");
    EXPECT_EQ(listed["documents"][1]["title"], "Moon");
    EXPECT_EQ(listed["documents"][3]["metadata"]["k"], 1);
}

TEST_F(DocsTest, show_takes_paths_and_names) {
    const RunResult shown = run_quarry({"docs", "show", "docs/moon.md"});
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(shown.out, HasSubstr("title      Moon\n"));
    EXPECT_THAT(shown.out, HasSubstr("\n1  lines 1-7, bytes 0-47  Moon\n   # Moon It is far."));
    EXPECT_EQ(run_quarry({"docs", "show", (folder() / "docs/moon.md").string()}).out, shown.out);
    EXPECT_THAT(run_quarry({"docs", "show", "j1"}).out, HasSubstr("metadata   k=1"));
    EXPECT_EQ(run_quarry({"docs", "show", "docs/sun.txt", "--text"}).out, "The sun.\n");
    EXPECT_THAT(run_quarry({"docs", "show", "docs/bad.eml"}).out, HasSubstr("failed     it has no mail header"));
    const json document = json::parse(run_quarry({"docs", "show", "docs/moon.md", "--json"}).out);
    EXPECT_EQ(document["schema"], "quarry.docs.show/1");
    EXPECT_EQ(document["chunks"].size(), document["document"]["chunks"]);
    EXPECT_EQ(document["chunks"][0]["start_byte"], 0);
    EXPECT_EQ(json::parse(run_quarry({"docs", "show", "j1", "--text", "--json"}).out)["text"], "From JSON.");
}

TEST_F(DocsTest, show_says_what_is_not_there) {
    const RunResult missing = run_quarry({"docs", "show", "docs/none.md"});
    EXPECT_EQ(missing.code, 10);
    EXPECT_THAT(missing.err, HasSubstr("docs/none.md is not in the knowledge base"));
    EXPECT_EQ(run_quarry({"docs", "show", "docs/bad.eml", "--text"}).code, 10);
}

TEST_F(DocsTest, rm_removes_all_or_nothing) {
    EXPECT_EQ(run_quarry({"docs", "rm", "j1", "docs/none.md"}).code, 10);
    EXPECT_EQ(run_quarry({"docs", "show", "j1"}).code, 0);
    EXPECT_THAT(run_quarry({"docs", "rm", "j1", "j1"}).err, HasSubstr("removed j1\n"));
    const RunResult folder_only = run_quarry({"docs", "rm", "docs"});
    EXPECT_EQ(folder_only.code, 2);
    EXPECT_THAT(folder_only.err, HasSubstr("add --recursive"));
    const json removed = json::parse(run_quarry({"docs", "rm", "-r", "docs", "--json"}).out);
    EXPECT_EQ(removed["removed"], 3);
    EXPECT_EQ(json::parse(run_quarry({"docs", "stats", "--json"}).out)["sources"], 0);
    EXPECT_TRUE(std::filesystem::exists("docs/moon.md"));
}

TEST_F(DocsTest, stats_counts) {
    const json stats = json::parse(run_quarry({"docs", "stats", "--json"}).out);
    EXPECT_EQ(stats["schema"], "quarry.docs.stats/1");
    EXPECT_EQ(stats["sources"], 4);
    EXPECT_EQ(stats["failed_sources"], 1);
    EXPECT_EQ(stats["documents"], 3);
    EXPECT_GT(stats["file_bytes"], 10'000);
    EXPECT_THAT(run_quarry({"docs", "stats"}).out, HasSubstr("sources    4 (1 failed)\ndocuments  3\n"));
}

TEST_F(DocsTest, verify_proves_or_finds) {
    EXPECT_EQ(run_quarry({"docs", "verify"}).code, 0);
    EXPECT_EQ(json::parse(run_quarry({"docs", "verify", "--json"}).out)["findings"].size(), 0U);
    SQLite::Database(".quarry/base.db", SQLite::OPEN_READWRITE)
        .exec("UPDATE document_parts SET text = 'The mun.' || char(10), packed = NULL WHERE document_id ="
              " (SELECT document_id FROM sources WHERE uri LIKE '%sun.txt')");
    const RunResult damaged = run_quarry({"docs", "verify"});
    EXPECT_EQ(damaged.code, 1);
    EXPECT_THAT(damaged.out, HasSubstr("docs/sun.txt: its text is not the one that was stored"));
    const RunResult as_json = run_quarry({"docs", "verify", "--json"});
    EXPECT_EQ(as_json.code, 1);
    EXPECT_GT(json::parse(as_json.out)["findings"].size(), 0U);
}

TEST_F(DocsTest, without_a_base_each_says_how_to_make_one) {
    std::filesystem::remove_all(".quarry");
    const std::vector<std::vector<std::string>> commands{
        {"docs", "ls"}, {"docs", "show", "x"}, {"docs", "rm", "x"}, {"docs", "stats"}, {"docs", "verify"}};
    for (const auto& command : commands) {
        const RunResult run = run_quarry(command);
        EXPECT_EQ(run.code, 1);
        EXPECT_THAT(run.err, HasSubstr("quarry ingest PATH"));
        EXPECT_FALSE(std::filesystem::exists(".quarry"));
    }
}

TEST_F(DocsTest, gc_gives_back_what_was_removed) {
    EXPECT_EQ(run_quarry({"docs", "rm", "docs/moon.md"}).code, 0);
    const json done = json::parse(run_quarry({"docs", "gc", "--json"}).out);
    EXPECT_EQ(done["schema"], "quarry.docs.gc/1");
    EXPECT_LE(done["base"]["bytes"], done["base"]["bytes_before"]);
    EXPECT_EQ(done["index"]["bytes"], 0) << "so few vectors have no index";
    EXPECT_THAT(run_quarry({"docs", "gc"}).err, HasSubstr("nothing to reclaim"));
    EXPECT_EQ(run_quarry({"docs", "verify"}).code, 0);
    EXPECT_EQ(run_quarry({"eval", "index"}).code, 1) << "too few vectors to measure";
}

}  // namespace
}  // namespace quarry::cli
