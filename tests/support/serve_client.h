#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "core/net/server.h"
#include "core/serve/service.h"

namespace quarry::testing {

/// A request to a service without a socket, as its client sees it.
class ServeCall {
public:
    ServeCall(serve::Service& service, net::Request request) : exchange_(std::make_shared<State>()) {
        service.handle(std::make_shared<Exchange>(std::move(request), exchange_));
    }
    ServeCall(const ServeCall&) = delete;
    ServeCall& operator=(const ServeCall&) = delete;
    ~ServeCall() { leave(); }

    /// The head of the response, and its body where that is no stream. Waits.
    [[nodiscard]] const net::Response& response() {
        std::unique_lock lock(exchange_->mutex);
        exchange_->changed.wait(lock, [&] { return exchange_->response.has_value(); });
        return *exchange_->response;
    }
    /// Whether the head has come. Does not wait.
    [[nodiscard]] bool is_answered() {
        const std::lock_guard lock(exchange_->mutex);
        return exchange_->response.has_value();
    }
    [[nodiscard]] nlohmann::json json() { return nlohmann::json::parse(response().body); }

    /// Reads the stream until it has had `wanted`, or to its end; all so far.
    const std::string& read_to(std::string_view wanted = {}) {
        net::BodySource& source = *response().source;
        if (!std::exchange(begun_, true)) {
            // The state has the source, which keeps this.
            source.start([kept = std::weak_ptr(exchange_)] {
                const std::shared_ptr<State> state = kept.lock();
                if (!state) return;
                const std::lock_guard lock(state->mutex);
                state->woken = true;
                state->changed.notify_all();
            });
        }
        while (!ended_ && (wanted.empty() || text_.find(wanted) == std::string::npos)) {
            {
                const std::lock_guard lock(exchange_->mutex);
                exchange_->woken = false;
            }
            std::string part;
            const net::BodySource::State state = source.next(part);
            text_ += part;
            if (state == net::BodySource::State::end || state == net::BodySource::State::failed) {
                ended_ = true;
                source.stopped(true);
            } else if (state == net::BodySource::State::waiting) {
                std::unique_lock lock(exchange_->mutex);
                exchange_->changed.wait(lock, [&] { return exchange_->woken; });
            }
        }
        return text_;
    }

    /// The client goes, as it does when this is destroyed.
    void leave() {
        std::function<void()> gone;
        {
            const std::lock_guard lock(exchange_->mutex);
            gone = std::exchange(exchange_->gone, nullptr);
            exchange_->has_gone = true;
        }
        if (gone) gone();
        if (begun_ && !std::exchange(ended_, true)) exchange_->response->source->stopped(false);
    }

private:
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<net::Response> response{};
        std::function<void()> gone{};
        bool woken = false, has_gone = false;
    };
    class Exchange final : public net::Exchange {
    public:
        Exchange(net::Request request, std::shared_ptr<State> state)
            : request_(std::move(request)), state_(std::move(state)) {}
        ~Exchange() override { respond({.status = 500}); }
        [[nodiscard]] const net::Request& request() const noexcept override { return request_; }
        void respond(net::Response response) override {
            const std::lock_guard lock(state_->mutex);
            if (!state_->response) state_->response = std::move(response);
            state_->changed.notify_all();
        }
        void on_disconnect(std::function<void()> call) override {
            std::unique_lock lock(state_->mutex);
            if (!state_->has_gone) {
                state_->gone = std::move(call);
                return;
            }
            lock.unlock();
            call();
        }

    private:
        const net::Request request_;
        const std::shared_ptr<State> state_;
    };

    std::shared_ptr<State> exchange_;
    std::string text_{};
    bool begun_ = false, ended_ = false;
};

}  // namespace quarry::testing
