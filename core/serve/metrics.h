#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace quarry::serve {

/// What a server counts, for Prometheus. Thread-safe.
class Metrics {
public:
    void count(const std::string& route, int status, std::chrono::microseconds time);

    /// The text format, version 0.0.4.
    [[nodiscard]] std::string text() const;

private:
    static constexpr std::array<double, 8> bounds{0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60};  ///< Of times, in seconds.
    struct Times {
        std::array<std::uint64_t, bounds.size() + 1> counts{};
        double sum = 0;
    };
    mutable std::mutex mutex_;                                       ///< Of those below.
    std::map<std::pair<std::string, int>, std::uint64_t> requests_;  ///< By route and status.
    std::map<std::string, Times> times_;                             ///< By route.
};

}  // namespace quarry::serve
