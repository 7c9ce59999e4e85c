#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/store/base_copy.h"
#include "core/store/store.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

class BackupTest : public QuarryTest {
protected:
    BackupTest() {
        write("moon.md", "# Moon\n\nThe moon is far.\n");
        EXPECT_EQ(run({"ingest", "moon.md"}).code, 0);
    }
    [[nodiscard]] static RunResult run(const std::vector<std::string>& arguments) {
        return run_quarry(arguments, {}, {{"QUARRY_EMBED_PROVIDER", "none"}});
    }
};

TEST_F(BackupTest, HasAllThatTheBaseHas) {
    const std::string hash(64, 'a');
    const std::vector<std::string> parts = {"part"};
    store::open_originals(".quarry/base.db", store::StoreMode::write)->put(hash, 4, 0, parts, 5);
    EXPECT_EQ(run({"backup", "copy"}).code, 0);
    EXPECT_EQ(run({"docs", "verify", "--base", "copy"}).code, 0);
    EXPECT_EQ(store::open_originals("copy", store::StoreMode::read)->part(hash, 0), "part");
    EXPECT_FALSE(std::filesystem::exists("copy-wal"));
    EXPECT_EQ(std::filesystem::status("copy").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(BackupTest, IsOfOneMomentWhileOthersWrite) {
    // In the midst of the copying, another connection writes as much again.
    write("sun.md", "# Sun\n\nThe sun is hot.\n");
    int calls = 0;
    store::copy_base(".quarry/base.db", "copy", store::CopyKind::backup, [&](std::uint64_t, std::uint64_t) {
        if (calls++ > 0) return;
        EXPECT_EQ(run({"ingest", "sun.md"}).code, 0);
    });
    EXPECT_GT(calls, 0);
    EXPECT_EQ(store::open_store(".quarry/base.db", store::StoreMode::read)->stats().sources, 2U);
    EXPECT_EQ(store::open_store("copy", store::StoreMode::read)->stats().sources, 1U);
    EXPECT_EQ(run({"docs", "verify", "--base", "copy"}).code, 0);
}

TEST_F(BackupTest, OverwritesOnlyWhatItMay) {
    write("copy", "precious");
    EXPECT_EQ(run({"backup", "copy"}).code, 2);
    EXPECT_EQ(run({"backup", "copy", "--force"}).code, 0);
    EXPECT_EQ(run({"backup", ".quarry/base.db", "--force"}).code, 2);
    EXPECT_EQ(run({"backup", "nowhere/copy"}).code, 1);
    EXPECT_EQ(run({"docs", "verify"}).code, 0);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(".")) {
        files += entry.path().filename().string().find(".part-") == std::string::npos ? 0 : 1;
    }
    EXPECT_EQ(files, 0U);
}

}  // namespace
}  // namespace quarry::cli
