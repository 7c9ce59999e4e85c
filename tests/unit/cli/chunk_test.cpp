// quarry chunk through the whole program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::vector<json> lines(const std::string& text) {
    std::vector<json> objects;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) objects.push_back(json::parse(line));
    return objects;
}

class ChunkCommandTest : public QuarryTest {};

TEST_F(ChunkCommandTest, PrintsOneObjectAChunk) {
    const std::string text = "# Moon\n\nIt is far.\n\n## Facts\n\n384,400 km.\n";
    write("moon.md", text);
    const RunResult result = run_quarry({"chunk", "moon.md", "--size", "25"});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.err, "");
    const std::vector<json> chunks = lines(result.out);
    ASSERT_EQ(chunks.size(), 2U);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        EXPECT_EQ(chunks[i]["source"], "moon.md");
        EXPECT_EQ(chunks[i]["index"], i);
        const auto start = chunks[i]["start_byte"].get<std::size_t>();
        EXPECT_EQ(chunks[i]["text"], text.substr(start, chunks[i]["end_byte"].get<std::size_t>() - start));
        EXPECT_GT(chunks[i]["tokens"], 0);
    }
    EXPECT_EQ(chunks[1]["heading_path"], (json{"Moon", "Facts"}));
    EXPECT_EQ(chunks[1]["start_line"], 5);
    EXPECT_EQ(chunks[1]["end_line"], 7);
}

TEST_F(ChunkCommandTest, ReadsStandardInputWithoutAFileOrForADash) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"chunk", "--size", "7"}, std::vector<std::string>{"chunk", "--size", "7", "-"}}) {
        const std::vector<json> chunks = lines(run_quarry(arguments, "one two three").out);
        ASSERT_EQ(chunks.size(), 2U);
        EXPECT_EQ(chunks[0]["source"], "-");
        EXPECT_EQ(chunks[0]["text"], "one two");
    }
}

TEST_F(ChunkCommandTest, TypeSaysWhatStandardInputIs) {
    const std::string text = "# A\n\nb";
    EXPECT_EQ(lines(run_quarry({"chunk", "--type", "markdown"}, text).out)[0]["heading_path"], (json{"A"}));
    EXPECT_EQ(lines(run_quarry({"chunk"}, text).out)[0]["heading_path"], json::array());
}

TEST_F(ChunkCommandTest, UsesTheConfiguration) {
    write("quarry.toml", "[chunk]\nsize = 3\nunit = \"words\"\n");
    EXPECT_EQ(lines(run_quarry({"chunk"}, "one two three four").out).size(), 2U);
    EXPECT_EQ(lines(run_quarry({"chunk", "--size", "4"}, "one two three four").out).size(), 1U);
}

TEST_F(ChunkCommandTest, JsonIsOneDocument) {
    write("a.txt", "one");
    const json document = json::parse(run_quarry({"chunk", "--json", "a.txt", "missing.txt"}).out);
    EXPECT_EQ(document["schema"], "quarry.chunk/1");
    EXPECT_EQ(document["chunks"].size(), 1U);
    EXPECT_EQ(document["documents"][0]["source"], "a.txt");
    EXPECT_EQ(document["documents"][0]["bytes"], 3);
    EXPECT_EQ(document["failed"][0]["source"], "missing.txt");
    EXPECT_EQ(json::parse(run_quarry({"chunk", "--format", "json"}, "").out)["chunks"], json::array());
}

TEST_F(ChunkCommandTest, TextIsForReadingAndSafe) {
    write("a.md", "# Title\n\nred \x1b[31mtext\n");
    const RunResult result = run_quarry({"chunk", "--format", "text", "a.md"});
    EXPECT_THAT(result.out, HasSubstr("a.md:1-3  Title  bytes 0-22"));
    EXPECT_THAT(result.out, HasSubstr("red text"));
}

TEST_F(ChunkCommandTest, CountsOnly) {
    write("a.txt", "one two");
    write("b.txt", "three");
    EXPECT_EQ(run_quarry({"chunk", "--count", "a.txt"}).out, "1\t7\t2\ta.txt\n");
    EXPECT_EQ(run_quarry({"chunk", "--count", "a.txt", "b.txt"}).out,
              "1\t7\t2\ta.txt\n1\t5\t1\tb.txt\n2\t12\t3\ttotal\n");
    EXPECT_EQ(lines(run_quarry({"chunk", "--count", "--format", "ndjson", "a.txt"}).out)[0]["tokens"], 2);
    EXPECT_EQ(json::parse(run_quarry({"chunk", "--count", "--json", "a.txt"}).out)["documents"][0]["chunks"], 1);
}

TEST_F(ChunkCommandTest, NothingIsPrintedForBlankText) {
    const RunResult result = run_quarry({"chunk"}, " \n\n");
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.out, "");
}

TEST_F(ChunkCommandTest, OthersAreDoneWhenOneFails) {
    write("a.txt", "one");
    write("b.json", "{");
    write("c.txt", "three");
    const RunResult result = run_quarry({"chunk", "a.txt", "b.json", "c.txt"});
    EXPECT_EQ(result.code, 11);
    EXPECT_EQ(lines(result.out).size(), 2U);
    EXPECT_THAT(result.err, HasSubstr("b.json is not JSON"));
}

struct Failure {
    std::string name;
    std::vector<std::string> arguments;
    int code;
    std::string message;
};

class ChunkCommandFailure : public QuarryTest, public ::testing::WithParamInterface<Failure> {};

TEST_P(ChunkCommandFailure, SaysWhatIsWrongAndPrintsNothing) {
    write("text.txt", "text");
    write("binary.txt", std::string_view("a\0b", 3));
    const RunResult result = run_quarry(GetParam().arguments, "text");
    EXPECT_EQ(result.code, GetParam().code);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Chunk, ChunkCommandFailure,
    ::testing::Values(Failure{"strategy", {"chunk", "--strategy", "recursiv"}, 2, "did you mean recursive?"},
                      Failure{"unit", {"chunk", "--unit", "lines"}, 2, "unknown unit"},
                      Failure{"type", {"chunk", "--type", "word"}, 2, "unknown document type"},
                      Failure{"size", {"chunk", "--size", "0"}, 2, "size is 0"},
                      Failure{"overlap", {"chunk", "--size", "5", "--overlap", "5"}, 2, "overlap"},
                      Failure{"size_no_number", {"chunk", "--size", "big"}, 2, "size"},
                      Failure{"format", {"chunk", "--format", "xml"}, 2, "format"},
                      Failure{"missing_file", {"chunk", "none.txt"}, 1, "none.txt"},
                      Failure{"folder", {"chunk", "."}, 1, "."},
                      Failure{"binary", {"chunk", "binary.txt"}, 1, "looks like a binary file"},
                      Failure{"too_large", {"chunk", "--config", "ingest.max_file_bytes=2"}, 1, "larger than 2 bytes"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace quarry::cli
