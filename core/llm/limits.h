#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "core/base/cancel.h"
#include "core/http/retry.h"
#include "core/llm/chat_model.h"
#include "core/llm/price.h"

namespace quarry::llm {

/// What the models of one run may use. 0 is no limit.
struct ChatLimits {
    std::size_t requests_per_minute = 0;
    std::uint64_t tokens_per_minute = 0;  ///< Read and written.
    double max_cost = 0;                  ///< Of all requests together.
    double spent = 0;                     ///< Of max_cost, before.
    std::optional<ChatPrice> price;       ///< Nothing when it is not known.
    http::Sleeper sleep = http::sleep_cancellable;
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;  ///< For tests.
};

/// Keeps all requests of a run to its limits. Thread-safe: the models of several threads share one.
class ChatLimiter {
public:
    explicit ChatLimiter(ChatLimits limits) : limits_(std::move(limits)), spent_(limits_.spent) {}

    /// What a request that was let through has taken, until its real use is known.
    struct Admission {
        double cost = 0;
        std::uint64_t number = 0;
        std::optional<int> max_tokens;  ///< Of the answer, so that it keeps to the budget.
    };

    /// Waits until a request may be sent, and takes its worst price out of the budget: that of its tokens (a tenth more
    /// than estimated) and of an answer as long as it may get. An answer without a limit gets one that the budget can
    /// pay.
    ///
    /// Throws Error: budget_exceeded when it could cost more than is left, usage when there is a budget and no price,
    /// interrupted.
    [[nodiscard]] Admission admit(const ChatRequest& request, const Cancellation& cancellation);
    /// The request is over: what it really used, or nothing when it failed or nobody said, which leaves what was taken.
    void settle(const Admission& admission, const std::optional<ChatUsage>& usage, bool sent);

    /// What all requests have cost until now, and what was spent before.
    [[nodiscard]] double spent();
    [[nodiscard]] const std::optional<ChatPrice>& price() const noexcept { return limits_.price; }

private:
    using Clock = std::chrono::steady_clock;
    struct Sent {
        std::uint64_t number;
        Clock::time_point at;
        std::uint64_t tokens;
    };
    [[nodiscard]] Admission take_cost(const ChatRequest& request, std::uint64_t input_tokens);
    [[nodiscard]] bool counts_minutes() const noexcept {
        return limits_.requests_per_minute != 0 || limits_.tokens_per_minute != 0;
    }
    [[nodiscard]] std::chrono::milliseconds wait_before(std::uint64_t tokens);

    ChatLimits limits_;
    std::mutex mutex_;
    double spent_ = 0;
    std::uint64_t numbers_ = 0;
    std::deque<Sent> minute_;          // requests of the last minute, in their order; none where nothing limits them
    std::uint64_t minute_tokens_ = 0;  // of all of those
};

/// `model` within the limits, with the price of each answer. The limiter is shared, as it outlives no model that uses
/// it and models of several threads have the same.
[[nodiscard]] std::unique_ptr<ChatModel> make_limited_chat_model(std::unique_ptr<ChatModel> model,
                                                                 std::shared_ptr<ChatLimiter> limiter);

}  // namespace quarry::llm
