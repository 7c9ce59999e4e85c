#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/mcp/session.h"

namespace quarry::mcp {

/// Tells clients of changes: of lists, and of the resources that they subscribed to. Resources are compared with their
/// last revision from time to time, so that changes by other processes are noticed too. Thread-safe.
class Subscriptions {
public:
    using Revisions = std::function<std::vector<std::string>(const std::vector<std::string>& uris)>;
    Subscriptions(Revisions revisions, std::chrono::milliseconds interval);
    ~Subscriptions() = default;
    Subscriptions(const Subscriptions&) = delete;
    Subscriptions& operator=(const Subscriptions&) = delete;

    /// A request of the modern dialect that listens, for as long as its channel exists.
    struct Listener {
        std::weak_ptr<Channel> channel{};
        Json id{};
        std::set<std::string> lists{};  ///< "tools", "prompts"
        std::set<std::string> uris{};
    };
    /// Throws Refusal if there are too many. `first` is sent before anything else.
    void add(Listener listener, const Json& first);
    /// Sends the session what it subscribes to, for as long as it exists.
    void watch(const std::shared_ptr<Session>& session);
    /// Remembers the present revision: from now on changes are reported.
    void note(const std::vector<std::string>& uris);
    /// Tells those who listen that "tools" or "prompts" changed.
    void list_changed(std::string_view list);

private:
    struct Receiver;
    [[nodiscard]] std::vector<Receiver> receivers();
    void begin();
    void compare();
    [[nodiscard]] std::set<std::string> changed_ones(const std::set<std::string>& uris);

    const Revisions revisions_;
    const std::chrono::milliseconds interval_;
    std::mutex mutex_;  ///< Protects the members below.
    std::vector<Listener> listeners_;
    std::vector<std::weak_ptr<Session>> sessions_;
    std::map<std::string, std::string> known_;  ///< Revisions by URI.
    std::condition_variable_any woken_;
    std::jthread thread_;  ///< Started with the first subscription.
};

}  // namespace quarry::mcp
