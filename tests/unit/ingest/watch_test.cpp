#include "core/ingest/watch.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "core/base/file.h"

namespace quarry::ingest {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

class WatchTest : public ::testing::Test {
protected:
    WatchTest() { fs::create_directories(root / "sub"); }
    void follow(FolderWatch& watch) const { watch.follow(inputs, options, cancellation); }
    void write(const char* name) const { std::ofstream(root / name) << "text"; }
    /// Whether a change is noticed before the time for looking anyway has come.
    bool notices(FolderWatch& watch) const {
        const Clock::time_point begin = Clock::now();
        watch.wait((root / "base.db").string(), cancellation);
        return Clock::now() - begin < limits.rescan;
    }

    TemporaryDirectory temporary;
    fs::path root = fs::canonical(temporary.path()) / "docs";
    IngestInputs inputs{{root}, {}, {}};
    IngestOptions options;
    WatchOptions limits{milliseconds(50), milliseconds(500), milliseconds(1500)};
    Cancellation cancellation;
};

TEST_F(WatchTest, notices_what_is_written_moved_and_removed) {
    FolderWatch watch(limits);
    follow(watch);
    write("a.md");
    EXPECT_TRUE(notices(watch));
    write("sub/b.md");
    EXPECT_TRUE(notices(watch));
    fs::rename(root / "a.md", root / "sub/c.md");
    EXPECT_TRUE(notices(watch));
    fs::remove(root / "sub/b.md");
    EXPECT_TRUE(notices(watch));
}

TEST_F(WatchTest, follows_new_folders) {
    FolderWatch watch(limits);
    follow(watch);
    fs::create_directories(root / "new/deep");
    EXPECT_TRUE(notices(watch));
    follow(watch);
    write("new/deep/a.md");
    EXPECT_TRUE(notices(watch));
}

TEST_F(WatchTest, the_base_and_hidden_files_do_not_count_but_ignore_files_do) {
    FolderWatch watch(limits);
    follow(watch);
    write("base.db");
    write("base.db-wal");
    write(".swap");
    EXPECT_FALSE(notices(watch));
    write(".gitignore");
    EXPECT_TRUE(notices(watch));
}

TEST_F(WatchTest, a_named_file_is_watched_by_its_folder) {
    write("a.md");
    inputs.paths = {root / "a.md"};
    FolderWatch watch(limits);
    follow(watch);
    write("new.md");
    fs::rename(root / "new.md", root / "a.md");
    EXPECT_TRUE(notices(watch));
}

TEST_F(WatchTest, ends_when_it_is_cancelled) {
    FolderWatch watch(limits);
    follow(watch);
    std::thread later([this] {
        std::this_thread::sleep_for(milliseconds(100));
        cancellation.cancel();
    });
    EXPECT_THROW(watch.wait("", cancellation), Error);
    later.join();
}

TEST_F(WatchTest, steady_changes_do_not_hold_it_up_for_ever) {
    FolderWatch watch(limits);
    follow(watch);
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        while (!stop) {
            write("log.txt");
            std::this_thread::sleep_for(milliseconds(10));
        }
    });
    EXPECT_TRUE(notices(watch));
    stop = true;
    writer.join();
}

}  // namespace
}  // namespace quarry::ingest
