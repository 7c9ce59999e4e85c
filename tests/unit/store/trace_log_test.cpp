#include "core/store/sqlite/trace_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/store/store.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t one_second = 1'000'000'000;

class RunLogTest : public ::testing::Test {
protected:
    RunLogTest() { static_cast<void>(open_store(path, StoreMode::create)); }

    [[nodiscard]] static StoredRun run_at(std::int64_t seconds) {
        StoredRun run;
        run.trace_id = std::string(32, 'a');
        run.name = "ask";
        run.started_at = seconds * one_second;
        run.spans = "[]";
        return run;
    }
    [[nodiscard]] static std::vector<std::int64_t> ids(const TraceLog& log, std::size_t limit = 100) {
        std::vector<std::int64_t> found;
        log.for_each(limit, [&](const StoredRun& run) { found.push_back(run.id); });
        return found;
    }

    TemporaryDirectory folder;
    std::filesystem::path path = folder.path() / "base.db";
};

TEST_F(RunLogTest, GivesBackWhatWasAdded) {
    TraceLog log(path, TraceLog::Access::write);
    StoredRun run = run_at(5);
    run.duration = 7;
    run.error = "rate_limited";
    run.model = "m";
    run.input_tokens = 12;
    run.output_tokens = 3;
    run.cost = 0.25;
    run.calls = 2;
    run.cached_calls = 1;
    run.spans = R"([{"name":"ask"}])";
    const std::int64_t id = log.add(run, {});
    const std::optional<StoredRun> found = log.find(id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->trace_id, run.trace_id);
    EXPECT_EQ(found->duration, 7);
    EXPECT_EQ(found->error, "rate_limited");
    EXPECT_EQ(found->cost, 0.25);
    EXPECT_EQ(found->cached_calls, 1);
    EXPECT_EQ(found->spans, run.spans);
    EXPECT_FALSE(log.find(id + 1));
    EXPECT_EQ(log.last()->id, id);
    const std::int64_t unpriced = log.add(run_at(6), {});
    EXPECT_EQ(log.find(unpriced)->cost, std::nullopt);
}

TEST_F(RunLogTest, ListsTheNewestFirstAndStreamsTheOldestFirst) {
    TraceLog log(path, TraceLog::Access::write);
    EXPECT_THAT(ids(log), IsEmpty());
    EXPECT_FALSE(log.last());
    for (int i = 0; i < 4; ++i) static_cast<void>(log.add(run_at(i), {}));
    EXPECT_THAT(ids(log, 2), ElementsAre(4, 3));
    std::vector<std::int64_t> streamed;
    log.for_each_after(1, [&](StoredRun&& run) {
        streamed.push_back(run.id);
        return streamed.size() < 2;
    });
    EXPECT_THAT(streamed, ElementsAre(2, 3));
}

TEST_F(RunLogTest, OldRunsGoAndTheirIdsAreNotGivenAgain) {
    TraceLog log(path, TraceLog::Access::write);
    const TraceLogLimits limits{.max_runs = 2, .max_age = 100};
    for (int i = 0; i < 3; ++i) static_cast<void>(log.add(run_at(i), limits));
    EXPECT_THAT(ids(log), ElementsAre(3, 2));
    static_cast<void>(log.add(run_at(102), limits));
    EXPECT_THAT(ids(log), ElementsAre(4, 3)) << "the one of second 2 is 100 seconds old: not more";
    static_cast<void>(log.add(run_at(300), limits));
    EXPECT_THAT(ids(log), ElementsAre(5));
}

TEST_F(RunLogTest, ABaseThatIsBeingWrittenToIsAnErrorSoon) {
    TraceLog log(path, TraceLog::Access::write);
    SQLite::Database other = db::open_sqlite(path, db::SqliteMode::read_write);
    const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
    try {
        static_cast<void>(log.add(run_at(1), {}));
        FAIL() << "it was written";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::locked);
    }
    EXPECT_THAT(ids(log), IsEmpty());
}

TEST_F(RunLogTest, AFileThatIsNoBaseIsRefused) {
    EXPECT_THROW(TraceLog(folder.path() / "none.db", TraceLog::Access::read), Error);
    const std::filesystem::path stranger = folder.path() / "stranger.db";
    SQLite::Database(stranger.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (x)");
    EXPECT_THROW(TraceLog(stranger, TraceLog::Access::write), Error);
}

}  // namespace
}  // namespace quarry::store
