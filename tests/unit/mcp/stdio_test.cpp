#include "core/mcp/stdio.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <istream>
#include <mutex>
#include <ostream>
#include <streambuf>
#include <thread>

#include "tests/unit/mcp/fixture.h"

namespace quarry::mcp {
namespace {

/// A pipe within the process: what is written to one end is read at the other, which waits for it.
class Pipe final : public std::streambuf {
public:
    void end() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    }

protected:
    int_type underflow() override {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_ || !bytes_.empty(); });
        if (bytes_.empty()) return traits_type::eof();
        read_.swap(bytes_);
        bytes_.clear();
        setg(read_.data(), read_.data(), read_.data() + read_.size());
        return traits_type::to_int_type(read_.front());
    }
    std::streamsize xsputn(const char* text, std::streamsize count) override {
        const std::lock_guard lock(mutex_);
        bytes_.append(text, static_cast<std::size_t>(count));
        changed_.notify_all();
        return count;
    }
    int_type overflow(int_type c) override {
        const char one = traits_type::to_char_type(c);
        return xsputn(&one, 1) == 1 ? c : traits_type::eof();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string bytes_, read_;
    bool ended_ = false;
};

/// A tool that waits until it is cancelled, or all of them are let go.
class Gate {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void wait(const Cancellation& cancel) {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        while (!open_ && !cancel.cancelled()) changed_.wait_for(lock, std::chrono::milliseconds(5));
    }
    void wait_for(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return waiting_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int waiting_ = 0;
};

class McpStdio : public ::testing::Test {
protected:
    McpStdio() {
        options_.clock = [] { return std::int64_t{1'800'000'000}; };
    }
    ~McpStdio() override { end(); }

    void start() {
        serving_ = std::jthread([this] {
            std::istream in(&to_server_);
            std::ostream out(&from_server_);
            serve_stdio(server_, options_, in, out);
            from_server_.end();
        });
    }
    void end() {
        to_server_.end();
        if (serving_.joinable()) serving_.join();
    }
    void send_line(const std::string& line) { client_out_ << line << '\n' << std::flush; }
    void send(const Json& message) { send_line(json_rpc::line(message)); }
    /// The next message; null at the end.
    [[nodiscard]] Json receive() {
        std::string line;
        return std::getline(client_in_, line) ? Json::parse(line) : Json();
    }
    void initialize() {
        send(json_rpc::request(
            0, "initialize", {{"protocolVersion", "2025-11-25"}, {"capabilities", {{"elicitation", Json::object()}}}}));
        EXPECT_EQ(receive()["result"]["protocolVersion"], "2025-11-25");
        send(json_rpc::notification("notifications/initialized", nullptr));
    }
    static Json wait_call(const Json& id) { return json_rpc::request(id, "tools/call", {{"name", "wait"}}); }

    Gate gate_;
    StdioOptions options_;
    Server server_{
        [this] {
            Catalog catalog;
            catalog.tools.push_back(
                {.name = "wait", .input = {{"type", "object"}}, .call = [this](const Json&, Call& call) -> Json {
                     gate_.wait(call.scope().cancel);
                     return {{"content", Json::array()}};
                 }});
            catalog.lists_change = true;
            return catalog;
        }(),
        {.version = "1"}};
    Pipe to_server_, from_server_;
    std::ostream client_out_{&to_server_};
    std::istream client_in_{&from_server_};
    std::jthread serving_;
};

TEST_F(McpStdio, AnswersEachLineAndEndsWithItsInput) {
    start();
    initialize();
    send_line("");
    send_line("  \r");
    send(json_rpc::request("a", "tools/list", Json::object()));
    EXPECT_EQ(receive()["result"]["tools"][0]["name"], "wait");
    to_server_.end();
    EXPECT_TRUE(receive().is_null());
}

TEST_F(McpStdio, WhatCannotBeReadIsToldAndTheRestGoesOn) {
    options_.longest_message = 100'000;
    start();
    initialize();
    std::string deep = R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":)" + std::string(10'000, '[') +
                       std::string(10'000, ']') + "}}";
    const std::vector<std::pair<std::string, int>> cases = {
        {"{", json_rpc::parse_error},
        {"\xff\xfe", json_rpc::parse_error},
        {deep, json_rpc::parse_error},
        {"[]", json_rpc::invalid_request},
        {"7", json_rpc::invalid_request},
        {R"({"jsonrpc":"1.0","id":1,"method":"ping"})", json_rpc::invalid_request},
        {R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", json_rpc::invalid_request},
        {R"({"jsonrpc":"2.0","id":1,"method":5})", json_rpc::invalid_request},
        {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[1]})", json_rpc::invalid_params},
        {R"({"jsonrpc":"2.0","id":1,"method":"no/such"})", json_rpc::method_not_found},
        {std::string(300'000, 'x'), json_rpc::invalid_request},
        {"{\"x\":\"" + std::string(99'990, 'y'), json_rpc::parse_error},
    };
    for (const auto& [line, code] : cases) {
        send_line(line);
        EXPECT_EQ(receive()["error"]["code"], code) << line.substr(0, 60);
    }
    send(json_rpc::result(77, 5));  // to no question
    send(json_rpc::notification("notifications/cancelled", {{"requestId", {{"x", 1}}}}));
    send(json_rpc::notification("no/such", nullptr));
    send(json_rpc::request(3, "ping", Json::object()));
    EXPECT_EQ(receive()["id"], 3);
}

TEST_F(McpStdio, PingAndCancellationWorkWhileAllThreadsAreBusy) {
    options_.threads = 2;
    options_.longest_queue = 1;
    start();
    initialize();
    for (const int id : {1, 2}) {
        send(wait_call(id));
        gate_.wait_for(id);  // it has a thread
    }
    send(wait_call(3));  // waits for a thread
    send(wait_call(4));  // one too many
    EXPECT_EQ(receive()["id"], 4);
    send(wait_call(1));  // an id that is used already
    EXPECT_EQ(receive()["error"]["code"], json_rpc::invalid_request);
    send(json_rpc::request("p", "ping", Json::object()));
    EXPECT_EQ(receive()["id"], "p");
    send(json_rpc::notification("notifications/cancelled", {{"requestId", 1}}));
    gate_.wait_for(3);  // the third has a thread now; the first is not answered
    gate_.open();
    std::set<int> answered = {receive()["id"].get<int>(), receive()["id"].get<int>()};
    EXPECT_EQ(answered, (std::set{2, 3}));
}

TEST_F(McpStdio, RequestsUnderWayFinishWhenTheInputEnds) {
    start();
    initialize();
    send(wait_call(1));
    gate_.wait_for(1);
    to_server_.end();
    gate_.open();
    EXPECT_EQ(receive()["id"], 1);
    EXPECT_TRUE(receive().is_null());
}

TEST_F(McpStdio, RequestsThatTakeTooLongAreCancelledThen) {
    options_.grace = std::chrono::milliseconds(0);
    start();
    initialize();
    send(wait_call(1));
    gate_.wait_for(1);
    end();
    EXPECT_TRUE(receive().is_null()) << "nobody reads an answer";
}

TEST_F(McpStdio, ListensUntilItIsCancelled) {
    start();
    const Json meta = {{version_key, modern_version}, {capabilities_key, Json::object()}};
    send(json_rpc::request("l", "subscriptions/listen",
                           {{"_meta", meta}, {"notifications", {{"toolsListChanged", true}}}}));
    EXPECT_EQ(receive()["method"], "notifications/subscriptions/acknowledged");
    server_.list_changed("tools");
    EXPECT_EQ(receive()["params"]["_meta"][subscription_key], "l");
    send(json_rpc::notification("notifications/cancelled", {{"requestId", "l"}}));
    send(json_rpc::request("d", "server/discover", {{"_meta", meta}}));
    EXPECT_EQ(receive()["id"], "d");
    server_.list_changed("tools");
    send(json_rpc::request("e", "server/discover", {{"_meta", meta}}));
    EXPECT_EQ(receive()["id"], "e") << "nothing is told any more";
}

}  // namespace
}  // namespace quarry::mcp
