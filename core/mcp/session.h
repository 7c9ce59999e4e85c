#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/mcp/protocol.h"

namespace quarry::mcp {

/// Where messages go that a server sends of its own accord. Thread-safe; messages to a client that has gone are
/// dropped.
class Channel {
public:
    virtual ~Channel() = default;
    virtual void send(const Json& message) = 0;
};

/// What is known of one client: the one at the other end of a pipe, or an HTTP session. Thread-safe.
class Session {
public:
    /// What `initialize` agreed on.
    struct Agreement {
        std::string version{};
        Json capabilities = Json::object();  ///< Of the client.
    };
    void agree(Agreement agreement);
    /// Empty before `initialize`.
    [[nodiscard]] std::optional<Agreement> agreement() const;

    /// Where notifications go that belong to no request; null for nowhere.
    void set_outgoing(std::weak_ptr<Channel> outgoing);
    [[nodiscard]] std::shared_ptr<Channel> outgoing() const;

    /// "debug" to "emergency" (RFC 5424): messages of lower levels are not sent.
    void set_log_level(std::string level);
    [[nodiscard]] std::string log_level() const;

    void subscribe(const std::string& uri);  ///< Throws Refusal(invalid_params) for one too many.
    void unsubscribe(const std::string& uri);
    [[nodiscard]] std::set<std::string> subscriptions() const;

    /// A request begins. Null if another one has its id.
    [[nodiscard]] std::shared_ptr<Cancellation> begin(const Json& id);
    /// Whether its answer is to be sent: not for one that was cancelled.
    [[nodiscard]] bool end(const Json& id);
    void cancel(const Json& id);
    /// Cancels all requests; those that wait for an answer of the client fail. Later ones may not ask any more.
    void close();
    /// Fails the requests that wait for an answer of the client.
    void stop_asking();

    /// Asks the client over `channel` and waits for its answer. Throws Error: interrupted, failed (it refuses, or does
    /// not answer within ten minutes), rate_limited (it has too many questions already).
    [[nodiscard]] Json ask(Channel& channel, std::string_view method, Json params, const Cancellation& cancel);
    /// A response of the client. One that no request waits for is dropped.
    void deliver(json_rpc::Message answer);

private:
    struct Running {
        std::shared_ptr<Cancellation> cancel;
        bool cancelled = false;
    };
    mutable std::mutex mutex_;  ///< Protects the members below.
    std::condition_variable answered_;
    std::optional<Agreement> agreement_;
    std::weak_ptr<Channel> outgoing_;
    std::string log_level_ = "info";
    std::set<std::string> subscriptions_;
    std::map<std::string, Running> running_;  ///< By their ids as JSON.
    bool may_ask_ = true;
    std::uint64_t asked_ = 0;
    std::map<std::uint64_t, std::optional<json_rpc::Message>> waiting_;  ///< Empty until the answer is there.
};

}  // namespace quarry::mcp
