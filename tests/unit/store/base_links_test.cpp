// Links that take the place of a base, or of the folders above it.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "filled_base.h"
#include "tests/support/error_of.h"

namespace quarry::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::prepared;
using testing::put;

/// The names and contents of a folder's files.
std::map<std::string, std::string> files_in(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        files[entry.path().filename().string()] = read_file(entry.path(), 1U << 30);
    }
    return files;
}

/// Puts a link to `outside` in the place of `inside` and takes it away again, all the time; at the end it is away.
class Swapping {
public:
    Swapping(const fs::path& inside, const fs::path& outside, const fs::path& link) {
        fs::create_symlink(outside, link);
        thread_ = std::jthread([inside, link](const std::stop_token& stop) {
            const auto swap = [&] {
                ::syscall(SYS_renameat2, AT_FDCWD, inside.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
            };
            while (!stop.stop_requested()) {
                swap();
                std::this_thread::sleep_for(std::chrono::microseconds(20));
            }
            if (fs::is_symlink(inside)) swap();
        });
    }

private:
    std::jthread thread_;
};

class BaseLinksTest : public ::testing::Test {
protected:
    [[nodiscard]] std::string refusal(StoreMode mode) const {
        return test::error_of([&] { (void)open_store(path, mode); }).what();
    }

    TemporaryDirectory folder;
    fs::path path = fs::canonical(folder.path()) / ".quarry" / "base.db";
};

TEST_F(BaseLinksTest, no_link_is_followed_that_takes_the_place_of_the_folder_or_the_base) {
    put(*open_store(path, StoreMode::create), prepared("/p/a", "The moon.\n\nThe sun."));
    const fs::path outside = folder.path() / "outside";
    put(*open_store(outside / "base.db", StoreMode::create), prepared("/outside/secret", "A secret."));
    const auto before = files_in(outside);
    struct Case {
        fs::path inside, outside;
    };
    for (const Case& one : {Case{path.parent_path(), outside}, Case{path, outside / "base.db"}}) {
        const bool is_folder = one.inside != path;
        const Swapping swapping(one.inside, one.outside, folder.path() / ("link-" + one.inside.filename().string()));
        int opened = 0, refused = 0;
        for (int i = 0; i < 3'000 && (i < 100 || (is_folder && opened < 20) || refused < 20); ++i) {
            const StoreMode mode = i % 3 == 0 ? StoreMode::read : i % 3 == 1 ? StoreMode::write : StoreMode::create;
            try {
                const auto store = open_store(path, mode);
                EXPECT_FALSE(store->source("/outside/secret"));
                if (mode != StoreMode::read) store->set_setting("written", std::to_string(i));
                ++opened;
            } catch (const Error& error) {
                if (error.code() != ErrorCode::failed) throw;
                ++refused;
            }
        }
        // SQLite looks again and again whether its file is still there.
        EXPECT_GT(opened, is_folder ? 0 : -1);
        EXPECT_GT(refused, 0);
    }
    EXPECT_EQ(files_in(outside), before);
}

TEST_F(BaseLinksTest, what_belongs_to_an_open_base_stays_in_its_folder) {
    std::string text;  // of as many passages as an index is made for
    for (int i = 0; i < 2'000; ++i) text += fmt::format("Passage {}.\n\n", i);
    put(*open_store(path, StoreMode::create), prepared("/p/a", text));
    const fs::path outside = folder.path() / "outside", moved = folder.path() / "moved";
    fs::create_directory(outside);
    {
        const auto store = open_store(path, StoreMode::write);
        fs::rename(path.parent_path(), moved);
        fs::create_directory_symlink(outside, path.parent_path());
        std::vector<std::string> hashes;
        for (const auto& passage : store->unembedded("m", 3'000, 0)) hashes.push_back(passage.text_hash);
        store->put_vectors("m", 2, hashes, std::vector<float>(2 * hashes.size(), 0.5F));
        store->update_index("m", 1, true, {}, {});
        EXPECT_TRUE(fs::exists(moved / "base.db-wal"));
    }
    EXPECT_THAT(files_in(outside), IsEmpty());
    EXPECT_FALSE(fs::exists(moved / "base.db-wal")) << "the last one to close tidies up";
    const auto has_index = [](const auto& file) { return file.first.ends_with(".vectors"); };
    EXPECT_TRUE(std::ranges::any_of(files_in(moved), has_index));
    fs::copy(moved / "base.db", outside / "base.db");
    EXPECT_THAT(refusal(StoreMode::write), HasSubstr("symbolic link"));
    EXPECT_THAT(refusal(StoreMode::create), HasSubstr("symbolic link"));
}

}  // namespace
}  // namespace quarry::store
