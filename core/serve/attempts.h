#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace quarry::serve {

/// How many tries at a password there may be under a name, such as an address or an e-mail: some at once, then one
/// after each pause. Keeps at most some thousand names. Thread-safe.
class Attempts {
public:
    using Time = std::chrono::steady_clock::time_point;
    Attempts(double at_once, std::chrono::seconds pause) : at_once_(at_once), pause_(pause) {}

    /// Takes one; false where there is none left.
    [[nodiscard]] bool take(const std::string& name, Time now);
    /// It was right: it does not count.
    void give_back(const std::string& name);

private:
    struct Left {
        double number;
        Time at;
    };
    static constexpr std::size_t most_names = 10'000;
    [[nodiscard]] double left_at(const Left& left, Time now) const;

    const double at_once_;
    const std::chrono::duration<double> pause_;
    std::mutex mutex_;
    std::unordered_map<std::string, Left> left_;
    Time next_sweep_{};  ///< Not before it, as it takes a while.
};

}  // namespace quarry::serve
