#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class ModelsCommandTest : public QuarryTest {
protected:
    /// A model file that a test's own program writes.
    static void make_model(const std::string& name) {
        const std::string command = "/usr/bin/python3 " QUARRY_SOURCE_DIR "/tests/support/tiny_gguf.py " + name;
        EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c): the command is the test's own
    }
};

TEST_F(ModelsCommandTest, AddsListsAndRemoves) {
    make_model("tiny.gguf");
    const auto added = nlohmann::json::parse(run_quarry({"models", "add", "tiny.gguf", "--json"}).out);
    EXPECT_EQ(added["schema"], "quarry.models.add/1");
    EXPECT_EQ(added["license"], "mit");
    EXPECT_EQ(added["dimensions"], 32);
    const auto listed = nlohmann::json::parse(run_quarry({"models", "ls", "--json"}).out);
    EXPECT_EQ(listed["models"][0]["name"], "tiny");
    EXPECT_EQ(listed["models"][0]["sha256"], added["sha256"]);
    EXPECT_THAT(run_quarry({"models", "add", "tiny.gguf"}).err, HasSubstr("there is a model tiny already"));
    EXPECT_EQ(run_quarry({"models", "rm", "gguf:tiny"}).code, 0);
    EXPECT_EQ(run_quarry({"models", "rm", "tiny"}).code, 10);
}

TEST_F(ModelsCommandTest, VectorsInUseAreNotRemoved) {
    write("one.txt", "The moon is far away.");
    EXPECT_EQ(run_quarry({"ingest", "one.txt", "--quiet"}).code, 0);
    write("two.py", "import sys\nfor line in sys.stdin: print('[1, 2]')\n");
    const std::vector<std::string> program = {"--config", "embed.command=python3 two.py"};
    const auto embed = [&](const std::string& model) {
        return run_quarry({"embed", "--model", model, program[0], program[1]}).code;
    };
    EXPECT_EQ(embed("command:first"), 0);
    EXPECT_EQ(run_quarry({"models", "rm", "--vectors", "command:first"}).code, 1);
    EXPECT_EQ(embed("command:second"), 0);
    const auto listed = nlohmann::json::parse(run_quarry({"models", "ls", "--json"}).out);
    ASSERT_EQ(listed["embedders"].size(), 2U);
    EXPECT_EQ(listed["embedders"][1]["name"], "command:second");
    EXPECT_EQ(listed["embedders"][1]["in_use"], true);
    EXPECT_EQ(run_quarry({"models", "rm", "--vectors", "command:first"}).code, 0);
    EXPECT_EQ(run_quarry({"models", "rm", "--vectors", "command:first"}).code, 10);
}

}  // namespace
}  // namespace quarry::cli
