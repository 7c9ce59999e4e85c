#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::llm {

/// One event of a `text/event-stream` answer. The views are valid during the call only.
struct ServerSentEvent {
    std::string_view type;  ///< "message" unless the stream named one.
    std::string_view data;  ///< Lines joined with LF.
    std::string_view id{};  ///< The last one that the stream gave, with this event or before; empty for none.
};

/// Reads an event stream (WHATWG HTML, "server-sent events") from pieces cut anywhere: inside a line end, inside a
/// UTF-8 sequence. Lines end at LF, CR LF or CR; comments are dropped. The same bytes give the same events, however
/// they are cut. Bytes are passed on as they are, not checked to be UTF-8.
class EventStreamParser {
public:
    using EventSink = std::function<void(const ServerSentEvent&)>;

    /// `max_event_bytes` bounds the memory that one event may take.
    explicit EventStreamParser(std::size_t max_event_bytes = 8 << 20) : max_event_bytes_(max_event_bytes) {}

    /// Throws Error(provider_failed) for an event over the limit; what the sink throws comes out as it is.
    void feed(std::string_view piece, const EventSink& sink);
    /// The stream is over. An event that no empty line ended is given out too: servers forget it.
    void finish(const EventSink& sink);
    /// The last id, also of an event without data; and how many milliseconds the server wants before a reconnection.
    [[nodiscard]] const std::string& last_id() const noexcept { return id_; }
    [[nodiscard]] std::optional<std::uint32_t> retry() const noexcept { return retry_; }

private:
    void take_line(const EventSink& sink);
    void dispatch(const EventSink& sink);
    void check_size(std::size_t more) const;

    std::size_t max_event_bytes_;
    std::string line_;
    std::string type_;
    std::string data_;
    std::string id_;
    std::optional<std::uint32_t> retry_;
    bool has_data_ = false;
    bool after_cr_ = false;
    bool at_start_ = true;
};

}  // namespace quarry::llm
