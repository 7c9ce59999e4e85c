// The shared cache against a real Redis server, which is killed in between, and against servers that answer rubbish.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/cache/redis_connection.h"
#include "core/cache/shared_entries.h"
#include "core/cache/shared_response_cache.h"
#include "tests/support/error_of.h"

namespace quarry::cache {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr const char* program = "/usr/bin/redis-server";

/// Sockets on a free port of loopback.
class Listener {
public:
    Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
        socklen_t size = sizeof address_;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &size);
        ::listen(socket_, 16);
    }
    ~Listener() { close(); }
    void close() {
        if (socket_ < 0) return;
        ::shutdown(socket_, SHUT_RDWR);
        ::close(socket_);
        socket_ = -1;
    }
    [[nodiscard]] int accept() const { return ::accept(socket_, nullptr, nullptr); }
    [[nodiscard]] std::uint16_t port() const { return ntohs(address_.sin_port); }

private:
    int socket_;
    sockaddr_in address_{};
};

/// Answers each command with the same bytes, and counts connections.
class Rubbish {
public:
    explicit Rubbish(std::string answer) : answer_(std::move(answer)), thread_([this] { serve(); }) {}
    ~Rubbish() {
        listener_.close();
        for (const int one : open_) ::shutdown(one, SHUT_RDWR);
        thread_.join();
        for (std::thread& one : threads_) one.join();
    }
    [[nodiscard]] RedisAddress address() const { return {.host = "127.0.0.1", .port = listener_.port()}; }
    std::atomic<int> connections = 0;

private:
    void serve() {
        for (int socket = listener_.accept(); socket >= 0; socket = listener_.accept()) {
            ++connections;
            open_.push_back(socket);
            threads_.emplace_back([this, socket] {
                char buffer[4096];
                while (::recv(socket, buffer, sizeof buffer, 0) > 0) {
                    if (::send(socket, answer_.data(), answer_.size(), MSG_NOSIGNAL) < 0) break;
                }
                ::close(socket);
            });
        }
    }
    const std::string answer_;
    Listener listener_;
    std::vector<int> open_;
    std::vector<std::thread> threads_;
    std::thread thread_;
};

class Redis : public ::testing::Test {
protected:
    void SetUp() override {
        if (::access(program, X_OK) != 0) GTEST_SKIP() << "there is no " << program;
        start();
    }
    void TearDown() override { stop(); }

    void start(std::vector<std::string> more = {}) {
        const std::string socket = (folder_.path() / "redis.sock").string();
        std::vector<std::string> arguments = {program,  "--port", "0",     "--unixsocket",          socket,
                                              "--save", "",       "--dir", folder_.path().string(), "--logfile",
                                              "log"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        std::vector<char*> passed;
        for (std::string& one : arguments) passed.push_back(one.data());
        passed.push_back(nullptr);
        process_ = ::fork();
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::execv(program, passed.data());
            ::_exit(127);
        }
        for (int tries = 0; tries < 500; ++tries) {
            try {
                make_redis_entries(address())->test();
                return;
            } catch (const Error& error) {
                if (std::string(error.what()).find("refuses") != std::string::npos) return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        FAIL() << "Redis does not start";
    }
    void stop() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = -1;
        std::filesystem::remove(folder_.path() / "redis.sock");
    }
    [[nodiscard]] RedisAddress address() const { return {.socket = (folder_.path() / "redis.sock").string()}; }

    TemporaryDirectory folder_;
    pid_t process_ = -1;
};

TEST_F(Redis, ProcessesShareWhatOneKeeps) {
    const auto one = make_redis_entries(address()), other = make_redis_entries(address());
    const std::string value("a\0\r\n\xff", 5);
    EXPECT_EQ(other->find("name"), std::nullopt);
    EXPECT_TRUE(one->put("name", value, std::chrono::seconds(60)));
    EXPECT_EQ(other->find("name"), value);
    EXPECT_FALSE(one->put("large", std::string(SharedEntries::most_bytes + 1, 'x'), std::chrono::seconds(60)));
    EXPECT_TRUE(one->put("large", std::string(SharedEntries::most_bytes, 'x'), std::chrono::seconds(60)));
    EXPECT_EQ(one->new_failure(), std::nullopt);
}

TEST_F(Redis, ProcessesShareOneLimit) {
    const auto one = make_redis_entries(address()), other = make_redis_entries(address());
    int allowed = 0;
    for (int i = 0; i < 15; ++i) {
        const auto taken = (i % 2 == 0 ? one : other)->take("ann", 10);
        ASSERT_TRUE(taken);
        allowed += taken->allowed ? 1 : 0;
        EXPECT_GE(taken->seconds, 1U);
        EXPECT_LE(taken->seconds, 6U);
    }
    // A token comes back each six seconds.
    EXPECT_GE(allowed, 10);
    EXPECT_LE(allowed, 11);
    EXPECT_TRUE(one->take("ben", 10)->allowed);
}

TEST_F(Redis, OneThatWasKilledIsUsedAgainWhenItIsBack) {
    const auto entries = make_redis_entries(address());
    EXPECT_TRUE(entries->put("name", "value", std::chrono::seconds(60)));
    stop();
    EXPECT_EQ(entries->find("name"), std::nullopt);
    EXPECT_TRUE(entries->new_failure());
    EXPECT_EQ(entries->new_failure(), std::nullopt);  // once
    const auto begun = SteadyClock::now();
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(entries->put("name", "value", std::chrono::seconds(60)));
    EXPECT_LT(SteadyClock::now() - begun, std::chrono::milliseconds(500));  // it is not asked
    EXPECT_EQ(entries->take("ann", 10), std::nullopt);
    start();
    bool is_back = false;
    for (int tries = 0; tries < 200 && !is_back; ++tries) {
        is_back = entries->put("name", "value", std::chrono::seconds(60));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_TRUE(is_back);
}

TEST_F(Redis, OneThatWasRestartedIsConnectedToAtOnce) {
    const auto entries = make_redis_entries(address());
    EXPECT_TRUE(entries->put("name", "value", std::chrono::seconds(60)));
    stop();
    start();
    EXPECT_TRUE(entries->put("name", "value", std::chrono::seconds(60)));
    EXPECT_EQ(entries->new_failure(), std::nullopt);
}

TEST_F(Redis, AFullOneKeepsNothing) {
    stop();
    start({"--maxmemory", "1", "--maxmemory-policy", "noeviction"});
    const auto entries = make_redis_entries(address());
    EXPECT_FALSE(entries->put("name", "value", std::chrono::seconds(60)));
    EXPECT_NE(entries->new_failure().value_or("").find("OOM"), std::string::npos);
    EXPECT_THROW(entries->test(), Error);
}

TEST_F(Redis, APasswordIsNeeded) {
    stop();
    start({"--requirepass", "mellon"});
    RedisAddress known = address();
    EXPECT_THROW(make_redis_entries(known)->test(), Error);
    known.password = "wrong";
    const Error error = test::error_of([&] { make_redis_entries(known)->test(); });
    EXPECT_EQ(std::string(error.what()).find("wrong\n"), std::string::npos);
    known.password = "mellon";
    known.database = 3;
    EXPECT_NO_THROW(make_redis_entries(known)->test());
}

/// Each answer is as good as none, in the time that one call may take.
TEST(RedisAnswers, RubbishIsNotFound) {
    const std::map<std::string, std::string> answers = {
        {"http", "HTTP/1.1 400 Bad Request\r\n\r\n"},
        {"another_type", ":7\r\n"},
        {"nothing", ""},
        {"half", "$100\r\nabc"},
        {"more_than_memory", "$2147483647\r\nabc"},
        {"a_list_without_end", "*2147483647\r\n"},
        {"a_long_list", "*100000\r\n$1\r\na\r\n"},
        {"negative", "$-17\r\n"},
        {"nested", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"},
        {"an_error", "-LOADING Redis is loading the dataset in memory\r\n"},
        {"bytes", std::string(100, '\0')},
        {"too_much", "$20000000\r\n" + std::string(9'000'000, 'x')}};
    for (const auto& [name, answer] : answers) {
        SCOPED_TRACE(name);
        Rubbish server(answer);
        const auto entries = make_redis_entries(server.address());
        const auto begun = SteadyClock::now();
        EXPECT_EQ(entries->find("name"), std::nullopt);
        EXPECT_FALSE(entries->put("name", "value", std::chrono::seconds(1)));
        EXPECT_EQ(entries->take("ann", 10), std::nullopt);
        EXPECT_LT(SteadyClock::now() - begun, std::chrono::seconds(2));
        EXPECT_LE(server.connections, 3);
    }
}

TEST(RedisAnswers, AHostileLimitIsBounded) {
    Rubbish server("*3\r\n:0\r\n:999999999999\r\n:999999999999\r\n");
    const auto taken = make_redis_entries(server.address())->take("ann", 10);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->remaining, 10U);
    EXPECT_EQ(taken->seconds, 60U);
    Rubbish negative("*3\r\n:-1\r\n:0\r\n:0\r\n");
    EXPECT_EQ(make_redis_entries(negative.address())->take("ann", 10), std::nullopt);
}

TEST(RedisAddresses, AreReadStrictly) {
    const RedisAddress plain = parse_redis_url("redis://cache.example:6380/2");
    EXPECT_EQ(plain.display(), "cache.example:6380");
    EXPECT_EQ(plain.database, 2);
    EXPECT_EQ(parse_redis_url("redis://ann@[::1]").display(), "[::1]:6379");
    EXPECT_EQ(parse_redis_url("redis://ann@[::1]").user, "ann");
    EXPECT_EQ(parse_redis_url("unix:///run/r.sock?db=1").socket, "/run/r.sock");
    for (const char* bad : {"", "http://a", "redis://", "redis://:6379", "redis://a:0x1", "redis://a:65536",
                            "redis://a/x", "redis://a/-1", "unix://relative", "unix:///a?x=1", "redis://[::1",
                            "redis://a b", "redis://[::1]6379", "rediss://a"}) {
        EXPECT_EQ(test::error_of([&] { (void)parse_redis_url(bad); }).code(), ErrorCode::usage) << bad;
    }
    const Error secret = test::error_of([] { (void)parse_redis_url("redis://ann:mellon@a:1"); });
    EXPECT_EQ(std::string(secret.what()).find("mellon"), std::string::npos);
}

/// Entries in memory, which a stranger may change.
class Memory final : public SharedEntries {
public:
    std::optional<std::string> find(std::string_view name) override {
        const auto found = kept.find(std::string(name));
        return found == kept.end() ? std::nullopt : std::optional(found->second);
    }
    bool put(std::string_view name, std::string_view value, std::chrono::seconds) override {
        kept[std::string(name)] = value;
        return works;
    }
    std::optional<Taken> take(std::string_view, unsigned) override { return std::nullopt; }
    void test() override {}
    std::optional<std::string> new_failure() override { return std::nullopt; }
    std::map<std::string, std::string> kept;
    bool works = true;
};

TEST(SharedResponses, AreThoseOfTheSameRightsAndState) {
    const auto memory = std::make_shared<Memory>();
    std::int64_t now = 1000;
    ShareScope scope(
        memory, [&] { return now; }, 60);
    EXPECT_FALSE(scope.put("key", CachedKind::answer, "value"));  // no secret: nothing is shared
    const std::string secret(32, 's');
    scope.set(secret, "generation 1, main");
    EXPECT_TRUE(scope.put("key", CachedKind::answer, "value"));
    EXPECT_EQ(scope.find("key", CachedKind::answer), "value");
    EXPECT_EQ(scope.find("key", CachedKind::query_vector), std::nullopt);
    ShareScope other(
        memory, [&] { return now; }, 60);
    other.set(secret, "generation 1, main");
    EXPECT_EQ(other.find("key", CachedKind::answer), "value");
    other.set(secret, "generation 2, main");
    EXPECT_EQ(other.find("key", CachedKind::answer), std::nullopt);
    other.set(std::string(32, 't'), "generation 1, main");
    EXPECT_EQ(other.find("key", CachedKind::answer), std::nullopt);
    now = 1061;
    EXPECT_EQ(scope.find("key", CachedKind::answer), std::nullopt);  // a value that a stranger keeps for longer
    for (const auto& [name, value] : memory->kept) {
        EXPECT_EQ((name + value).find("value"), std::string::npos);
        EXPECT_EQ((name + value).find("main"), std::string::npos);
    }
}

TEST(SharedResponses, AreNotFoundWhenAStrangerHasChangedThem) {
    const auto memory = std::make_shared<Memory>();
    ShareScope scope(
        memory, [] { return std::int64_t{1000}; }, 0);
    scope.set(std::string(32, 's'), "all");
    ASSERT_TRUE(scope.put("one", CachedKind::answer, "first"));
    ASSERT_TRUE(scope.put("two", CachedKind::answer, "second"));
    ASSERT_EQ(memory->kept.size(), 2U);
    const std::map<std::string, std::string> kept = memory->kept;
    // One in the place of another.
    std::swap(memory->kept.begin()->second, std::next(memory->kept.begin())->second);
    EXPECT_EQ(scope.find("one", CachedKind::answer), std::nullopt);
    EXPECT_EQ(scope.find("two", CachedKind::answer), std::nullopt);
    for (std::size_t i = 0; i < kept.begin()->second.size(); ++i) {
        memory->kept = kept;
        char& changed = memory->kept.begin()->second[i];
        changed = changed == 'A' ? 'B' : 'A';
        const bool both = scope.find("one", CachedKind::answer) && scope.find("two", CachedKind::answer);
        EXPECT_FALSE(both) << i;
    }
}

TEST(SharedResponses, GoToTheBaseWhereNothingIsShared) {
    class Base final : public ResponseCache {
    public:
        std::optional<std::string> find(std::string_view, CachedKind) override { return kept; }
        void touch(std::string_view) override { ++touched; }
        void put(std::string_view, CachedKind, std::string_view, std::string_view value) override { kept = value; }
        ResponseCacheStats stats() override { return {}; }
        std::uint64_t clear() override { return 0; }
        std::optional<std::string> kept;
        int touched = 0;
    };
    const auto memory = std::make_shared<Memory>();
    const auto base = std::make_shared<Base>();
    const auto scope = std::make_shared<ShareScope>(
        memory, [] { return std::int64_t{1000}; }, 0);
    scope->set(std::string(32, 's'), "all");
    const auto cache = make_shared_response_cache(base, scope);
    cache->put("key", CachedKind::answer, "model", "value");
    EXPECT_EQ(base->kept, std::nullopt);
    EXPECT_EQ(cache->find("key", CachedKind::answer), "value");
    cache->touch("key");
    EXPECT_EQ(base->touched, 0);
    memory->kept.clear();
    memory->works = false;
    cache->put("key", CachedKind::answer, "model", "value");
    EXPECT_EQ(base->kept, "value");
    memory->kept.clear();
    EXPECT_EQ(cache->find("key", CachedKind::answer), "value");
    cache->touch("key");
    EXPECT_EQ(base->touched, 1);
}

}  // namespace
}  // namespace quarry::cache
