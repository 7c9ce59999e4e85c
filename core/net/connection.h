#pragma once

// One connection, over TCP or TLS. Not for other modules: included by plain_connection.cpp and tls_connection.cpp.

#include "core/net/loop.h"  // first: see there

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "core/net/exchange.h"
#include "core/net/request_reader.h"
#include "core/net/response_head.h"
#include "core/net/signal.h"
#include "core/net/web_socket_talk.h"

namespace quarry::net {

/// What comes is read always, so that a client that goes is noticed while it is being answered; a coroutine answers
/// request after request. Thousands of streams wait at a time: what a connection holds while it waits is kept small.
template <typename Stream>
class StreamConnection final : public Connection {
public:
    StreamConnection(std::shared_ptr<asio::io_context> io, Shared& shared, Stream stream, std::string peer)
        : Connection(std::move(io), shared, std::move(peer)), stream_(std::move(stream)) {}

    void start() override {
        asio::co_spawn(
            *io_, [self = self()] { return self->run(); }, asio::detached);
    }
    void cut() noexcept override {
        boost::system::error_code ignored;
        stream_.lowest_layer().close(ignored);
        read_failed_ = true;
        wake();
    }

private:
    static constexpr bool encrypted = !std::is_same_v<Stream, Socket>;
    static constexpr std::size_t piece = 256;             ///< Read at once while a head is expected or nothing.
    static constexpr std::size_t body_piece = 64 * 1024;  ///< Read at once of a body; as much waits for being used.
    static constexpr std::chrono::seconds linger_time{2};

    std::shared_ptr<StreamConnection> self() { return std::static_pointer_cast<StreamConnection>(shared_from_this()); }
    void wake() noexcept override { changed_.notify(*io_); }
    [[nodiscard]] static SteadyTime now() { return std::chrono::steady_clock::now(); }

    Awaitable<void> run() {
        const auto keep = self();
        deadline_ = now() + shared_.options.limits.header_time;
        const bool open = co_await shake_hands();
        if (!open) co_return;
        read_on();
        for (bool more = true; more && !read_failed_;) more = co_await answer_next();
        cut();
    }

    Awaitable<bool> shake_hands() {
        if constexpr (encrypted) {
            boost::system::error_code error;
            writing_ = true;  // cut when it takes too long
            co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                             asio::redirect_error(use_awaitable, error));
            writing_ = false;
            if (error) co_return false;
        }
        co_return true;
    }

    /// Reads on until the client has gone, unless more has come than is of use now: then `consume` goes on.
    void read_on() {
        if (reading_ || read_failed_) return;
        if (received_.size() >= (in_body_ ? body_piece : shared_.options.limits.header_bytes + piece)) return;
        if (const std::size_t wanted = in_body_ ? body_piece : piece; in_.size() != wanted)
            in_ = std::string(wanted, '\0');
        reading_ = true;
        stream_.async_read_some(asio::buffer(in_),
                                [keep = self()](const boost::system::error_code& error, std::size_t count) {
                                    keep->has_read(error, count);
                                });
    }
    void has_read(const boost::system::error_code& error, std::size_t count) {
        reading_ = false;
        try {
            if (!discarding_) received_.append(in_, 0, count);
            read_failed_ = read_failed_ || static_cast<bool>(error);
            if (read_failed_ && watch_) watch_->has_gone();
            changed_.notify_now();
            // Now that the coroutine has seen whether that was the body's end: a stream needs no large buffer.
            read_on();
        } catch (const std::exception&) {
            cut();
        }
    }
    void consume(std::size_t count) {
        received_.erase(0, count);
        if (received_.empty()) received_.shrink_to_fit();
        read_on();
    }

    /// A request and how its response is to be sent.
    struct Asked {
        Request request;
        ResponseForm form{};
    };

    /// Reads a request; nothing when there is none to be answered any more. What reading takes is freed with it: a
    /// stream may go on for hours.
    Awaitable<std::optional<Asked>> next_request() {
        RequestReader reader(shared_.options.limits);
        bool alive = co_await read_head(reader);
        std::shared_ptr<BodyReceiver> receiver;
        if (alive && reader.refused() == 0) receiver = receiver_for(reader);
        if (alive && reader.refused() == 0) alive = co_await read_body(reader, receiver);
        if (!alive) co_return std::nullopt;
        if (reader.refused() != 0) {
            co_await refuse(reader.refused(), reader.why());
            co_return std::nullopt;
        }
        Asked asked{.request = reader.take(peer_, encrypted)};
        asked.request.receiver = std::move(receiver);
        if (shared_.options.prepare) shared_.options.prepare(asked.request);
        asked.form = {.head_only = asked.request.method == "HEAD",
                      .keep_alive = reader.keep_alive() && !reader.is_http_1_0() && !shared_.draining,
                      .can_chunk = !reader.is_http_1_0()};
        co_return asked;
    }

    /// Reads a request and answers it; false when there is to be no other.
    Awaitable<bool> answer_next() {
        std::optional<Asked> asked = co_await next_request();
        if (!asked) co_return false;
        const ResponseForm form = asked->form;
        std::string key(asked->request.header("Sec-WebSocket-Key"));
        deadline_.reset();
        response_.reset();
        ++request_number_;
        watch_ = std::make_shared<ClientWatch>();
        shared_.handler(std::make_shared<PendingExchange>(std::move(asked->request), io_, weak_from_this(),
                                                          request_number_, watch_));
        while (!response_ && !read_failed_) co_await changed_.wait();
        if (response_ && response_->web_socket) {
            watch_->is_served();
            co_await converse(std::move(*response_), std::move(key));
            co_return false;
        }
        bool sent = false;
        if (response_) sent = co_await send(*response_, form);
        response_.reset();
        if (!sent) watch_->has_gone();
        watch_->is_served();
        watch_.reset();
        if (sent && !form.keep_alive) co_await linger();
        co_return sent&& form.keep_alive && !shared_.draining;
    }

    Awaitable<void> converse(Response response, std::string key);  // converse.h

    Awaitable<bool> read_head(RequestReader& reader) {
        idle_ = true;
        timed_out_ = false;
        bool begun = false;
        deadline_ =
            now() + (request_number_ == 0 ? shared_.options.limits.header_time : shared_.options.limits.idle_time);
        for (;;) {
            if (!received_.empty() && !begun) {
                begun = true;
                idle_ = false;
                deadline_ = now() + shared_.options.limits.header_time;
            }
            if (const std::size_t used = reader.read_head(received_); used > 0) {
                consume(used);
                co_return true;
            }
            if (reader.refused() != 0) co_return true;
            if (read_failed_ || shared_.draining) co_return false;
            if (timed_out_) {
                if (!begun) co_return false;
                reader.refuse(408, "the request did not come in time");
                co_return true;
            }
            co_await changed_.wait();
        }
    }

    /// What takes the body in place of memory; null for none.
    std::shared_ptr<BodyReceiver> receiver_for(RequestReader& reader) {
        std::shared_ptr<BodyReceiver> receiver;
        if (!reader.is_complete() && shared_.options.receiver) {
            Request head = reader.head();
            head.peer = peer_;
            head.encrypted = encrypted;
            if (shared_.options.prepare) shared_.options.prepare(head);
            receiver = shared_.options.receiver(head);
        }
        reader.limit_body(receiver ? std::numeric_limits<std::uint64_t>::max() : shared_.options.limits.body_bytes);
        if (receiver) {
            receiver->start([io = io_, weak = weak_from_this()] {
                asio::post(*io, [weak] {
                    if (const auto connection = weak.lock()) connection->look_again();
                });
            });
        }
        return receiver;
    }

    /// Hands over what has come. Waits while it is not wanted, for as long as that takes; false when the client goes.
    Awaitable<bool> hand_over(RequestReader& reader, BodyReceiver& receiver) {
        std::string piece = reader.take_body();
        while (!piece.empty() && reader.refused() == 0) {
            auto [status, why] = receiver.refusal();
            if (status != 0) {
                reader.refuse(status, why);
            } else if (receiver.is_ready()) {
                receiver.take(std::move(piece));
                piece.clear();
            } else {
                if (read_failed_) co_return false;
                deadline_.reset();
                co_await changed_.wait();
            }
        }
        co_return true;
    }

    Awaitable<bool> read_body(RequestReader& reader, const std::shared_ptr<BodyReceiver>& receiver) {
        if (reader.is_complete()) co_return true;
        if (reader.expects_continue()) {
            const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
            if (!sent) co_return false;
        }
        in_body_ = true;
        const SteadyTime begun = now();
        std::size_t total = 0;
        bool alive = true;
        while (reader.refused() == 0 && !reader.is_complete()) {
            const std::size_t used = reader.read_body(received_);
            if (used > 0) consume(used);
            total += used;
            if (receiver && used > 0) alive = co_await hand_over(reader, *receiver);
            if (!alive) break;
            deadline_ = begun + shared_.options.limits.body_time + std::chrono::seconds(total / 16'384);
            if (used > 0 || reader.refused() != 0 || reader.is_complete()) continue;
            if (read_failed_) {
                alive = false;
                break;
            }
            if (timed_out_) {
                reader.refuse(408, "the body did not come in time");
            } else {
                co_await changed_.wait();
            }
        }
        in_body_ = false;
        co_return alive;
    }

    Awaitable<void> refuse(int status, std::string_view why) {
        const ResponseForm form{.head_only = false, .keep_alive = false, .can_chunk = false};
        Response response = shared_.refusal(status, why);
        const bool sent = co_await send(response, form);
        if (sent) co_await linger();
    }

    Awaitable<bool> send(Response& response, ResponseForm form) {
        const bool has_body = !form.head_only && may_have_body(response.status);
        if (response.source) {
            bool complete = co_await send_head(response, form);
            if (complete && has_body) complete = co_await send_source(response, form);
            response.source->stopped(complete);
            co_return complete;
        }
        std::string head = response_head(response, form);
        const bool together = has_body && response.body.size() <= body_piece;
        if (together) head += response.body;
        const std::size_t at_once = write_now(head);
        bool sent = co_await write(std::string_view(head).substr(at_once));
        if (sent && has_body && !together) sent = co_await write(response.body);
        co_return sent;
    }

    /// Before a body that comes piece by piece; frees what the head was made of.
    Awaitable<bool> send_head(Response& response, ResponseForm form) {
        const std::string head = response_head(response, form);
        response.headers = std::vector<Header>();
        const bool sent = co_await write(head);
        co_return sent;
    }

    Awaitable<bool> send_source(Response& response, ResponseForm form) {
        const bool chunked = !response.source_length && form.can_chunk;
        const std::size_t number = request_number_;
        response.source->start([io = io_, weak = weak_from_this(), number] {
            asio::post(*io, [weak, number] {
                if (const auto connection = weak.lock()) connection->woken(number);
            });
        });
        for (;;) {
            std::string part;
            BodySource::State state = response.source->next(part);
            if (state == BodySource::State::waiting && part.empty()) {
                if (read_failed_) co_return false;
                if (!response.heartbeat.empty()) heartbeat_due_ = now() + shared_.options.limits.heartbeat_time;
                co_await changed_.wait();
                if (read_failed_) co_return false;
                if (!heartbeat_due_ || now() < *heartbeat_due_) continue;
                heartbeat_due_.reset();
                part = response.heartbeat;
            }
            if (chunked) part = chunk_of(part);
            const bool sent = co_await write(part);
            if (!sent) co_return false;
            if (state == BodySource::State::failed) co_return false;
            if (state == BodySource::State::end) break;
        }
        heartbeat_due_.reset();
        bool sent = true;
        if (chunked) sent = co_await write("0\r\n\r\n");
        co_return sent;
    }

    /// Sends what the system takes at once of a small response, which is nearly always all of it; how many bytes that
    /// were. A large one waits its turn piece by piece, so that it holds up no others.
    std::size_t write_now([[maybe_unused]] std::string_view text) {
        if constexpr (!encrypted) {
            boost::system::error_code error;  // comes again where it is waited for
            if (!stream_.non_blocking()) stream_.non_blocking(true, error);
            if (!error) return stream_.write_some(asio::buffer(text.data(), text.size()), error);
        }
        return 0;
    }

    // co_await stands in statements of its own, with named arguments: g++ 12 destroys temporaries twice otherwise.

    /// Sends all of it; false when the client takes no more.
    Awaitable<bool> write(std::string_view text) {
        writing_ = true;
        timed_out_ = false;
        boost::system::error_code error;
        while (!text.empty() && !error) {
            deadline_ = now() + shared_.options.limits.write_time;
            const std::size_t count = co_await stream_.async_write_some(asio::buffer(text.data(), text.size()),
                                                                        asio::redirect_error(use_awaitable, error));
            text.remove_prefix(count);
        }
        writing_ = false;
        deadline_.reset();
        co_return !error;
    }

    /// Ends sending, and reads on for a moment: closing with unread data would take the response from the client.
    Awaitable<void> linger() {
        discarding_ = true;
        consume(received_.size());
        timed_out_ = false;
        deadline_ = now() + linger_time;
        if constexpr (encrypted) {
            boost::system::error_code ignored;
            writing_ = true;
            co_await stream_.async_shutdown(asio::redirect_error(use_awaitable, ignored));
            writing_ = false;
        }
        boost::system::error_code ignored;
        stream_.lowest_layer().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        while (!read_failed_ && !timed_out_) co_await changed_.wait();
    }

    Stream stream_;
    Signal changed_;            ///< That what the answering coroutine waits for may have come.
    std::string in_{};          ///< Where the next piece is read to.
    std::string received_{};    ///< Not yet used.
    bool reading_ = false;      ///< A piece is being read.
    bool read_failed_ = false;  ///< The client has gone.
    bool in_body_ = false;
    bool discarding_ = false;
    std::shared_ptr<ClientWatch> watch_{};  ///< Of the request that is being answered.
};

}  // namespace quarry::net

#include "core/net/converse.h"
