#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "core/http/client.h"

namespace quarry::http {

/// Waits, or throws Error(interrupted) soon after a cancellation.
using Sleeper = std::function<void(std::chrono::milliseconds, const Cancellation&)>;

/// Really waits, looking at the cancellation every 50 ms.
void sleep_cancellable(std::chrono::milliseconds time, const Cancellation& cancellation);

/// When and how often a refused request is sent again: the rules of OpenAI's and Anthropic's own clients.
struct RetryPolicy {
    int retries = 2;
    Sleeper sleep = sleep_cancellable;
    /// A number in [0, 1) that shortens waits by up to a quarter; a fixed one makes tests exact.
    std::function<double()> jitter;
};

/// Whether an answer asks for another try: `x-should-retry` decides; else 408, 409, 429 and 5xx do. Never for a
/// quota that is used up, which no waiting cures.
[[nodiscard]] bool should_retry(const HttpResponse& response);

/// How long the server asks to be left alone: retry-after-ms, else Retry-After in seconds or as a date, else what
/// Google's servers say in the body. Nothing when it does not say, or no time to come.
[[nodiscard]] std::optional<std::chrono::milliseconds> requested_wait(const HttpResponse& response,
                                                                      std::chrono::system_clock::time_point now);

/// Whether a wait is longer than is worth waiting for: over 60 s.
[[nodiscard]] bool is_too_long_to_wait(std::chrono::milliseconds wait) noexcept;

/// How long to wait before retry number `attempt` (0 first): what the server asks for, when at most 60 s; else 0.5 s
/// doubled each time up to 8 s, less up to a quarter (`jitter` in [0, 1)).
[[nodiscard]] std::chrono::milliseconds retry_delay(const HttpResponse& response, int attempt, double jitter,
                                                    std::chrono::system_clock::time_point now);

/// The time of an IMF-fixdate ("Sun, 06 Nov 1994 08:49:37 GMT", RFC 9110), if it is one.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text);

/// Sends, and sends again as the policy says. Returns the last answer, whatever its status. A failure to get any
/// answer is not retried: it comes out at once. Nor is an answer that asks for a wait that is too long. Nothing is
/// retried once the sink has had a byte.
[[nodiscard]] HttpResponse send_with_retries(HttpClient& client, const HttpRequest& request, const RetryPolicy& policy,
                                             const Cancellation& cancellation, const BodySink& sink = {});

}  // namespace quarry::http
