#include "core/base/file_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <thread>

#include "core/base/file.h"
#include "tests/support/error_of.h"

namespace quarry {
namespace {

using std::chrono::milliseconds;
using test::error_of;
using testing::HasSubstr;

TEST(FileLock, KeepsAnotherOneOutUntilItGoes) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "lock";
    auto first = std::make_unique<FileLock>(path, milliseconds(0), nullptr);
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of([&] { FileLock(path, milliseconds(60), nullptr); });
    EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(60));
    EXPECT_EQ(error.code(), ErrorCode::locked);
    EXPECT_THAT(error.message(), HasSubstr(path.string()));
    EXPECT_THAT(error.hint(), HasSubstr("--lock-wait"));
    first.reset();
    EXPECT_NO_THROW(FileLock(path, milliseconds(0), nullptr));
    EXPECT_TRUE(std::filesystem::exists(path)) << "the file stays";
}

TEST(FileLock, WaitsForTheOther) {
    const TemporaryDirectory folder;
    auto first = std::make_unique<FileLock>(folder.path() / "lock", milliseconds(0), nullptr);
    std::thread releases([&] {
        std::this_thread::sleep_for(milliseconds(60));
        first.reset();
    });
    EXPECT_NO_THROW(FileLock(folder.path() / "lock", std::chrono::seconds(60), nullptr));
    releases.join();
}

TEST(FileLock, StopsWaitingWhenCancelled) {
    const TemporaryDirectory folder;
    const FileLock first(folder.path() / "lock", milliseconds(0), nullptr);
    Cancellation cancel;
    std::thread cancels([&] {
        std::this_thread::sleep_for(milliseconds(50));
        cancel.cancel();
    });
    EXPECT_EQ(error_of([&] { FileLock(folder.path() / "lock", std::chrono::seconds(60), &cancel); }).code(),
              ErrorCode::interrupted);
    cancels.join();
}

TEST(FileLock, IsLetGoWhenItsProcessIsKilled) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "lock";
    int held[2];
    ASSERT_EQ(::pipe(held), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const FileLock lock(path, milliseconds(0), nullptr);
        (void)!::write(held[1], "x", 1);
        ::pause();
        ::_exit(0);
    }
    char letter = 0;
    ASSERT_EQ(::read(held[0], &letter, 1), 1);
    EXPECT_EQ(error_of([&] { FileLock(path, milliseconds(0), nullptr); }).code(), ErrorCode::locked);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_NO_THROW(FileLock(path, milliseconds(0), nullptr));
    ::close(held[0]);
    ::close(held[1]);
}

TEST(FileLock, AFolderThatIsNotThereIsNamed) {
    const TemporaryDirectory folder;
    const Error error = error_of([&] { FileLock(folder.path() / "none" / "lock", milliseconds(0), nullptr); });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_THAT(error.message(), HasSubstr("cannot make the lock file"));
    EXPECT_THAT(error.what(), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace quarry
