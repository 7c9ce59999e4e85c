#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/json_rpc/message.h"

namespace quarry::mcp_client {

using json_rpc::Json;

inline constexpr std::string_view modern_version = "2026-07-28", legacy_version = "2025-11-25";

/// A request to a server.
struct Call {
    Json id{};
    std::string method{};
    Json params = Json::object();
    std::vector<std::pair<std::string, std::string>> headers{};  ///< Over HTTP only.
};

/// What a server's own request is answered with.
struct PeerAnswer {
    Json result{};
    std::optional<json_rpc::Failure> failure{};
};
/// Answers a server's request. Called on the thread that waits for the server.
using PeerHandler = std::function<PeerAnswer(const std::string& method, const Json& params)>;

/// A refusal by the HTTP status alone.
class StatusError : public Error {
public:
    StatusError(Error error, int status) : Error(std::move(error)), status_(status) {}
    [[nodiscard]] int status() const noexcept { return status_; }

private:
    int status_;
};

/// How messages go to one server and come back. Nothing that comes is trusted: its size, depth and number are bounded,
/// and what is not a message is an error. Used by one thread.
class Transport {
public:
    virtual ~Transport() = default;
    /// What goes with each later message: the version, "" before it is known.
    virtual void use_version(std::string_view version) = 0;
    /// Sends a request and waits for its answer, of the kind result or failure. Throws Error: provider_failed when
    /// there is none in time or the server is gone, StatusError (HTTP), interrupted.
    [[nodiscard]] virtual json_rpc::Message exchange(const Call& call, const PeerHandler& peer,
                                                     std::chrono::milliseconds timeout, const Cancellation& cancel) = 0;
    /// Sends a notification. Throws as `exchange` does.
    virtual void notify(std::string_view method, const Json& params, std::chrono::milliseconds timeout,
                        const Cancellation& cancel) = 0;
    /// Takes requests of the server from now on also while nothing is asked of it, where it has another way for them:
    /// `peer` is then called on another thread, though never twice at once. Must outlive this, or the next `restart`.
    virtual void listen(const PeerHandler& peer, const Cancellation& cancel) = 0;
    /// Forgets the session, and starts again what ended.
    virtual void restart() = 0;
};

}  // namespace quarry::mcp_client
