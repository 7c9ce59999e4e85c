#include <gmock/gmock.h>

#include <filesystem>

#include "core/base/error.h"
#include "core/store/base_copy.h"
#include "core/store/store.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

class RestoreTest : public QuarryTest {
protected:
    RestoreTest() {
        write("moon.md", "# Moon\n\nThe moon is far.\n");
        EXPECT_EQ(run({"ingest", "moon.md"}).code, 0);
        EXPECT_EQ(run({"backup", "copy"}).code, 0);
        write("sun.md", "# Sun\n\nThe sun is hot.\n");
        EXPECT_EQ(run({"ingest", "sun.md"}).code, 0);
    }
    [[nodiscard]] static RunResult run(const std::vector<std::string>& arguments) {
        return run_quarry(arguments, {}, {{"QUARRY_EMBED_PROVIDER", "none"}});
    }
    [[nodiscard]] static std::uint64_t sources(const char* base = ".quarry/base.db") {
        return store::open_store(base, store::StoreMode::read)->stats().sources;
    }
};

TEST_F(RestoreTest, ReplacesABaseThatIsInUse) {
    EXPECT_EQ(run({"restore", "copy"}).code, 2);
    EXPECT_EQ(sources(), 2U);
    const auto reader = store::open_store(".quarry/base.db", store::StoreMode::read);
    EXPECT_EQ(reader->stats().sources, 2U);
    EXPECT_EQ(run({"restore", "copy", "--force"}).code, 0);
    EXPECT_EQ(reader->stats().sources, 1U);
    EXPECT_EQ(run({"docs", "verify"}).code, 0);
    EXPECT_EQ(run({"ingest", "sun.md"}).code, 0);
    EXPECT_EQ(sources(), 2U);
}

TEST_F(RestoreTest, MakesABaseWhereThereIsNone) {
    EXPECT_EQ(run({"restore", "copy", "--base", "new/base.db"}).code, 0);
    EXPECT_EQ(sources("new/base.db"), 1U);
    EXPECT_EQ(run({"docs", "verify", "--base", "new/base.db"}).code, 0);
}

TEST_F(RestoreTest, WhatIsBrokenOffLeavesTheBaseAsItWas) {
    const auto stop = [](std::uint64_t, std::uint64_t) { throw Error(ErrorCode::interrupted, "interrupted"); };
    EXPECT_THROW(store::replace_base(".quarry/base.db", "copy", stop), Error);
    EXPECT_EQ(sources(), 2U);
    EXPECT_EQ(run({"docs", "verify"}).code, 0);
    write("bad", "no database");
    EXPECT_EQ(run({"restore", "bad", "--force"}).code, 1);
    EXPECT_EQ(run({"restore", "nothing", "--force"}).code, 1);
    EXPECT_EQ(sources(), 2U);
}

}  // namespace
}  // namespace quarry::cli
