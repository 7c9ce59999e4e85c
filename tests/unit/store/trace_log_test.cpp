// What runs in a base's file promise besides the contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/store/store.h"

namespace quarry::store {
namespace {

TEST(TraceLogTest, ABaseThatIsBeingWrittenToIsAnErrorSoon) {
    const TemporaryDirectory folder;
    const std::filesystem::path path = folder.path() / "base.db";
    static_cast<void>(open_store(path, StoreMode::create));
    const auto runs = open_runs(path, StoreMode::write);
    SQLite::Database other = db::open_sqlite(path, db::SqliteMode::read_write);
    const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
    try {
        static_cast<void>(runs->add({}, {}));
        FAIL() << "it was written";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::locked);
    }
    EXPECT_FALSE(runs->last());
}

TEST(TraceLogTest, AFileThatIsNoBaseIsRefused) {
    const TemporaryDirectory folder;
    EXPECT_THROW(open_runs(folder.path() / "none.db", StoreMode::read), Error);
    const std::filesystem::path stranger = folder.path() / "stranger.db";
    SQLite::Database(stranger.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (x)");
    EXPECT_THROW(open_runs(stranger, StoreMode::write), Error);
}

}  // namespace
}  // namespace quarry::store
