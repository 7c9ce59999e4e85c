#include "core/serve/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace quarry::serve {

void Metrics::count(const std::string& route, int status, std::chrono::microseconds time) {
    const double seconds = std::chrono::duration<double>(time).count();
    const std::lock_guard lock(mutex_);
    ++requests_[{route, status}];
    Times& times = times_[route];
    ++times.counts[static_cast<std::size_t>(std::ranges::lower_bound(bounds, seconds) - bounds.begin())];
    times.sum += seconds;
}

std::string Metrics::text() const {
    const std::lock_guard lock(mutex_);
    std::string text = "# HELP quarry_http_requests_total Requests by route and status.\n"
                       "# TYPE quarry_http_requests_total counter\n";
    const auto put = std::back_inserter(text);
    for (const auto& [key, count] : requests_) {
        fmt::format_to(put, "quarry_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first, key.second,
                       count);
    }
    text += "# HELP quarry_http_request_seconds Time until the response began.\n"
            "# TYPE quarry_http_request_seconds histogram\n";
    for (const auto& [route, times] : times_) {
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < times.counts.size(); ++i) {
            total += times.counts[i];
            const std::string bound = i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf";
            fmt::format_to(put, "quarry_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, bound,
                           total);
        }
        fmt::format_to(put, "quarry_http_request_seconds_sum{{route=\"{}\"}} {}\n", route, times.sum);
        fmt::format_to(put, "quarry_http_request_seconds_count{{route=\"{}\"}} {}\n", route, total);
    }
    return text;
}

}  // namespace quarry::serve
