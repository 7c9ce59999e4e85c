// The first bytes of a base's file: which of them are looked at.
#include "core/store/sqlite/file_header.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/store/store.h"
#include "prepared.h"

namespace quarry::store {
namespace {

TEST(FileHeader, DamageOfEachByteThatHasOneMeaningIsFound) {
    const TemporaryDirectory folder("quarry-header");
    const std::filesystem::path path = folder.path() / "base.db";
    {
        const auto store = open_store(path, StoreMode::create);
        store->put(std::vector{testing::prepared("/p/a", "The moon.")});
    }
    EXPECT_TRUE(header_problems(path).empty());
    const std::string whole = read_file(path, 1 << 26);
    std::vector<std::size_t> missed;
    for (std::size_t at = 18; at < 100; ++at) {
        // The magic number, page size and sizes of the file are SQLite's business; the schema's cookie may be anything.
        const bool is_sqlites = (at > 20 && at < 24) || (at >= 28 && at < 44) || (at >= 52 && at < 56) ||
                                (at >= 68 && at < 72) || at == 98 || at == 99;
        if (is_sqlites) continue;
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x5A);
        std::ofstream(path, std::ios::binary) << damaged;
        if (header_problems(path).empty()) missed.push_back(at);
    }
    EXPECT_TRUE(missed.empty()) << ::testing::PrintToString(missed);
}

}  // namespace
}  // namespace quarry::store
