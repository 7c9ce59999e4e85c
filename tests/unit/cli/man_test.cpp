// quarry man: pages on standard output and as files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class ManTest : public QuarryTest {};

TEST_F(ManTest, PagesAreFiles) {
    EXPECT_EQ(run_quarry({"man", "--write", "man"}).code, 0);
    EXPECT_EQ(run_quarry({"man"}).out, read("man/quarry.1"));
    EXPECT_THAT(read("man/quarry.1"), HasSubstr(".TH QUARRY 1"));
    EXPECT_THAT(read("man/quarry-config-get.1"), HasSubstr(".TH QUARRY\\-CONFIG\\-GET 1"));
    EXPECT_EQ(run_quarry({"man", "config", "get"}).out, read("man/quarry-config-get.1"));
}

TEST_F(ManTest, MistakesAreUsageErrors) {
    EXPECT_EQ(run_quarry({"man", "config", "--write", "m"}).code, 2);
    EXPECT_EQ(run_quarry({"man", "nothing"}).code, 2);
    write("file", "");
    EXPECT_EQ(run_quarry({"man", "--write", "file"}).code, 1);
}

}  // namespace
}  // namespace quarry::cli
