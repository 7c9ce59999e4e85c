// What the cache in a base's file promises besides the contract.
#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/store/store.h"

namespace quarry::store {
namespace {

TEST(ResponseCacheTest, ABaseThatIsBeingWrittenToIsReadAndNotWaitedForLong) {
    using cache::CachedKind;
    const TemporaryDirectory folder;
    const std::filesystem::path path = folder.path() / "base.db";
    static_cast<void>(open_store(path, StoreMode::create));
    const auto busy = open_response_cache(path, {});
    busy->put("a", CachedKind::answer, "m", "1");
    SQLite::Database other = db::open_sqlite(path, db::SqliteMode::read_write);
    std::optional<SQLite::Transaction> lock(std::in_place, other, SQLite::TransactionBehavior::IMMEDIATE);
    EXPECT_TRUE(busy->find("a", CachedKind::answer));
    busy->put("b", CachedKind::answer, "m", "2");
    busy->touch("a");
    EXPECT_FALSE(busy->find("b", CachedKind::answer));
    lock.reset();
    busy->put("b", CachedKind::answer, "m", "2");
    EXPECT_TRUE(busy->find("b", CachedKind::answer));
}

}  // namespace
}  // namespace quarry::store
