#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/net/web_socket.h"
#include "core/serve/service.h"

namespace quarry::serve {

/// A conversation over a WebSocket: texts of JSON objects with a `type`. The client sends sign_in, message, cancel,
/// resume, approve and ping; the server ready, started, event, gap, pong, ok, error and shutdown. An answer to a
/// message with an `id` has that id. The events of runs are those of the streams, with their numbers: a slow client
/// holds a position in each run, and no events.
class ChatSocket final : public net::WebSocketSession, public std::enable_shared_from_this<ChatSocket> {
public:
    /// `handshake` is the request that opened it; a caller who is known by it need not sign in. The service is
    /// borrowed.
    /// `caller` is null until the first message says who it is.
    ChatSocket(Service& service, net::Request handshake, const Caller* caller);
    ~ChatSocket() override;

    // Of net::WebSocketSession: on the server's thread.
    void start(std::function<void()> wake) override;
    void received(std::string message) override;
    [[nodiscard]] State next(std::string& out) override;
    [[nodiscard]] net::WebSocketClosing closing() const override;
    void stopped() noexcept override;
    [[nodiscard]] std::chrono::seconds first_message_time() const override;
    [[nodiscard]] std::size_t most_bytes() const override;

    /// The subprotocol that is chosen where it is offered. Beside it a browser may offer "token.TOKEN".
    static constexpr std::string_view protocol = "quarry";
    static constexpr std::string_view token_protocol = "token.";

private:
    using Message = nlohmann::json;
    struct Kind;
    struct NotSignedIn;
    /// A run that is followed, and what of it is about to be sent.
    struct Followed {
        std::shared_ptr<net::BodySource> source;
        std::deque<std::string> lines{};
        bool ended = false;
    };
    [[nodiscard]] static const std::vector<Kind>& kinds();

    // On a thread of the service's pools:
    void work();
    void handle(const std::string& text);
    void sign_in(const Message& message);
    void ask(const Message& message);
    void answer(const Message& message, const Caller& caller);
    /// Calls `work` for the present caller on a thread that waits for models, and says what goes wrong.
    void in_background(const Message& message, std::function<void(const Caller& caller)> work);
    void cancel(const Message& message);
    void resume(const Message& message);
    void approve(const Message& message);
    void ping(const Message& message);
    [[nodiscard]] Caller present_caller();
    [[nodiscard]] bool may(RateClass kind, std::string_view who, const Message& message);
    [[nodiscard]] std::shared_ptr<Run> run_of(const Message& message);
    void follow(const Message& message, const std::shared_ptr<Run>& run, std::uint64_t after, const char* said);

    // On any thread:
    void reply(const Message& to, const char* type, Json fields = Json::object());
    void refuse(const Message& to, const net::Response& problem);
    void send_away(const Message& message);
    void close(std::uint16_t code, std::string reason);
    void wake_sender();

    // On the server's thread:
    void take_new();
    [[nodiscard]] bool next_of_runs(std::string& out);

    Service& service_;
    std::vector<std::shared_ptr<Followed>> followed_{};  ///< Of the server's thread.
    std::size_t turn_ = 0;                               ///< Which of them is looked at first.

    mutable std::mutex mutex_;  ///< Of those below.
    net::Request handshake_;    ///< With what the caller is known by.
    bool is_known_ = false;
    std::function<void()> wake_{};
    std::deque<std::string> inbox_{}, outbox_{};
    std::size_t inbox_bytes_ = 0;
    std::vector<std::shared_ptr<Followed>> new_{};
    std::size_t runs_ = 0;  ///< Followed, or about to be.
    bool working_ = false, gone_ = false, shut_down_ = false;
    std::optional<net::WebSocketClosing> closing_{};
};

}  // namespace quarry::serve
