// The connections to a base on PostgreSQL: shared, bounded, made again, and what is said by them.
#include <gmock/gmock.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <latch>
#include <thread>

#include "core/store/base_address.h"
#include "core/store/postgresql/server_schema.h"
#include "core/store/presence.h"
#include "tests/unit/store/server_base.h"

namespace quarry::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ServerConnections = ServerBase;

TEST_F(ServerConnections, NamesAreHeldByASessionAndAgainAfterItsLoss) {
    const auto store = open_store(url_, StoreMode::create);
    auto one = open_presence(url_);
    const auto other = open_presence(url_);
    db::PostgresqlConnection another_process = db::PostgresqlConnection::connect(url_);
    const auto locks = [&] {
        const auto counted = another_process.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                                                   " AND classid = 1903260282 AND pid <> pg_backend_pid()");
        return std::string(counted.text(0, 0));
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

/// Accepts connections and says nothing.
class SilentServer {
public:
    SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address_), size), 0);
        EXPECT_EQ(::listen(socket_, 64), 0);
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &size), 0);
    }
    ~SilentServer() { ::close(socket_); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;

    [[nodiscard]] std::string url() const {
        return "postgresql://nobody@127.0.0.1:" + std::to_string(ntohs(address_.sin_port)) + "/x?connect_timeout=2";
    }
    /// How many were made since the last call.
    [[nodiscard]] int connections() const {
        int made = 0;
        for (int one = 0; (one = ::accept(socket_, nullptr, nullptr)) >= 0; ++made) ::close(one);
        return made;
    }

private:
    int socket_;
    sockaddr_in address_{};
};

TEST(SilentServers, AreWaitedForOnce) {
    const SilentServer server;
    const auto open = [&] { static_cast<void>(open_presence(server.url())); };
    const Error first = test::error_of(open);
    EXPECT_EQ(first.code(), ErrorCode::base_away) << first.what();
    EXPECT_EQ(server.connections(), 1);
    for (int again = 0; again < 3; ++again) EXPECT_STREQ(test::error_of(open).what(), first.what());
    EXPECT_EQ(server.connections(), 0) << "the next ones are told what the first one was";
}

TEST_F(ServerConnections, ConnectionsAreUsedAgain) {
    static_cast<void>(open_store(url_, StoreMode::create));
    db::PostgresqlConnection watcher = db::PostgresqlConnection::connect(url_);
    const auto backends = [&] {
        return std::string(watcher
                               .query("SELECT coalesce(string_agg(pid::text, ' ' ORDER BY pid), '') FROM"
                                      " pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                                      " AND backend_type = 'client backend'")
                               .text(0, 0));
    };
    const auto log = open_run_log(url_, StoreMode::write);
    std::string only = backends();
    // That of the check of the schema goes when the server sees that it was closed.
    for (int tries = 0; tries < 500 && only.find(' ') != std::string::npos; ++tries, only = backends()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_THAT(only, Not(HasSubstr(" ")));
    for (int i = 0; i < 3; ++i) static_cast<void>(open_feedback(url_, StoreMode::write)->list("", 0, 10));
    const auto store = open_store(url_, StoreMode::read);
    static_cast<void>(store->stats());
    EXPECT_EQ(backends(), only) << "a second one is made where two work at once";
    {
        const auto snapshot = store->snapshot();
        static_cast<void>(store->stats());
        EXPECT_FALSE(log->find("none"));
        EXPECT_THAT(backends(), HasSubstr(" "));
    }
    // They are left without a transaction, a lock or a channel.
    EXPECT_EQ(watcher
                  .query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
                         " state <> 'idle' AND pid <> pg_backend_pid()")
                  .text(0, 0),
              "0");
    end_sessions();
    static_cast<void>(store->stats());
    EXPECT_FALSE(log->find("none"));
}

/// What borrows a connection while it works.
void borrow(postgresql::ServerPool& pool, postgresql::ConnectionUse use,
            const std::function<void(db::PostgresqlConnection&)>& work) {
    std::optional<postgresql::ServerPool::Loan> loan;
    db::PostgresqlConnection connection = pool.take(use, nullptr, loan);
    work(connection);
    pool.give_back(std::move(connection), *loan);
}

TEST_F(ServerConnections, ConnectionsAreBounded) {
    using enum postgresql::ConnectionUse;
    postgresql::ServerPool pool(url_, {.most = 4, .wait = std::chrono::milliseconds(100)});
    const auto nothing = [](db::PostgresqlConnection&) {};
    std::latch taken(3), nested(1), done(1);
    const auto hold = [&](bool nests) {
        borrow(pool, whole, [&](db::PostgresqlConnection&) {
            taken.arrive_and_wait();
            if (nests) borrow(pool, whole, nothing);  // who has one gets the last
            if (nests) nested.count_down();
            done.wait();
        });
    };
    {
        std::vector<std::jthread> holders;
        for (int i = 0; i < 3; ++i) holders.emplace_back(hold, i == 0);
        nested.wait();
        const Error error = test::error_of([&] { borrow(pool, whole, nothing); });
        EXPECT_EQ(error.code(), ErrorCode::locked);
        EXPECT_EQ(error.message(), no_connection_free);
        EXPECT_THAT(error.hint(), HasSubstr("serve.base_connections (now 4)"));
        borrow(pool, brief, [&](db::PostgresqlConnection&) {
            EXPECT_EQ(test::error_of([&] { borrow(pool, brief, nothing); }).code(), ErrorCode::locked);
        });
        std::jthread late([&] { done.count_down(); });
        borrow(pool, brief, nothing);
    }
    borrow(pool, whole, nothing);
}

TEST_F(ServerConnections, OnlyAWholeConnectionIsUsedAgain) {
    const auto backend = [&](postgresql::ServerPool& pool, const char* sql = "SELECT 1") {
        int number = 0;
        borrow(pool, postgresql::ConnectionUse::brief, [&](db::PostgresqlConnection& connection) {
            connection.query(sql);
            number = connection.backend();
        });
        return number;
    };
    postgresql::ServerPool pool(url_, {.check_after = std::chrono::milliseconds(0)});
    const int first = backend(pool);
    EXPECT_EQ(backend(pool), first);
    end_sessions();
    const int second = backend(pool);  // it was asked whether it lives
    EXPECT_NE(second, first);
    EXPECT_EQ(backend(pool, "BEGIN"), second);
    EXPECT_NE(backend(pool), second) << "it was left with an open transaction";
    postgresql::ServerPool closing(url_, {.close_after = std::chrono::milliseconds(0)});
    const int closed = backend(closing);
    EXPECT_NE(backend(closing), closed);
}

TEST_F(ServerConnections, StatementsAndTransactionsHaveLimits) {
    static_cast<void>(open_store(url_, StoreMode::create));
    const auto connected = [&] {
        return postgresql::connect_to_base(url_, StoreMode::write, postgresql::ConnectionUse::brief, nullptr);
    };
    const auto limits = [](postgresql::ServerConnection& server) {
        return server
            .query("SELECT concat_ws(' ', current_setting('statement_timeout'),"
                   " current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout'))")
            .text(0, 0);
    };
    auto server = connected();
    EXPECT_EQ(limits(server), "10min 1h 1min");
    server.begin_side_writing();
    EXPECT_EQ(limits(server), "1min 1min 5s");
    server.rollback();
    server.begin_writing();
    EXPECT_EQ(limits(server), "0 5min 1min") << "an index may take long";
    // A process that was stopped in its transaction keeps others out no longer than that.
    server.run("SET LOCAL idle_in_transaction_session_timeout = '50ms'");
    auto other = connected();
    other.begin_writing();
    other.rollback();
    const Error error = test::error_of([&] { server.run("SELECT 1"); });
    EXPECT_THAT(error.hint(), HasSubstr("the server went away"));
    server.rollback();
    EXPECT_EQ(limits(server), "10min 1h 1min");
    run("ALTER DATABASE " + url_.substr(url_.rfind('/') + 1) + " SET statement_timeout = '7s'");
    end_sessions();
    EXPECT_EQ(limits(server), "7s 1h 1min");
    server.begin_writing();
    EXPECT_EQ(limits(server), "7s 5min 1min");
}

TEST_F(ServerConnections, AJobThatAnotherServerTakesIsPassedOver) {
    static_cast<void>(open_store(url_, StoreMode::create));
    const auto log = open_run_log(url_, StoreMode::write);
    const StoredJob job{.kind = "ingest", .request = "{}", .not_before = 1};
    const std::string first(32, 'a'), second(32, 'b');
    for (const std::string& id : {first, second}) log->begin({.id = id, .principal = "owner", .kind = "ingest"}, &job);
    db::PostgresqlConnection other = db::PostgresqlConnection::connect(url_);
    other.query("BEGIN");
    other.query("SELECT 1 FROM jobs WHERE run_id = $1 FOR UPDATE", {first});
    EXPECT_EQ(log->lease_job(true, 10, "one", 70)->run_id, second);
    EXPECT_FALSE(log->lease_job(true, 10, "one", 70));
    other.query("ROLLBACK");
    EXPECT_EQ(log->lease_job(true, 10, "one", 70)->run_id, first);
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
