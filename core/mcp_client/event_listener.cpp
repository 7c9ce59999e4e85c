#include "core/mcp_client/event_listener.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/text.h"
#include "core/http/retry.h"
#include "core/llm/event_stream.h"

namespace quarry::mcp_client {
namespace {

constexpr int most_streams = 20;
constexpr std::size_t largest_event = 1'000'000, most_events = 10'000;
constexpr std::chrono::seconds opening_time{5};
constexpr std::chrono::milliseconds usual_pause{1'000}, longest_pause{30'000};
constexpr std::chrono::seconds answer_time{60};

}  // namespace

struct EventListener::State {
    State(http::HttpRequest get, http::HttpRequest post, PeerHandler peer)
        : get_(std::move(get)), post_(std::move(post)), peer_(std::move(peer)), thread_([this] { run(); }) {
        std::unique_lock lock(mutex_);
        opened_.wait_for(lock, opening_time, [this] { return is_open_; });
    }

    ~State() {
        end_.cancel();
        thread_.join();
    }

    void run() noexcept {
        try {
            for (int streams = 0; streams < most_streams && follow(); ++streams) {
                const auto asked = events_.retry();
                const std::chrono::milliseconds pause = asked ? std::chrono::milliseconds(*asked) : usual_pause;
                http::sleep_cancellable(std::min(pause, longest_pause), end_);
            }
        } catch (...) {  // there is nobody to tell
        }
        open();
    }

    /// Whether there was a stream.
    [[nodiscard]] bool follow() {
        http::HttpRequest request = get_;
        bool is_stream = false;
        if (!events_.last_id().empty()) request.headers.emplace_back("Last-Event-ID", events_.last_id());
        request.after_headers = [&](const http::HttpResponse& response) {
            const std::string type = ascii_lower(response.header("content-type").value_or(""));
            is_stream = response.status == 200 && type.starts_with("text/event-stream");
            open();
        };
        const auto take = [this](const llm::ServerSentEvent& event) { answer(event.data); };
        try {
            static_cast<void>(client_.send(request, end_, [&](std::string_view piece) {
                if (is_stream) events_.feed(piece, take);
                return is_stream;
            }));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::provider_failed) throw;
        }
        return is_stream && taken_ < most_events;
    }

    void answer(std::string_view data) {
        if (++taken_ >= most_events) throw Error(ErrorCode::failed, "too many events");
        const json_rpc::Reading reading = json_rpc::read(data);
        if (!reading.message || reading.message->kind != json_rpc::Message::Kind::request) return;
        const PeerAnswer given = peer_(reading.message->method, reading.message->params);
        http::HttpRequest request = post_;
        request.timeout = answer_time;
        request.body = json_rpc::line(given.failure ? json_rpc::failure(reading.message->id, *given.failure)
                                                    : json_rpc::result(reading.message->id, given.result));
        static_cast<void>(side_.send(request, end_));
    }

    void open() noexcept {
        {
            const std::lock_guard lock(mutex_);
            is_open_ = true;
        }
        opened_.notify_all();
    }

    http::HttpRequest get_, post_;
    PeerHandler peer_;
    Cancellation end_;
    http::HttpClient client_, side_;
    llm::EventStreamParser events_{largest_event};
    std::size_t taken_ = 0;
    std::mutex mutex_;
    std::condition_variable opened_;
    bool is_open_ = false;  ///< Or never to be.
    std::thread thread_;    ///< Last, as it uses the others.
};

EventListener::EventListener(http::HttpRequest get, http::HttpRequest post, PeerHandler peer)
    : state_(std::make_unique<State>(std::move(get), std::move(post), std::move(peer))) {}

EventListener::~EventListener() = default;

}  // namespace quarry::mcp_client
