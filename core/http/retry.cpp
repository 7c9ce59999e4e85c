#include "core/http/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <thread>

#include "core/base/text.h"
#include "core/http/api_error.h"

namespace quarry::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds longest_obeyed_wait{60'000};
constexpr milliseconds first_wait{500};
constexpr milliseconds longest_own_wait{8'000};

std::optional<double> parse_number(std::string_view text) {
    text = trim(text);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// A time to come, at most a year; a NaN is none.
std::optional<milliseconds> time_to_come(double wait_ms) {
    constexpr double longest = 366.0 * 24 * 3600 * 1000;
    if (!(wait_ms >= 0 && wait_ms <= longest)) return std::nullopt;
    return milliseconds(static_cast<milliseconds::rep>(wait_ms));
}

double random_fraction() {
    std::random_device device;
    return std::uniform_real_distribution<double>(0.0, 1.0)(device);
}

}  // namespace

std::optional<milliseconds> requested_wait(const HttpResponse& response, system_clock::time_point now) {
    if (const auto value = response.header("retry-after-ms")) {
        if (const auto wait = parse_number(*value)) return time_to_come(*wait);
    }
    const auto value = response.header("retry-after");
    if (!value) {
        const auto said = asked_delay(response);
        return said ? time_to_come(static_cast<double>(said->count())) : std::nullopt;
    }
    if (const auto seconds = parse_number(*value)) return time_to_come(*seconds * 1000.0);
    if (const auto date = parse_http_date(*value)) {
        return time_to_come(std::chrono::duration<double, std::milli>(*date - now).count());
    }
    return std::nullopt;
}

bool is_too_long_to_wait(milliseconds wait) noexcept { return wait > longest_obeyed_wait; }

void sleep_cancellable(milliseconds time, const Cancellation& cancellation) {
    const auto until = std::chrono::steady_clock::now() + time;
    for (;;) {
        cancellation.check();
        const auto left = until - std::chrono::steady_clock::now();
        if (left <= left.zero()) return;
        std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(left, milliseconds(50)));
    }
}

bool should_retry(const HttpResponse& response) {
    if (response.status < 400) return false;
    if (const auto asked = response.header("x-should-retry")) {
        if (*asked == "true") return true;
        if (*asked == "false") return false;
    }
    if (response.status == 429) return !is_quota_used_up(response);
    return response.status == 408 || response.status == 409 || response.status >= 500;
}

milliseconds retry_delay(const HttpResponse& response, int attempt, double jitter, system_clock::time_point now) {
    if (const auto asked = requested_wait(response, now); asked && !is_too_long_to_wait(*asked)) return *asked;
    milliseconds wait = first_wait;
    for (int i = 0; i < attempt && wait < longest_own_wait; ++i) wait *= 2;
    wait = std::min(wait, longest_own_wait);
    return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(wait.count()) * (1.0 - jitter / 4.0)));
}

std::optional<system_clock::time_point> parse_http_date(std::string_view text) {
    // Fixed places: "Sun, 06 Nov 1994 08:49:37 GMT"
    static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    text = trim(text);
    if (text.size() != 29 || !text.ends_with(" GMT") || text[19] != ':' || text[22] != ':') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = -1;
        const char* begin = text.data() + at;
        const auto [end, error] = std::from_chars(begin, begin + length, value);
        return error == std::errc() && end == begin + length ? value : -1;
    };
    const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
    const int year = number(12, 4);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
                                           std::chrono::day(static_cast<unsigned>(number(5, 2)))};
    const int hour = number(17, 2), minute = number(20, 2), second = number(23, 2);
    if (year < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

HttpResponse send_with_retries(HttpClient& client, const HttpRequest& request, const RetryPolicy& policy,
                               const Cancellation& cancellation, const BodySink& sink) {
    for (int attempt = 0;; ++attempt) {
        HttpResponse response = client.send(request, cancellation, sink);
        if (attempt >= policy.retries || !should_retry(response)) return response;
        const auto asked = requested_wait(response, system_clock::now());
        if (asked && is_too_long_to_wait(*asked)) return response;
        const double jitter = policy.jitter ? policy.jitter() : random_fraction();
        policy.sleep(retry_delay(response, attempt, jitter, system_clock::now()), cancellation);
    }
}

}  // namespace quarry::http
