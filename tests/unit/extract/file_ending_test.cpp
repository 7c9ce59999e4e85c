#include "core/extract/file_ending.h"

#include <gtest/gtest.h>

#include <string>

namespace quarry::extract {
namespace {

struct FileName {
    const char* name;
    std::string path;
    std::string part;
    std::string ending;
};

class FileEndings : public ::testing::TestWithParam<FileName> {};

TEST_P(FileEndings, AreWhatFollowsTheLastDot) {
    EXPECT_EQ(file_part(GetParam().path), GetParam().part);
    EXPECT_EQ(file_ending(GetParam().path), GetParam().ending);
}

INSTANTIATE_TEST_SUITE_P(All, FileEndings,
                         ::testing::Values(FileName{"plain", "notes.md", "notes.md", "md"},
                                           FileName{"upper", "docs/Notes.MD", "Notes.MD", "md"},
                                           FileName{"two", "a/b.tar.gz", "b.tar.gz", "gz"},
                                           FileName{"folder_with_a_dot", "v1.2/README", "README", ""},
                                           FileName{"hidden", "/home/.bashrc", ".bashrc", "bashrc"},
                                           FileName{"dot_at_the_end", "what.", "what.", ""},
                                           FileName{"folder", "docs.d/", "", ""}, FileName{"empty", "", "", ""}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace quarry::extract
