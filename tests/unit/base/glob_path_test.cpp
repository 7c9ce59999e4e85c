#include "core/base/glob_path.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/base/file.h"

namespace quarry {
namespace {

TEST(AbsolutePathTest, is_normal_and_has_no_slash_at_the_end) {
    EXPECT_EQ(absolute_path("/a/./b/../c/"), "/a/c");
    EXPECT_EQ(absolute_path("/"), "/");
    EXPECT_EQ(absolute_path("."), std::filesystem::current_path().string());
}

TEST(ParseGlobTest, splits_at_the_last_folder_without_wildcards) {
    const auto glob = parse_glob("/nowhere/docs/v*/**/*.md");
    ASSERT_TRUE(glob);
    EXPECT_EQ(glob->folder, "/nowhere/docs");
    EXPECT_EQ(glob->pattern, "v*/**/*.md");
    EXPECT_EQ(parse_glob("*.md")->folder, absolute_path("."));
    EXPECT_EQ(parse_glob("/*.md")->folder, "/");
    EXPECT_FALSE(parse_glob("/nowhere/docs"));
}

TEST(ParseGlobTest, a_file_of_that_very_name_is_no_pattern) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "a[1].md";
    EXPECT_TRUE(parse_glob(path));
    std::ofstream(path) << "x";
    EXPECT_FALSE(parse_glob(path));
}

}  // namespace
}  // namespace quarry
