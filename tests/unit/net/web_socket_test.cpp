#include "core/net/web_socket.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <thread>

#include "core/net/server.h"
#include "tests/unit/net/raw_client.h"

namespace quarry::net {
namespace {

using namespace std::chrono_literals;

/// Says what it is told.
class Echo final : public WebSocketSession {
public:
    Echo(std::promise<void>& stopped, std::chrono::seconds first) : stopped_(stopped), first_(first) {}
    void start(std::function<void()> wake) override { wake_ = std::move(wake); }
    void received(std::string message) override {
        if (message == "end") ended_ = true;
        waiting_.push_back(std::move(message));
        wake_();
    }
    State next(std::string& out) override {
        if (ended_) return State::end;
        if (waiting_.empty()) return State::waiting;
        out = std::move(waiting_.front());
        waiting_.pop_front();
        return State::more;
    }
    [[nodiscard]] WebSocketClosing closing() const override { return {4000, "enough"}; }
    void stopped() noexcept override { stopped_.set_value(); }
    [[nodiscard]] std::chrono::seconds first_message_time() const override { return first_; }

private:
    std::promise<void>& stopped_;
    const std::chrono::seconds first_;
    std::function<void()> wake_;
    std::deque<std::string> waiting_;
    bool ended_ = false;
};

constexpr std::string_view handshake = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                       "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

/// A frame as clients send it (RFC 6455, 5.2), masked by zeros.
std::string frame(int first_byte, std::string_view payload, bool masked = true) {
    std::string text(1, static_cast<char>(first_byte));
    const int mask = masked ? 0x80 : 0;
    if (payload.size() < 126) {
        text += static_cast<char>(mask | static_cast<int>(payload.size()));
    } else {
        text += static_cast<char>(mask | 127);
        for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(payload.size() >> shift & 0xff);
    }
    if (masked) text += std::string(4, '\0');
    return text += payload;
}

/// A frame of the server that closes the socket.
std::string closing(int code, std::string_view reason = {}) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    return frame(0x88, payload += reason, false);
}

class WebSocketTest : public ::testing::Test {
protected:
    WebSocketTest()
        : server_({},
                  [this](const std::shared_ptr<Exchange>& exchange) {
                      EXPECT_EQ(handshake_problem(exchange->request()), "");
                      exchange->respond({.status = 101,
                                         .headers = {{"X-A", "b"}},
                                         .web_socket = std::make_shared<Echo>(stopped_, first_message_time_)});
                  }),
          thread_([this] { server_.run(cancel_); }),
          client_(server_.port()) {}
    ~WebSocketTest() override {
        client_.close();
        cancel_.cancel();
        thread_.join();
    }
    std::string open() {
        client_.send(handshake);
        return client_.read_to("\r\n\r\n");
    }
    bool was_stopped() { return stopped_.get_future().wait_for(60s) == std::future_status::ready; }

    Cancellation cancel_;
    std::atomic<std::chrono::seconds> first_message_time_{60s};
    std::promise<void> stopped_;
    Server server_;
    std::thread thread_;
    RawClient client_;
};

TEST_F(WebSocketTest, TalksInMessagesThatMayComeInPieces) {
    const std::string head = open();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << head;
    EXPECT_NE(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos) << head;
    EXPECT_NE(head.find("X-A: b\r\n"), std::string::npos) << head;
    EXPECT_EQ(head.find("Extensions"), std::string::npos) << head;
    client_.send(frame(0x81, "abc"));
    EXPECT_EQ(client_.read_to("abc"), frame(0x81, "abc", false));
    // In two pieces, with a ping between them.
    client_.send(frame(0x01, "de") + frame(0x89, "?") + frame(0x80, "f"));
    EXPECT_EQ(client_.read_to("def"), frame(0x8a, "?", false) + frame(0x81, "def", false));
    client_.send(frame(0x88, {}));
    EXPECT_EQ(client_.read_all(), closing(1000));
    EXPECT_TRUE(client_.is_closed());
    EXPECT_TRUE(was_stopped());
}

TEST_F(WebSocketTest, EndsWithTheReasonOfTheSession) {
    open();
    client_.send(frame(0x81, "end"));
    EXPECT_EQ(client_.read_to("enough"), closing(4000, "enough"));
    client_.send(frame(0x88, {}));
    EXPECT_TRUE(was_stopped());
}

TEST_F(WebSocketTest, ClosesWhereNoFirstMessageComes) {
    first_message_time_ = 1s;
    open();
    EXPECT_NE(client_.read_all().find("the first message did not come in time"), std::string::npos);
    EXPECT_TRUE(was_stopped());
}

TEST_F(WebSocketTest, NoticesAClientThatGoes) {
    open();
    client_.close();
    EXPECT_TRUE(was_stopped());
}

TEST_F(WebSocketTest, RefusesDataBeforeTheHandshakeIsAnswered) {
    client_.send(std::string(handshake) + frame(0x81, "abc"));
    EXPECT_EQ(client_.read_all(), "");
    EXPECT_TRUE(was_stopped());
}

struct BadFrames {
    const char* name;
    std::string frames;
    int code;
};
class BadFramesTest : public WebSocketTest, public ::testing::WithParamInterface<BadFrames> {};

TEST_P(BadFramesTest, CloseTheSocketWithTheirCode) {
    open();
    client_.send(GetParam().frames);
    const std::string answer = client_.read_all();
    EXPECT_TRUE(answer.starts_with(closing(GetParam().code).substr(0, 1))) << answer;
    EXPECT_EQ(answer.substr(2, 2), closing(GetParam().code).substr(2, 2)) << answer;
    EXPECT_TRUE(was_stopped());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFramesTest,
    ::testing::Values(
        BadFrames{"NotMasked", frame(0x81, "abc", false), 1002}, BadFrames{"ReservedBit", frame(0xc1, "abc"), 1002},
        BadFrames{"UnknownOpcode", frame(0x83, "a"), 1002}, BadFrames{"ContinuesNothing", frame(0x80, "abc"), 1002},
        BadFrames{"TextWithinText", frame(0x01, "a") + frame(0x81, "b"), 1002},
        BadFrames{"LongPing", frame(0x89, std::string(200, 'x')), 1002},
        BadFrames{"PingInPieces", frame(0x09, "x"), 1002},
        BadFrames{"LongLength", std::string("\x81\xfe\0\5\0\0\0\0hello", 13), 1002},
        BadFrames{"CodeOfClosing", frame(0x88, "\x03\xed"), 1002},
        BadFrames{"HugeLength", std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14), 1009},
        BadFrames{"NotUtf8", frame(0x81, "\xff\xfe"), 1007}, BadFrames{"Binary", frame(0x82, "abc"), 1003},
        BadFrames{"TooLarge", frame(0x81, std::string((1 << 20) + 1, 'x')), 1009}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace quarry::net
