#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/text/ingest_report.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using nlohmann::json;

class IngestCommandTest : public QuarryTest {};

TEST_F(IngestCommandTest, reads_a_folder_and_says_what_it_did) {
    write("docs/a.md", "# Moon\n\nIt is far.\n");
    write("docs/b.gz", "x");
    const RunResult first = run_quarry({"ingest", "docs"});
    EXPECT_EQ(first.code, 0);
    EXPECT_EQ(first.out, "");
    EXPECT_THAT(first.err, HasSubstr("created a knowledge base: .quarry/base.db"));
    EXPECT_THAT(first.err, HasSubstr("1 added, 1 skipped (1 of unknown type: 1 gz); 1 chunk, 19 B in "));
    EXPECT_EQ(read(".quarry/.gitignore"), "*\n");
    EXPECT_THAT(run_quarry({"ingest", "docs"}).err, Not(HasSubstr("created a knowledge base")));
    EXPECT_EQ(run_quarry({"ingest", "docs", "--quiet"}).err, "");
}

TEST_F(IngestCommandTest, json_has_everything) {
    write("a.md", "Text.");
    write("b.docx", "no archive");
    const RunResult run = run_quarry({"ingest", "a.md", "b.docx", "missing", "--json"});
    EXPECT_EQ(run.code, 11);
    const json report = json::parse(run.out);
    EXPECT_EQ(report["schema"], "quarry.ingest/1");
    EXPECT_EQ(report["added"], 1);
    EXPECT_EQ(report["failed"].size(), 2U);
    EXPECT_THAT(report["failed"][0]["uri"].get<std::string>(), HasSubstr("/missing"));
    EXPECT_EQ(report["dry_run"], false);
    EXPECT_EQ(report["embedded"], 0);
}

TEST_F(IngestCommandTest, standard_input_is_a_document) {
    const RunResult run = run_quarry({"ingest", "-", "--name", "moon.txt"}, "The moon is 384,400 km away.");
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(run_quarry({"docs", "show", "moon.txt", "--text"}).out, "The moon is 384,400 km away.");
    EXPECT_EQ(run_quarry({"ingest", "-"}, "Unnamed.").code, 0);
    EXPECT_EQ(run_quarry({"docs", "show", "stdin", "--text"}).out, "Unnamed.");
}

TEST_F(IngestCommandTest, lines_of_json_are_documents) {
    const std::string lines = "{\"id\":\"a\",\"text\":\"One.\"}\n{\"id\":\"b\"}\n";
    const RunResult piped = run_quarry({"ingest", "--jsonl", "-"}, lines);
    EXPECT_EQ(piped.code, 11);
    EXPECT_THAT(piped.err, HasSubstr("stdin:2: it has no \"text\""));
    write("lines.jsonl", lines);
    const RunResult file = run_quarry({"ingest", "--jsonl", "lines.jsonl"});
    EXPECT_EQ(file.code, 11);
    EXPECT_THAT(file.err, HasSubstr("lines.jsonl:2: it has no \"text\""));
    EXPECT_THAT(file.err, HasSubstr("1 unchanged"));
    EXPECT_EQ(run_quarry({"ingest", "--jsonl", "missing"}).code, 1);
    EXPECT_THAT(run_quarry({"ingest", "--jsonl", "."}).err, HasSubstr("it is a folder"));
}

TEST_F(IngestCommandTest, contradictory_arguments_are_usage_errors) {
    const std::vector<std::vector<std::string>> cases{{"ingest"},
                                                      {"ingest", "-", "a.md"},
                                                      {"ingest", "a.md", "--jsonl", "b"},
                                                      {"ingest", "a.md", "--name", "x"},
                                                      {"ingest", "-", "--prune"},
                                                      {"ingest", "--jsonl", "-", "--prune"},
                                                      {"ingest", "-", "--type", "nonsense"},
                                                      {"ingest", ".", "--config", "chunk.overlap=1800"},
                                                      {"ingest", ".", "--config", "chunk.strategy=nonsense"}};
    for (const auto& arguments : cases) {
        const RunResult run = run_quarry(arguments);
        EXPECT_EQ(run.code, 2) << arguments.back() << run.err;
        EXPECT_THAT(run.err, HasSubstr("hint: "));
    }
}

TEST_F(IngestCommandTest, no_base_is_made_when_nothing_that_was_named_exists) {
    const RunResult run = run_quarry({"ingest", "missing.md"});
    EXPECT_EQ(run.code, 11);
    EXPECT_THAT(run.err, HasSubstr("missing.md: No such file or directory"));
    EXPECT_FALSE(std::filesystem::exists(".quarry"));
}

TEST_F(IngestCommandTest, a_dry_run_changes_nothing) {
    write("a.md", "Text.");
    write("b.gz", "");
    const RunResult run = run_quarry({"ingest", ".", "--dry-run"});
    EXPECT_EQ(run.code, 0);
    EXPECT_THAT(run.out, HasSubstr("add     a.md (1 chunk)\n"));
    EXPECT_THAT(run.out, HasSubstr("skip    b.gz (unknown_type)\n"));
    EXPECT_THAT(run.err, HasSubstr("would be: 1 added"));
    EXPECT_FALSE(std::filesystem::exists(".quarry"));
    ASSERT_EQ(run_quarry({"ingest", "a.md"}).code, 0);
    write("c.md", "More.");
    const json report = json::parse(run_quarry({"ingest", "c.md", "--dry-run", "--json"}).out);
    EXPECT_EQ(report["actions"][0]["action"], "add");
    EXPECT_EQ(run_quarry({"docs", "show", "c.md"}).code, 10);
}

TEST_F(IngestCommandTest, prune_forgets_what_is_gone) {
    write("d/a.md", "One.");
    write("d/b.md", "Two.");
    ASSERT_EQ(run_quarry({"ingest", "d"}).code, 0);
    std::filesystem::remove("d/b.md");
    EXPECT_THAT(run_quarry({"ingest", "d", "--prune"}).err, HasSubstr("1 removed"));
}

TEST_F(IngestCommandTest, names_cannot_drive_the_terminal) {
    write("a\x1b[31m\nb.md", "\xFF");
    const RunResult run = run_quarry({"ingest", "."});
    EXPECT_THAT(run.err, Not(HasSubstr("\x1b")));
    EXPECT_THAT(run.err, HasSubstr("warning: a b.md: "));
}

TEST_F(IngestCommandTest, many_failures_are_not_all_printed) {
    for (int i = 0; i < 30; ++i) write("d/" + std::to_string(i) + ".eml", "x");
    const RunResult run = run_quarry({"ingest", "d"});
    EXPECT_EQ(run.code, 11);
    EXPECT_THAT(run.err, HasSubstr("and 10 more; see them all: quarry docs ls --failed"));
}

TEST(ProgressLineTest, says_how_long_it_will_take) {
    EXPECT_EQ(progress_line({"reading", 3, 10, 0, 0}, 1), "reading 3/10");
    EXPECT_EQ(progress_line({"reading", 3, 0, 0, 0}, 1), "reading 3");
    EXPECT_EQ(progress_line({"reading", 3, 10, 2'000'000, 20'000'000}, 1), "reading 3/10, 2.0 MB/s, 9.0 s left");
    EXPECT_EQ(progress_line({"reading", 3, 10, 1'000'000, 200'000'000}, 1), "reading 3/10, 1.0 MB/s, 3 min 19 s left");
    EXPECT_EQ(progress_line({"reading", 3, 10, 1'000'000, 9'000'000'000}, 1), "reading 3/10, 1.0 MB/s, 2 h 29 min left");
}

TEST_F(IngestCommandTest, redaction_names_what_stays_as_it_is) {
    write("a.md", "Mail ada@lovelace.io about locks.\n");
    ASSERT_EQ(run_quarry({"ingest", "a.md"}).code, 0);
    EXPECT_THAT(run_quarry({"ingest", "--redact", "a.md"}).err, HasSubstr("quarry chats redact does the same"));
    EXPECT_THAT(run_quarry({"ingest", "a.md"}).err, Not(HasSubstr("quarry chats rm")));
}

TEST(IngestSummaryTest, says_only_what_happened) {
    ingest::IngestReport report;
    EXPECT_EQ(ingest_summary(report, false), "no documents found; 0 chunks, 0 B in 0.0 s");
    report.rechunked = 2;
    report.skipped = {{"binary", 1}, {"unknown_type", 9}};
    report.skipped_extensions = {{"", 1}, {"a", 1}, {"b", 3}, {"c", 1}, {"d", 1}, {"e", 2}};
    report.seconds = 75;
    EXPECT_EQ(ingest_summary(report, false),
              "2 cut again because the chunk settings changed, 10 skipped (1 binary; 9 of unknown type: 3 b, 2 e, 1 "
              "without ending, 1 a, 1 c, 1 more); 0 chunks, 0 B in 1 min 15 s");
}

}  // namespace
}  // namespace quarry::cli
