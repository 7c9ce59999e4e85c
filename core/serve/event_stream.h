#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/net/message.h"
#include "core/serve/run_log.h"

namespace quarry::serve {

/// A reader of a run's events: holds its position. What is not in memory any more is fetched from the base, a piece at
/// a time. `next` and `stopped` on the server's thread, `fetched` on another.
class EventStream final : public net::BodySource, public std::enable_shared_from_this<EventStream> {
public:
    EventStream(RunLog& log, std::shared_ptr<Run> run, std::uint64_t after,
                std::shared_ptr<const RunLog::StreamForm> form);
    ~EventStream() override { stop(); }

    void start(std::function<void()> wake) override;
    [[nodiscard]] State next(std::string& out) override;
    void stopped(bool /*complete*/) noexcept override { stop(); }

    /// What is wanted from the base.
    [[nodiscard]] std::pair<std::string, std::uint64_t> wanted() const;
    /// The events that were found there; `failed`: it could not be read.
    void fetched(std::vector<RunEvent> events, bool failed);

    static constexpr std::size_t piece = 32 * 1024;  ///< Bytes of events at once.

private:
    void stop() noexcept;
    void append(std::string& out, const std::vector<RunEvent>& events);

    RunLog& log_;
    const std::shared_ptr<Run> run_;
    const std::shared_ptr<const RunLog::StreamForm> form_;
    mutable std::mutex mutex_;  ///< Of those below, as far as `fetched` and `wanted` use them.
    std::uint64_t position_ = 0;
    std::vector<RunEvent> found_{};
    bool fetching_ = false, fetch_failed_ = false;
    std::function<void()> wake_{};
    std::uint64_t follower_ = 0;
    bool begun_ = false, stopped_ = false;
};

}  // namespace quarry::serve
