#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "core/serve/route.h"
#include "core/serve/run.h"

namespace quarry::serve {

/// Requests that wait for runs of agents: one thread watches over all of them, and none of the pools' is held.
/// Thread-safe.
class AgentWaits {
public:
    /// At most so many requests at once, and a quarter of them of one caller.
    explicit AgentWaits(std::size_t most);
    /// Requests that wait are answered with 503.
    ~AgentWaits();
    AgentWaits(const AgentWaits&) = delete;
    AgentWaits& operator=(const AgentWaits&) = delete;

    /// Answers the request with the run's document when the run has ended or waits for a person, when the time is over,
    /// or when the server ends. False, at once, when too many wait.
    [[nodiscard]] bool add(const Call& call, const std::shared_ptr<Run>& run,
                           std::optional<std::chrono::steady_clock::time_point> until);

private:
    struct Waiting {
        Call call;
        std::shared_ptr<Run> run;
        std::optional<std::chrono::steady_clock::time_point> until{};
        std::uint64_t follower = 0;
        bool gone = false;
    };
    /// Shared with runs and connections, which may tell of themselves later.
    struct State {
        std::mutex mutex;  ///< Of all below.
        std::condition_variable changed;
        std::map<std::uint64_t, Waiting> waiting{};
        std::uint64_t next = 0;
        bool looks = false, stopped = false;
    };
    static void tell(const std::weak_ptr<State>& of, std::optional<std::uint64_t> gone);
    static void work(State& state);
    static void answer(Waiting waiting);

    const std::size_t most_;
    const std::shared_ptr<State> state_ = std::make_shared<State>();
    std::thread thread_;
};

}  // namespace quarry::serve
