#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/mcp/server.h"

namespace quarry::mcp {

/// Keeps what a client is sent, and waits for it.
class KeptChannel final : public Channel {
public:
    void send(const Json& message) override {
        const std::lock_guard lock(mutex_);
        messages_.push_back(message);
        changed_.notify_all();
    }
    /// The first message of this method; waits for it.
    [[nodiscard]] Json wait_for(const std::string& method) {
        std::unique_lock lock(mutex_);
        for (;;) {
            for (const Json& one : messages_) {
                if (one.value("method", "") == method) return one;
            }
            changed_.wait(lock);
        }
    }
    [[nodiscard]] std::vector<Json> messages() const {
        const std::lock_guard lock(mutex_);
        return messages_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Json> messages_;
};

/// A server of a catalog, with a client of each dialect.
class ServerTest : public ::testing::Test {
protected:
    [[nodiscard]] RequestContext context(Session* session = nullptr) { return {scope_, scopes_, *channel_, session}; }
    [[nodiscard]] static json_rpc::Message message(const Json& json) {
        json_rpc::Reading reading = json_rpc::read_json(json);
        EXPECT_TRUE(reading.message) << reading.failure.message;
        return std::move(*reading.message);
    }
    /// The parameters with what a modern request has.
    [[nodiscard]] Json modern(Json params = Json::object()) const {
        params["_meta"][version_key] = modern_version;
        params["_meta"][capabilities_key] = capabilities_;
        return params;
    }
    [[nodiscard]] Reply reply(Server& server, const std::string& method, Json params, Session* session = nullptr) {
        return server.handle(message(json_rpc::request(1, method, std::move(params))), context(session), channel_);
    }
    /// The result of a modern request.
    [[nodiscard]] Json result(Server& server, const std::string& method, Json params = Json::object()) {
        const Reply got = reply(server, method, modern(std::move(params)));
        EXPECT_TRUE(got.message.contains("result")) << got.message;
        return got.message.value("result", Json());
    }
    [[nodiscard]] int error_code(Server& server, const std::string& method, Json params) {
        const Reply got = reply(server, method, modern(std::move(params)));
        return got.message.contains("error") ? got.message["error"]["code"].get<int>() : 0;
    }
    /// Begins a session of the legacy dialect.
    void begin(Server& server, Session& session, const std::string& version = "2025-11-25") {
        const Reply got = reply(server, "initialize",
                                {{"protocolVersion", version},
                                 {"capabilities", capabilities_},
                                 {"clientInfo", {{"name", "test"}, {"version", "1"}}}},
                                &session);
        EXPECT_TRUE(got.message.contains("result")) << got.message;
    }

    Json capabilities_ = {{"elicitation", Json::object()}};
    Cancellation cancel_;
    app::SilentNotices notices_;
    std::int64_t now_ = 1'800'000'000;
    app::RequestScope scope_{cancel_, notices_, [this] { return now_; }};
    std::set<std::string> scopes_ = {"search", "ask", "read", "write", "migrations", "admin"};
    std::shared_ptr<KeptChannel> channel_ = std::make_shared<KeptChannel>();
};

}  // namespace quarry::mcp
