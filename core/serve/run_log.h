#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/cancel.h"
#include "core/net/message.h"

namespace quarry::serve {

/// An event of a run, as streams send it.
struct RunEvent {
    std::uint64_t number = 0;  ///< From 1 in each run.
    std::string name{};        ///< "text", "claim", "done" ...
    std::string data{};        ///< JSON on one line.
};

/// One execution with its events: what answers adds them, any number of readers follow at positions of their own.
/// Thread-safe.
class Run {
public:
    Run(std::string id, std::string owner, bool background, std::size_t most_bytes);

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    [[nodiscard]] const std::string& owner() const noexcept { return owner_; }
    [[nodiscard]] bool is_background() const noexcept { return background_; }
    [[nodiscard]] const std::shared_ptr<Cancellation>& cancellation() const noexcept { return cancel_; }

    /// Adds the next event. Events that are too old to be kept, by the bytes of those behind them, go.
    void add(std::string name, std::string data);
    /// No further event comes.
    void end();
    [[nodiscard]] bool has_ended() const;

    /// What a reader that has seen events up to `after` gets next.
    struct Part {
        std::vector<RunEvent> events{};  ///< In their order; about `most_bytes` together.
        std::uint64_t lost = 0;  ///< The first event that is kept, where some before it are wanted and are gone.
        bool ended = false;      ///< There is none behind them.
    };
    [[nodiscard]] Part after(std::uint64_t number, std::size_t most_bytes) const;
    [[nodiscard]] std::uint64_t last() const;

    /// Calls `wake` for each event and the end, until the number that it gives is taken back.
    [[nodiscard]] std::uint64_t follow(std::function<void()> wake);
    /// Gives the number of those that follow still.
    std::size_t leave(std::uint64_t follower);
    [[nodiscard]] std::size_t followers() const;
    /// Has those that follow look again.
    void wake() const;

private:
    const std::string id_, owner_;
    const bool background_;
    const std::size_t most_bytes_;
    const std::shared_ptr<Cancellation> cancel_ = std::make_shared<Cancellation>();
    mutable std::mutex mutex_;  ///< Of all below.
    std::deque<RunEvent> events_;
    std::size_t bytes_ = 0;
    std::uint64_t last_ = 0, next_follower_ = 0;
    bool ended_ = false;
    std::map<std::uint64_t, std::function<void()>> followers_;
};

/// How long runs are kept, and how much of them.
struct RunLimits {
    std::size_t most_runs = 1000;              ///< That have ended; the oldest go first.
    std::size_t most_bytes = 4 * 1024 * 1024;  ///< Of one run's events.
    std::chrono::seconds kept{600};            ///< After their end.
    std::chrono::milliseconds grace{10'000};   ///< Without a reader, before a run that is not in the background ends.
};

/// The runs of this process. Thread-safe.
class RunLog {
public:
    explicit RunLog(RunLimits limits = {});
    ~RunLog();
    RunLog(const RunLog&) = delete;
    RunLog& operator=(const RunLog&) = delete;

    [[nodiscard]] std::shared_ptr<Run> begin(const std::string& owner, bool background);
    /// The run of this owner; null when there is none, or it is another's.
    [[nodiscard]] std::shared_ptr<Run> find(std::string_view id, std::string_view owner) const;

    /// How a stream writes events.
    struct StreamForm {
        std::string begin{};                                                        ///< Before the first.
        std::function<std::string(const Run& run, const RunEvent& event)> event{};  ///< May give nothing.
        std::function<std::string(std::uint64_t first)> gap{};  ///< Where events before `first` are not kept any more.
        std::string end{};                                      ///< Behind the last.
        std::string shutdown{};                                 ///< Instead, where the server ends before the run.
    };
    /// Server-sent events (WHATWG HTML, 9.2) with ids, names and data as they were added.
    [[nodiscard]] static const StreamForm& server_sent_events();

    /// The events of a run behind number `after` as a stream. It follows the run at once. When the last stream of a run
    /// that is not in the background is left before its end, the run is cancelled after the time of grace.
    [[nodiscard]] std::shared_ptr<net::BodySource> stream(const std::shared_ptr<Run>& run, std::uint64_t after,
                                                          StreamForm form = server_sent_events());

    /// Ends all streams with the event "shutdown"; runs go on.
    void shut_down();
    [[nodiscard]] bool is_shut_down() const;

    /// Cancels all runs.
    void cancel_all();

private:
    friend class EventStream;
    struct Kept {
        std::shared_ptr<Run> run;
        std::chrono::steady_clock::time_point left{};  ///< When the last reader left it; the clock's beginning: never.
        std::chrono::steady_clock::time_point ended{};
    };
    void left(const std::string& id);
    void look_after();

    const RunLimits limits_;
    mutable std::mutex mutex_;  ///< Of those below.
    std::condition_variable changed_;
    std::map<std::string, Kept, std::less<>> runs_;
    bool shut_down_ = false, ended_ = false;
    std::jthread keeper_;
};

/// A number of `bytes` random bytes of the operating system, as hexadecimal digits. Throws Error(failed).
[[nodiscard]] std::string random_hex(std::size_t bytes);

}  // namespace quarry::serve
