// quarry completions: scripts on standard output and as files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class CompletionsTest : public QuarryTest {};

TEST_F(CompletionsTest, ScriptsAreFiles) {
    EXPECT_EQ(run_quarry({"completions", "--write", "c"}).code, 0);
    EXPECT_EQ(run_quarry({"completions", "bash"}).out, read("c/quarry.bash"));
    EXPECT_EQ(run_quarry({"completions", "zsh"}).out, read("c/_quarry"));
    EXPECT_EQ(run_quarry({"completions", "fish"}).out, read("c/quarry.fish"));
    EXPECT_THAT(read("c/quarry.bash"), HasSubstr("complete -F _quarry quarry"));
}

TEST_F(CompletionsTest, MistakesAreUsageErrors) {
    EXPECT_EQ(run_quarry({"completions"}).code, 2);
    EXPECT_EQ(run_quarry({"completions", "ksh"}).code, 2);
    EXPECT_EQ(run_quarry({"completions", "bash", "--write", "c"}).code, 2);
}

}  // namespace
}  // namespace quarry::cli
