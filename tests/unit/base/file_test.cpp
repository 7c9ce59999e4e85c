#include "core/base/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "core/base/error.h"

namespace quarry {
namespace {

using testing::HasSubstr;

std::string failure_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        return error.what();
    }
    return "nothing was thrown";
}

TEST(ReadFile, GivesWhatWasWritten) {
    const TemporaryDirectory folder;
    for (const std::string& content : {std::string(), std::string("a\0b", 3), std::string(100'000, 'x')}) {
        write_file_atomically(folder.path() / "f", content);
        EXPECT_EQ(read_file(folder.path() / "f", 1'000'000), content);
    }
}

TEST(ReadFile, AcceptsTheLimitAndRefusesMore) {
    const TemporaryDirectory folder;
    write_file_atomically(folder.path() / "f", "12345");
    EXPECT_EQ(read_file(folder.path() / "f", 5), "12345");
    EXPECT_THAT(failure_of([&] { (void)read_file(folder.path() / "f", 4); }),
                HasSubstr("larger than the limit of 4 B"));
}

TEST(ReadFile, StopsAtTheLimitWhenTheSizeIsUnknown) {
    // Files of /proc say that they are empty.
    EXPECT_THAT(failure_of([] { (void)read_file("/proc/self/maps", 10); }), HasSubstr("larger than the limit"));
    EXPECT_FALSE(read_file("/proc/self/maps", 10'000'000).empty());
}

TEST(ReadFile, ReadsItsBeginning) {
    const TemporaryDirectory folder;
    write_file_atomically(folder.path() / "f", "12345");
    std::filesystem::create_symlink(folder.path() / "f", folder.path() / "link");
    EXPECT_EQ(read_beginning({}, (folder.path() / "f").string(), 3), "123");
    EXPECT_EQ(read_beginning(folder.path(), "f", 10), "12345");
    EXPECT_EQ(read_beginning(folder.path(), "f", 0), "");
    EXPECT_THAT(failure_of([&] { (void)read_beginning(folder.path(), "link", 3); }), HasSubstr("symbolic link"));
    EXPECT_THAT(failure_of([&] { (void)read_beginning({}, "/dev/null", 3); }), HasSubstr("not a regular file"));
}

TEST(ReadFile, SaysWhyItCannot) {
    const TemporaryDirectory folder;
    EXPECT_THAT(failure_of([&] { (void)read_file(folder.path() / "none", 10); }), HasSubstr("No such file"));
    EXPECT_THAT(failure_of([&] { (void)read_file(folder.path(), 10); }), HasSubstr("Is a directory"));
    EXPECT_THAT(failure_of([&] { (void)read_file("/dev/null", 10); }), HasSubstr("not a regular file"));
    const std::string fifo = (folder.path() / "fifo").string();
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_THAT(failure_of([&] { (void)read_file(fifo, 10); }), HasSubstr("not a regular file"));
}

TEST(ReadFile, SaysThatItMayNot) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    const TemporaryDirectory folder;
    write_file_atomically(folder.path() / "f", "x");
    ASSERT_EQ(::chmod((folder.path() / "f").c_str(), 0), 0);
    EXPECT_THAT(failure_of([&] { (void)read_file(folder.path() / "f", 10); }), HasSubstr("Permission denied"));
}

TEST(WriteFileAtomically, KeepsPermissionsAndLeavesNothingBeside) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "f";
    write_file_atomically(path, "one");
    ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    write_file_atomically(path, "two");
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u);
    EXPECT_EQ(read_file(path, 10), "two");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

// To take the place of /dev/stdout would cut off every other program.
TEST(WriteFileAtomically, WritesToWhatIsOpenInsteadOfReplacingIt) {
    const TemporaryDirectory folder;
    write_file_atomically(folder.path() / "f", "one");
    const int file = ::open((folder.path() / "f").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(file, 0);
    write_file_atomically("/dev/fd/" + std::to_string(file), " two");
    struct stat before {
    }, after{};
    EXPECT_EQ(::fstat(file, &before), 0);
    EXPECT_EQ(::stat((folder.path() / "f").c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino);
    EXPECT_EQ(read_file(folder.path() / "f", 100), "one two");
    ::close(file);
    EXPECT_THROW(write_file_atomically("/dev/no-such-device", "x"), Error);
}

TEST(WriteFileAtomically, LeavesTheOldContentWhenItFails) {
    const TemporaryDirectory folder;
    std::filesystem::create_directory(folder.path() / "taken");
    EXPECT_THAT(failure_of([&] { write_file_atomically(folder.path() / "taken", "x"); }), HasSubstr("cannot write"));
    EXPECT_THAT(failure_of([&] { write_file_atomically(folder.path() / "no" / "f", "x"); }), HasSubstr("No such file"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(StatFile, KnowsRegularFilesOnly) {
    const TemporaryDirectory folder;
    EXPECT_EQ(stat_file(folder.path()), std::nullopt);
    EXPECT_EQ(stat_file(folder.path() / "none"), std::nullopt);
    write_file_atomically(folder.path() / "f", "12345");
    const auto stamp = stat_file(folder.path() / "f");
    ASSERT_TRUE(stamp);
    EXPECT_EQ(stamp->size, 5u);
    EXPECT_GT(stamp->mtime_ns, 1'600'000'000'000'000'000);
    std::filesystem::create_symlink("f", folder.path() / "link");
    EXPECT_EQ(stat_file(folder.path() / "link"), stamp);
}

TEST(TemporaryDirectory, GoesWithAllItHolds) {
    std::filesystem::path path;
    {
        const TemporaryDirectory folder("quarry-test");
        path = folder.path();
        EXPECT_THAT(path.filename().string(), testing::StartsWith("quarry-test-"));
        std::filesystem::create_directories(path / "a" / "b");
        write_file_atomically(path / "a" / "b" / "f", "x");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace quarry
