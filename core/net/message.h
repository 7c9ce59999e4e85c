#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/percent.h"

namespace quarry::net {

/// A field of a message's header: its name as it was written, its value without spaces around it.
struct Header {
    std::string name;
    std::string value;
};

/// Takes a body piece by piece, in place of its being held in memory. Every call is made on the server's thread, so
/// none may block. Its end is that it is dropped, or is handed over with its request.
class BodyReceiver {
public:
    virtual ~BodyReceiver() = default;
    /// Called once, before `take`. `wake` may be called from any thread, as often as one likes, and after the end.
    virtual void start(std::function<void()> wake) = 0;
    /// Whether a piece may come; where not, `wake` is called when one may, or when the body is refused.
    [[nodiscard]] virtual bool is_ready() = 0;
    virtual void take(std::string piece) = 0;
    /// Why the rest is not wanted: a status and a text; status 0 while it is.
    [[nodiscard]] virtual std::pair<int, std::string> refusal() = 0;
};

/// A request as it came: complete, with its body. Nothing in it is trusted or decoded.
struct Request {
    std::string method{};  ///< "GET". Upper case, or as the client wrote it.
    std::string target{};  ///< From the first slash on, with the query: "/a%20b?c=d".
    std::vector<Header> headers{};
    std::string body{};
    std::string peer{};      ///< The client's address, without port: "127.0.0.1".
    bool encrypted = false;  ///< Over TLS.
    std::shared_ptr<BodyReceiver> receiver{};  ///< That has the body, in place of `body`; null for none.

    /// The value of the first field of this name, whatever its case; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
    [[nodiscard]] std::string_view path() const noexcept;   ///< Up to the question mark, not decoded.
    [[nodiscard]] std::string_view query() const noexcept;  ///< Behind the question mark, not decoded; may be empty.
};

/// A body that comes piece by piece: a stream of events, a large file. Every call is made on the server's thread, so
/// none may block.
class BodySource {
public:
    enum class State : std::uint8_t {
        more,     ///< A piece was added, and there may be another.
        waiting,  ///< Nothing now: `wake` will be called.
        end,      ///< A piece or nothing was added, and that was all.
        failed,   ///< It cannot go on: the connection is cut, so that the client does not take it for complete.
    };

    virtual ~BodySource() = default;
    /// Called once, before `next`. `wake` may be called from any thread, as often as one likes, and after the end.
    virtual void start(std::function<void()> wake) = 0;
    /// Adds the next piece to `out`, which is empty: called only when the one before is on its way, so that a slow
    /// client holds up nothing but itself. A few dozen kB are enough at once.
    [[nodiscard]] virtual State next(std::string& out) = 0;
    /// The last call: all was sent, or the client has gone.
    virtual void stopped(bool complete) noexcept = 0;
};

class WebSocketSession;

struct Response {
    int status = 200;
    std::vector<Header> headers{};  ///< Without Content-Length, Transfer-Encoding, Connection and Date.
    std::string body{};
    std::shared_ptr<BodySource> source{};          ///< Instead of `body`.
    std::optional<std::uint64_t> source_length{};  ///< Of what it gives; nothing: it is sent in chunks.
    std::string heartbeat{};                       ///< Sent when `source` has waited for as long as the options say.
    /// With the status 101: what the connection becomes (web_socket.h). Only for a request without handshake_problem.
    std::shared_ptr<WebSocketSession> web_socket{};

    /// Puts a field in place of one of the same name, or adds it.
    void set(std::string_view name, std::string value);
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// Whether two names of fields are the same, whatever their case.
[[nodiscard]] bool is_same_name(std::string_view left, std::string_view right) noexcept;

/// The reason phrase of a status: "Not Found"; "Unknown" for one that is not known.
[[nodiscard]] std::string_view reason_of(int status) noexcept;

using quarry::percent_decoded;
using quarry::percent_encoded;

/// The pairs of a query or a form, in their order. Nothing when one cannot be decoded.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> form_fields(std::string_view text);

/// A time as HTTP writes it: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time);

}  // namespace quarry::net
