#include "core/net/server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/error.h"
#include "tests/unit/net/raw_client.h"

namespace quarry::net {
namespace {

using namespace std::chrono_literals;

/// A server on a thread of its own.
class RunningServer {
public:
    explicit RunningServer(Handler handler, Limits limits = {})
        : RunningServer(ServerOptions{.limits = limits}, std::move(handler)) {}
    RunningServer(ServerOptions options, Handler handler)
        : server_(std::move(options), std::move(handler)),
          thread_([this] { server_.run(cancel_, [this] { draining_ = true; }); }) {}
    ~RunningServer() { stop(); }
    void stop() {
        cancel_.cancel();
        if (thread_.joinable()) thread_.join();
    }
    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    [[nodiscard]] const Server& server() const { return server_; }
    [[nodiscard]] bool draining() const { return draining_; }

private:
    Cancellation cancel_;
    std::atomic<bool> draining_{false};
    Server server_;
    std::thread thread_;
};

/// Says what it was asked.
void echo(const std::shared_ptr<Exchange>& exchange) {
    const Request& request = exchange->request();
    exchange->respond({.body = request.method + ' ' + request.target + ' ' + request.body + '\n'});
}

/// Takes a piece whenever it is let, and counts.
class CountingReceiver final : public BodyReceiver {
public:
    explicit CountingReceiver(std::size_t most) : most_(most) {}
    void start(std::function<void()> wake) override { wake_ = std::move(wake); }
    bool is_ready() override {
        if (ready_) return true;
        ready_ = true;  // the next time
        wake_();
        return false;
    }
    void take(std::string piece) override {
        bytes += piece.size();
        largest = std::max(largest, piece.size());
        ready_ = false;
    }
    std::pair<int, std::string> refusal() override {
        return bytes > most_ ? std::pair(413, std::string("enough")) : std::pair(0, std::string());
    }
    std::size_t bytes = 0, largest = 0;

private:
    const std::size_t most_;
    std::function<void()> wake_{};
    bool ready_ = false;
};

ServerOptions with_receiver(std::size_t most) {
    return {.limits = {.body_bytes = 1000}, .receiver = [most](const Request& head) {
                return head.path() == "/file" ? std::make_shared<CountingReceiver>(most) : nullptr;
            }};
}

TEST(Server, ABodyThatIsNotForMemoryGoesToItsReceiver) {
    RunningServer server(with_receiver(10'000'000), [](const std::shared_ptr<Exchange>& exchange) {
        const auto receiver = std::dynamic_pointer_cast<CountingReceiver>(exchange->request().receiver);
        const std::string text = receiver ? std::to_string(receiver->bytes) : "none";
        EXPECT_LE(receiver ? receiver->largest : 0, 200'000U);
        exchange->respond({.body = text + " " + std::to_string(exchange->request().body.size()) + "\n"});
    });
    RawClient client(server.port());
    client.send("POST /file HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x'));
    EXPECT_TRUE(client.read_to("5000000 0\n").ends_with("5000000 0\n"));
    client.send("POST /file HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 100; ++i) client.send("400\r\n" + std::string(1024, 'y') + "\r\n");
    client.send("0\r\n\r\n");
    EXPECT_TRUE(client.read_to("102400 0\n").ends_with("102400 0\n"));
    client.send("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(client.read_to("none 3\n").ends_with("none 3\n"));
    client.send("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_TRUE(client.read_to("413").ends_with("413"));
}

TEST(Server, AReceiverEndsWhatItDoesNotWant) {
    std::atomic<int> handled = 0;
    RunningServer server(with_receiver(100'000), [&](const std::shared_ptr<Exchange>& exchange) {
        ++handled;
        exchange->respond({});
    });
    RawClient client(server.port());
    client.send("POST /file HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + std::string(300'000, 'x'));
    EXPECT_NE(client.read_to("enough").find("413"), std::string::npos);
    EXPECT_EQ(handled, 0);
}

TEST(Server, AnswersRequestAfterRequestOnOneConnection) {
    RunningServer server(echo);
    RawClient client(server.port());
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    const std::string first = client.read_to("GET /a \n");
    EXPECT_TRUE(first.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << first;
    EXPECT_NE(first.find("\r\nContent-Length: 8\r\nConnection: keep-alive\r\n\r\n"), std::string::npos) << first;
    EXPECT_NE(client.read_to("POST /b abc\n").find("200 OK"), std::string::npos);
    client.send("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
                "close\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
    const std::string last = client.read_all();
    EXPECT_NE(last.find("POST /c abc\n"), std::string::npos) << last;
    EXPECT_NE(last.find("Connection: close\r\n"), std::string::npos) << last;
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, HeadHasNoBodyAndHttp10EndsWithTheConnection) {
    RunningServer server(echo);
    RawClient head(server.port());
    head.send("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = head.read_all();
    EXPECT_NE(answer.find("Content-Length: 9\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
    RawClient old(server.port());
    old.send("GET /a HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(old.read_all().ends_with("GET /a \n"));
}

TEST(Server, WhatCannotBeReadIsRefusedAndTheConnectionClosed) {
    RunningServer server(echo, {.header_bytes = 1000, .body_bytes = 1000});
    const std::string start = "POST / HTTP/1.1\r\nHost: x\r\n";
    const std::vector<std::pair<std::string, std::string>> requests = {
        {"400", start + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"400", "GET / HTTP/1.1\nHost: x\n\n"},
        {"400", start + "A: b\r\n folded\r\n\r\n"},
        {"400", start + "Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n"},
        {"400", start + "Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n"},
        {"400", start + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"},
        {"400", start + "Transfer-Encoding: chunked\r\n\r\n-1\r\n"},
        {"413", start + "Content-Length: 1001\r\n\r\n"},
        {"413", start + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n"},
        {"413", start + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"},
        {"431", start + "A: " + std::string(1000, 'x') + "\r\n\r\n"},
        {"431", start + "A: " + std::string(20'000, 'x')},
    };
    for (const auto& [status, request] : requests) {
        RawClient client(server.port());
        client.send(request + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string answer = client.read_all();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status + ' ')) << status << '\n' << request << '\n' << answer;
        EXPECT_EQ(answer.find("smuggled"), std::string::npos) << answer;
        EXPECT_TRUE(client.is_closed());
    }
}

TEST(Server, TrailersAddNoHeaders) {
    std::string seen = "unset";
    RunningServer server([&](const std::shared_ptr<Exchange>& exchange) {
        seen = exchange->request().header("Authorization");
        echo(exchange);
    });
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                "1\r\na\r\n0\r\nAuthorization: Basic x\r\n\r\n");
    EXPECT_NE(client.read_all().find("200 OK"), std::string::npos);
    client.close();
    server.stop();
    EXPECT_EQ(seen, "");
}

TEST(Server, SlowClientsAreClosed) {
    // Each limit on a server of its own: a client here may be slower than it means to be.
    RunningServer heads(echo, {.header_time = 2s}), bodies(echo, {.body_time = 1s}), others(echo, {.idle_time = 1s});
    RawClient slow_head(heads.port());
    slow_head.send("GET / HTTP/1.1\r\nHo");
    RawClient silent(heads.port()), slow_body(bodies.port()), idle(others.port());
    slow_body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    idle.send("GET /idle HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(slow_head.read_all().starts_with("HTTP/1.1 408 "));
    EXPECT_TRUE(slow_body.read_all().starts_with("HTTP/1.1 408 "));
    EXPECT_TRUE(idle.read_all().ends_with("GET /idle \n"));
    EXPECT_EQ(silent.read_all(), "");
    EXPECT_TRUE(silent.is_closed() && idle.is_closed());
}

TEST(Server, ContinueIsSentToWhoWaitsForIt) {
    RunningServer server(echo);
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ab");
    EXPECT_NE(client.read_to("POST / ab\n").find("200 OK"), std::string::npos);
}

TEST(Server, ADroppedRequestIsAnsweredWith500) {
    RunningServer server([](const std::shared_ptr<Exchange>&) {});
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(client.read_to("no response\n").find(" 500 Internal Server Error\r\n"), std::string::npos);
}

TEST(Server, FieldsWithLineBreaksAreLeftOut) {
    RunningServer server([](const std::shared_ptr<Exchange>& exchange) {
        exchange->respond({.headers = {{"A", "b\r\nSet-Cookie: c"}, {"D", "e"}}});
    });
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_all();
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
    EXPECT_NE(answer.find("\r\nD: e\r\n"), std::string::npos);
}

/// A source that gives what a test puts into it.
class TestSource final : public BodySource {
public:
    void start(std::function<void()> wake) override {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    State next(std::string& out) override {
        const std::lock_guard lock(mutex_);
        out = std::exchange(waiting_, {});
        if (ended_) return *ended_;
        return out.empty() ? State::waiting : State::more;
    }
    void stopped(bool complete) noexcept override { stopped_.set_value(complete); }

    void put(std::string text, std::optional<State> end = {}) {
        std::function<void()> wake;
        {
            const std::lock_guard lock(mutex_);
            waiting_ += text;
            ended_ = end;
            wake = wake_;
        }
        if (wake) wake();
    }
    std::future<bool> whether_complete() { return stopped_.get_future(); }

private:
    std::mutex mutex_;
    std::function<void()> wake_;
    std::string waiting_;
    std::optional<State> ended_;
    std::promise<bool> stopped_;
};

TEST(Server, StreamsComePieceByPiece) {
    const auto source = std::make_shared<TestSource>();
    RunningServer server([&](const std::shared_ptr<Exchange>& exchange) { exchange->respond({.source = source}); });
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(client.read_to("\r\n\r\n").find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    source->put("first");
    EXPECT_EQ(client.read_to("first\r\n"), "5\r\nfirst\r\n");
    source->put("last", BodySource::State::end);
    EXPECT_EQ(client.read_to("0\r\n\r\n"), "4\r\nlast\r\n0\r\n\r\n");
    EXPECT_TRUE(source->whether_complete().get());
}

TEST(Server, AStreamThatFailsIsCut) {
    const auto source = std::make_shared<TestSource>();
    RunningServer server([&](const std::shared_ptr<Exchange>& exchange) { exchange->respond({.source = source}); });
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    source->put("part", BodySource::State::failed);
    const std::string answer = client.read_all();
    EXPECT_TRUE(answer.ends_with("4\r\npart\r\n")) << answer;
    EXPECT_FALSE(source->whether_complete().get());
}

TEST(Server, ASilentStreamHasHeartbeats) {
    const auto source = std::make_shared<TestSource>();
    RunningServer server(
        [&](const std::shared_ptr<Exchange>& exchange) {
            exchange->respond({.source = source, .source_length = {}, .heartbeat = ":\n\n"});
        },
        {.heartbeat_time = 1s});
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_to("\r\n\r\n");
    EXPECT_EQ(client.read_to(":\n\n\r\n"), "3\r\n:\n\n\r\n");
    EXPECT_EQ(client.read_to(":\n\n\r\n"), "3\r\n:\n\n\r\n");
    source->put("", BodySource::State::end);
    EXPECT_EQ(client.read_to("0\r\n\r\n"), "0\r\n\r\n");
}

TEST(Server, AClientThatGoesIsNoticedWhileItWaits) {
    std::promise<void> asked, gone;
    std::shared_ptr<Exchange> kept;
    const auto source = std::make_shared<TestSource>();
    RunningServer server([&](const std::shared_ptr<Exchange>& exchange) {
        if (exchange->request().path() == "/stream") {
            exchange->respond({.source = source});
            return;
        }
        kept = exchange;
        exchange->on_disconnect([&] { gone.set_value(); });
        asked.set_value();
    });
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    asked.get_future().wait();
    client.close();
    EXPECT_EQ(gone.get_future().wait_for(60s), std::future_status::ready);
    kept->respond({.body = "nobody reads this"});

    RawClient reader(server.port());
    reader.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    source->put("first");
    reader.read_to("first");
    reader.close();
    auto complete = source->whether_complete();
    ASSERT_EQ(complete.wait_for(60s), std::future_status::ready);
    EXPECT_FALSE(complete.get());
}

TEST(Server, AReaderThatTakesNothingIsCutAndHoldsUpNobody) {
    const auto source = std::make_shared<TestSource>();
    RunningServer server(
        [&](const std::shared_ptr<Exchange>& exchange) {
            if (exchange->request().path() == "/stream") {
                exchange->respond({.source = source});
            } else {
                echo(exchange);
            }
        },
        {.write_time = 1s});
    RawClient stuck(server.port());
    stuck.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    source->put(std::string(64 * 1024 * 1024, 'x'));
    RawClient other(server.port());
    other.send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_NE(other.read_to("/other").find("200 OK"), std::string::npos);
    auto complete = source->whether_complete();
    ASSERT_EQ(complete.wait_for(60s), std::future_status::ready);
    EXPECT_FALSE(complete.get());
}

TEST(Server, EndsWhenWhatIsBeingAnsweredIsAnswered) {
    std::promise<std::shared_ptr<Exchange>> asked;
    RunningServer server([&](const std::shared_ptr<Exchange>& exchange) { asked.set_value(exchange); });
    RawClient idle(server.port()), busy(server.port());
    busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    std::shared_ptr<Exchange> exchange = asked.get_future().get();
    auto stopped = std::async(std::launch::async, [&] { server.stop(); });
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_EQ(stopped.wait_for(300ms), std::future_status::timeout);
    EXPECT_FALSE(RawClient(server.port()).connected());
    exchange->respond({.body = "done\n"});
    EXPECT_TRUE(busy.read_all().ends_with("done\n"));
    stopped.get();
    EXPECT_TRUE(server.draining());
    exchange.reset();
}

TEST(Server, TooManyConnectionsAreTurnedAway) {
    RunningServer server(echo, {.connections = 2});
    RawClient one(server.port()), two(server.port());
    one.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    two.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    one.read_to("GET / \n");
    two.read_to("GET / \n");
    RawClient three(server.port());
    EXPECT_TRUE(three.read_all().starts_with("HTTP/1.1 503 "));
}

TEST(Server, ManyThreadsAnswer) {
    std::vector<std::jthread> workers;
    std::mutex mutex;
    RunningServer server([&](const std::shared_ptr<Exchange>& exchange) {
        const std::lock_guard lock(mutex);
        workers.emplace_back([exchange] { echo(exchange); });
    });
    std::vector<std::jthread> clients;
    std::atomic<int> right = 0;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&, i] {
            RawClient client(server.port());
            for (int j = 0; j < 20; ++j) {
                const std::string path = "/" + std::to_string(i * 100 + j);
                client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
                right += client.read_to(path + " \n").find("200 OK") != std::string::npos ? 1 : 0;
            }
        });
    }
    clients.clear();
    EXPECT_EQ(right, 160);
}

TEST(Server, SaysWhyItCannotListen) {
    const Server first({}, echo);
    EXPECT_THROW(Server({.port = first.port()}, echo), Error);
    EXPECT_THROW(Server({.host = "nowhere.invalid"}, echo), Error);
    EXPECT_THROW(Server({.tls = std::make_shared<const Tls>(Tls{"/nowhere", "/nowhere"})}, echo), Error);
}

}  // namespace
}  // namespace quarry::net
