// The connections to a base on PostgreSQL: shared, bounded, made again, and what is said by them.
#include <gmock/gmock.h>

#include <thread>

#include "core/store/presence.h"
#include "tests/unit/store/server_base.h"

namespace quarry::store {
namespace {

using ::testing::IsEmpty;
using ServerConnections = ServerBase;

TEST_F(ServerConnections, NamesAreHeldByASessionAndAgainAfterItsLoss) {
    const auto store = open_store(url_, StoreMode::create);
    auto one = open_presence(url_);
    const auto other = open_presence(url_);
    db::PostgresqlConnection another_process = db::PostgresqlConnection::connect(url_);
    const auto locks = [&] {
        return another_process
            .query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                   " AND classid = 1903260282 AND pid <> pg_backend_pid()")
            .text(0, 0);
    };
    one->hold("server a");
    one->hold("server a");
    EXPECT_FALSE(one->is_held_elsewhere("server a"));
    EXPECT_TRUE(other->is_held_elsewhere("server a"));
    EXPECT_FALSE(other->is_held_elsewhere("server b"));
    other->hold("server a");
    one->release("server a");
    EXPECT_FALSE(other->is_held_elsewhere("server a"));
    EXPECT_EQ(locks(), "1");
    other->release("server a");
    EXPECT_EQ(locks(), "0");
    another_process.query("SELECT pg_advisory_lock_shared(1903260282, hashtext(current_schema() || ' server b'))");
    EXPECT_TRUE(other->is_held_elsewhere("server b"));
    one->hold("server a");
    one->hold("server c");
    another_process.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                          " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    // Nobody asks: it is held again all the same.
    for (int tries = 0; tries < 600 && locks() != "2"; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(locks(), "2");
    EXPECT_TRUE(other->is_held_elsewhere("server d")) << "others may not be here again yet";
    one.reset();
    EXPECT_EQ(locks(), "0");
}

TEST_F(ServerConnections, TellsOfWhatIsWrittenToRuns) {
    static_cast<void>(open_store(url_, StoreMode::create));
    const std::string other_url = url_ + "?options=-csearch_path%3Dother";
    run("CREATE SCHEMA other");
    static_cast<void>(open_store(other_url, StoreMode::create));
    const Cancellation cancel;
    const auto listener = open_run_log_listener(url_, cancel);
    const auto log = open_run_log(url_, StoreMode::write), beside = open_run_log(other_url, StoreMode::write);
    constexpr std::chrono::milliseconds long_enough{30'000};
    EXPECT_FALSE(listener->news(long_enough)) << "anything may have been written before";
    const std::string id(32, 'a');
    const auto append = [&](RunLogRepository& to, std::uint64_t number) {
        const std::vector<RunChange> changes = {{.id = id, .events = {{number, "text", "{}"}}}};
        to.append(changes);
    };
    for (RunLogRepository* to : {beside.get(), log.get()}) {
        to->begin({.id = id, .principal = "owner", .kind = "ask"}, nullptr);
        append(*to, to == log.get() ? 1 : 7);
    }
    auto news = listener->news(long_enough);
    ASSERT_TRUE(news);
    ASSERT_EQ(news->size(), 1U) << "the base in another schema has a channel of its own";
    EXPECT_EQ(news->front().id, id);
    EXPECT_EQ(news->front().last, 1U);
    EXPECT_THAT(*listener->news(std::chrono::milliseconds(0)), IsEmpty());
    end_sessions();
    EXPECT_THROW(static_cast<void>(listener->news(long_enough)), Error);
    append(*log, 2);
    EXPECT_FALSE(listener->news(long_enough)) << "what was written meanwhile is not known";
    append(*log, 3);
    EXPECT_EQ(listener->news(long_enough)->front().last, 3U);
    EXPECT_EQ(open_run_log_listener("base.db", cancel), nullptr);
}

}  // namespace
}  // namespace quarry::store
