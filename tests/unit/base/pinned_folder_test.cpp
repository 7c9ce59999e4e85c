// Folders that stay the ones that were looked at.
#include "core/base/pinned_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "tests/support/error_of.h"

namespace quarry {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PinnedFolderTest : public ::testing::Test {
protected:
    TemporaryDirectory folder_;
    fs::path real_ = fs::canonical(folder_.path());
};

TEST_F(PinnedFolderTest, WhatIsOpenedBelowItIsInTheFolderThatWasThere) {
    const auto pinned = PinnedFolder::open(real_ / "a/b", PinnedFolder::Missing::make);
    fs::rename(real_ / "a", real_ / "moved");
    fs::create_directories(real_ / "a/b");
    write_file_atomically(pinned->path() / "x", "1");
    EXPECT_TRUE(fs::exists(real_ / "moved/b/x"));
    EXPECT_FALSE(fs::exists(real_ / "a/b/x"));
    EXPECT_EQ(shown_path(pinned->path() / "x"), real_ / "moved/b/x");
    EXPECT_EQ(shown_path(pinned->path()), real_ / "moved/b");
}

TEST_F(PinnedFolderTest, LinksAreRefusedWhereverTheyAre) {
    fs::create_directories(real_ / "a/b");
    fs::create_directory_symlink("a", real_ / "link");
    fs::create_directory_symlink("b", real_ / "a/link");
    fs::create_directory_symlink("nowhere", real_ / "a/dangling");
    for (const char* const path : {"link", "link/b", "a/link", "a/dangling", "a/dangling/x"}) {
        for (const auto missing : {PinnedFolder::Missing::refuse, PinnedFolder::Missing::make}) {
            const Error error = test::error_of([&] { (void)PinnedFolder::open(real_ / path, missing); });
            EXPECT_THAT(error.causes().front(), HasSubstr("is a symbolic link")) << path;
        }
    }
    EXPECT_FALSE(fs::exists(real_ / "a/nowhere"));
}

TEST_F(PinnedFolderTest, WhatIsMissingOrNoFolderSaysSo) {
    std::ofstream(real_ / "file") << "x";
    EXPECT_EQ(test::error_of([&] { (void)PinnedFolder::open(real_ / "none"); }).causes().front(),
              "No such file or directory");
    EXPECT_EQ(test::error_of([&] { (void)PinnedFolder::open(real_ / "file/x"); }).causes().front(), "Not a directory");
}

TEST_F(PinnedFolderTest, OnesForTheSameFolderAreShared) {
    const auto one = PinnedFolder::open(real_), two = PinnedFolder::open(real_ / ".");
    EXPECT_EQ(one, two);
    EXPECT_NE(one, PinnedFolder::open(real_ / "b", PinnedFolder::Missing::make));
}

TEST_F(PinnedFolderTest, OtherPathsAreShownAsTheyAre) {
    for (const char* const path : {"/p/a", "a/b", "", "/proc/self", "/proc/self/fd", "/proc/self/fd/none/x"}) {
        EXPECT_EQ(shown_path(path), path);
    }
}

}  // namespace
}  // namespace quarry
