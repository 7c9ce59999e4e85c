#include "core/base/mapped_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <string>

#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry {
namespace {

TEST(MappedFile, IsWhatTheFileWas) {
    const TemporaryDirectory folder;
    const std::filesystem::path path = folder.path() / "file";
    EXPECT_FALSE(MappedFile::open(path));
    EXPECT_FALSE(MappedFile::open(folder.path())) << "a folder";
    std::ofstream(path) << "";
    EXPECT_FALSE(MappedFile::open(path)) << "empty";
    std::ofstream(path) << "content";
    std::optional<MappedFile> file = MappedFile::open(path);
    ASSERT_TRUE(file);
    std::filesystem::remove(path);
    const MappedFile moved = std::move(*file);
    EXPECT_EQ(moved.bytes(), "content") << "though the file is gone";
}

TEST(MappedOutput, TakesItsPlaceWhenComplete) {
    const TemporaryDirectory folder;
    const std::filesystem::path path = folder.path() / "file";
    {
        MappedOutput output(path, 5);
        std::memcpy(output.data(), "12345", 5);
        output.grow(8);
        EXPECT_EQ(std::string(output.data(), 8), std::string("12345\0\0\0", 8));
        EXPECT_FALSE(std::filesystem::exists(path));
        output.commit();
    }
    EXPECT_EQ(MappedFile::open(path)->bytes(), std::string_view("12345\0\0\0", 8));
    { const MappedOutput given_up(path, 3); }
    EXPECT_EQ(MappedFile::open(path)->bytes().size(), 8U) << "what is not committed changes nothing";
    std::ofstream(path.string() + ".unfinished-x") << "left by a killed process";
    remove_leftovers(path);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(MappedOutput, SaysWhatCannotBeWritten) {
    const TemporaryDirectory folder;
    EXPECT_THROW(MappedOutput(folder.path() / "none" / "file", 5), Error);
    // Larger than any disk: an error, not a signal when the memory is written.
    EXPECT_THROW(MappedOutput(folder.path() / "file", std::size_t{1} << 60), Error);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace quarry
