#include "core/store/sqlite/request_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/store/store.h"

namespace quarry::store {
namespace {

class RequestCacheTest : public ::testing::Test {
protected:
    RequestCacheTest() { static_cast<void>(open_store(path, StoreMode::create)); }

    [[nodiscard]] RequestCache cache(RequestCacheLimits limits = {}) {
        return {path, limits, [this] { return now; }};
    }
    [[nodiscard]] static bool has(RequestCache& cache, std::string_view key) {
        return cache.find(key, CachedKind::answer).has_value();
    }

    TemporaryDirectory folder;
    std::filesystem::path path = folder.path() / "base.db";
    std::int64_t now = 1'000'000;
};

TEST_F(RequestCacheTest, GivesBackWhatWasPut) {
    const std::string bytes("a\0b\xFF", 4);
    {
        RequestCache first = cache();
        first.put("key", CachedKind::answer, "model", bytes);
    }
    RequestCache second = cache();
    EXPECT_EQ(second.find("key", CachedKind::answer), bytes);
    EXPECT_EQ(second.find("other", CachedKind::answer), std::nullopt);
    EXPECT_EQ(second.find("key", CachedKind::query_vector), std::nullopt) << "it is of another kind";
    second.put("key", CachedKind::answer, "model", "newer");
    EXPECT_EQ(second.find("key", CachedKind::answer), "newer");
}

TEST_F(RequestCacheTest, WhatIsTooOldIsNotFoundAndGoesWithTheNextThatComes) {
    RequestCache limited = cache({.max_age = 100, .max_bytes = 1000});
    limited.put("old", CachedKind::answer, "m", "1");
    now += 100;
    EXPECT_TRUE(has(limited, "old"));
    limited.touch("old");
    now += 1;
    EXPECT_FALSE(has(limited, "old")) << "a use makes it no younger";
    EXPECT_EQ(limited.stats().answers.entries, 1U);
    limited.put("new", CachedKind::answer, "m", "2");
    EXPECT_EQ(limited.stats().answers.entries, 1U);
}

TEST_F(RequestCacheTest, WhatWasNotUsedForLongestGoesFirst) {
    RequestCache limited = cache({.max_age = 0, .max_bytes = 30});
    for (const char* key : {"a", "b", "c"}) {
        limited.put(key, CachedKind::answer, "m", "0123456789");
        ++now;
    }
    limited.touch("a");
    ++now;
    limited.put("d", CachedKind::answer, "m", "0123456789");
    EXPECT_TRUE(has(limited, "a"));
    EXPECT_FALSE(has(limited, "b"));
    EXPECT_TRUE(has(limited, "c"));
    EXPECT_TRUE(has(limited, "d"));
    EXPECT_EQ(limited.stats().answers.bytes, 30U);
}

TEST_F(RequestCacheTest, WhatIsLargerThanTheCacheIsNotKept) {
    RequestCache limited = cache({.max_age = 0, .max_bytes = 5});
    limited.put("small", CachedKind::answer, "m", "12345");
    limited.put("large", CachedKind::answer, "m", "123456");
    EXPECT_TRUE(has(limited, "small"));
    EXPECT_FALSE(has(limited, "large"));
}

TEST_F(RequestCacheTest, CountsAndClears) {
    RequestCache all = cache();
    all.put("a", CachedKind::answer, "m", "12345");
    now += 5;
    all.put("v", CachedKind::query_vector, "m", "1234");
    all.touch("a");
    all.touch("a");
    const RequestCacheStats stats = all.stats();
    EXPECT_EQ(stats.answers.entries, 1U);
    EXPECT_EQ(stats.answers.uses, 2U);
    EXPECT_EQ(stats.query_vectors.bytes, 4U);
    EXPECT_EQ(stats.oldest, 1'000'000);
    EXPECT_EQ(all.clear(), 2U);
    EXPECT_EQ(all.stats().oldest, std::nullopt);
}

TEST_F(RequestCacheTest, ABaseThatIsBeingWrittenToIsReadAndNotWaitedForLong) {
    RequestCache busy = cache();
    busy.put("a", CachedKind::answer, "m", "1");
    SQLite::Database other = db::open_sqlite(path, db::SqliteMode::read_write);
    std::optional<SQLite::Transaction> lock(std::in_place, other, SQLite::TransactionBehavior::IMMEDIATE);
    EXPECT_TRUE(has(busy, "a"));
    busy.put("b", CachedKind::answer, "m", "2");
    busy.touch("a");
    EXPECT_FALSE(has(busy, "b"));
    lock.reset();
    busy.put("b", CachedKind::answer, "m", "2");
    EXPECT_TRUE(has(busy, "b"));
}

TEST_F(RequestCacheTest, ManyThreadsMayUseIt) {
    RequestCache shared = cache();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&shared, t] {
            for (int i = 0; i < 20; ++i) {
                const std::string key = std::to_string(t * 100 + i);
                shared.put(key, CachedKind::answer, "m", key);
                EXPECT_EQ(shared.find(key, CachedKind::answer), key);
                shared.touch(key);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(shared.stats().answers.entries, 80U);
    EXPECT_EQ(shared.stats().answers.uses, 80U);
}

}  // namespace
}  // namespace quarry::store
