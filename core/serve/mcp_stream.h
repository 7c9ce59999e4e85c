#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/mcp/session.h"
#include "core/net/message.h"

namespace quarry::serve {

/// Messages of the Model Context Protocol to one client as server-sent events. A stream with a name keeps them for a
/// client that lost its connection, up to a limit; another one keeps what is not sent yet. Thread-safe.
class McpStream final : public mcp::Channel, public std::enable_shared_from_this<McpStream> {
public:
    /// `name` is the first part of the events' ids; empty: events have no ids.
    explicit McpStream(std::string name = {}) : name_(std::move(name)) {}

    void send(const mcp::Json& message) override;
    /// No message follows.
    void end();
    [[nodiscard]] bool has_ended() const;
    /// Whether a connection reads it.
    [[nodiscard]] bool is_read() const;

    /// What sends the events after number `after`. Ends the source that was made before: a message goes to one
    /// connection only. `primes`: begins with an event that has an id and no message.
    [[nodiscard]] std::shared_ptr<net::BodySource> source(std::uint64_t after, bool primes);

    static constexpr std::size_t most_kept = 1000, most_kept_bytes = 1 << 20;

private:
    class Source;
    struct Event {
        std::uint64_t number;
        std::string data;
    };
    [[nodiscard]] net::BodySource::State read(std::uint64_t reader, std::uint64_t& position, std::string& out);
    void wake();

    const std::string name_;
    mutable std::mutex mutex_;  ///< Protects the members below.
    std::deque<Event> events_;
    std::size_t bytes_ = 0;
    std::uint64_t last_ = 0;    ///< Number of the last event; they are counted from 1.
    std::uint64_t reader_ = 0;  ///< The source that reads.
    bool ended_ = false;
    std::function<void()> wake_;
};

/// Where an event is, by its id.
struct McpEventId {
    std::string stream{};
    std::uint64_t number = 0;
};
/// Empty for what is not the id of an event.
[[nodiscard]] std::optional<McpEventId> parse_event_id(std::string_view id);

}  // namespace quarry::serve
