#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/mcp/session.h"
#include "core/serve/mcp_stream.h"

namespace quarry::serve {

/// A session of the legacy dialect over HTTP, with the streams that its client can resume. Thread-safe.
class McpSession {
public:
    McpSession(std::string id, std::string principal);

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    [[nodiscard]] const std::string& principal() const noexcept { return principal_; }
    [[nodiscard]] const std::shared_ptr<mcp::Session>& state() const noexcept { return state_; }

    /// The stream of messages that belong to no request; its client reads it with GET.
    [[nodiscard]] const std::shared_ptr<McpStream>& standing() const noexcept { return standing_; }
    /// A stream for the response to one request. Of those that have ended, the last few are kept.
    [[nodiscard]] std::shared_ptr<McpStream> new_stream();
    /// Null if there is no such stream.
    [[nodiscard]] std::shared_ptr<McpStream> find_stream(const std::string& name) const;

    /// Cancels its requests and ends its streams.
    void close();
    /// Ends the standing stream, and requests that wait for the client. Others go on.
    void shut_down();

private:
    const std::string id_, principal_;
    const std::shared_ptr<mcp::Session> state_;
    const std::shared_ptr<McpStream> standing_;
    mutable std::mutex mutex_;  ///< Protects the members below.
    std::map<std::uint64_t, std::shared_ptr<McpStream>> streams_;
    std::uint64_t last_stream_ = 0;
};

/// The sessions of all clients. Thread-safe.
class McpSessions {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t most = 1000, most_of_one = 32;
    static constexpr std::chrono::hours idle{1};  ///< A session that is not used for so long ends.

    /// Ends the principal's oldest session if it has too many. Null if there are too many of others.
    [[nodiscard]] std::shared_ptr<McpSession> begin(const std::string& principal, Clock::time_point now = Clock::now());
    /// Null if the principal has no session of this id.
    [[nodiscard]] std::shared_ptr<McpSession> find(std::string_view id, const std::string& principal,
                                                   Clock::time_point now = Clock::now());
    void end(const std::string& id);
    void close_all();
    void shut_down();

private:
    struct Entry {
        std::shared_ptr<McpSession> session;
        Clock::time_point used;
    };
    void remove_idle(Clock::time_point now);

    std::mutex mutex_;  ///< Protects the members below.
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace quarry::serve
