#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/store/run_log_repository.h"

namespace quarry::serve {

/// An event of a run, as streams send it.
using RunEvent = store::LoggedEvent;

/// An event that has no number yet.
struct NewEvent {
    std::string name{};
    std::string data{};  ///< As of RunEvent.
};

/// How much of a run is kept.
struct RunBounds {
    std::size_t most_bytes = 0;    ///< Of its events.
    std::size_t memory_bytes = 0;  ///< Of those, in memory; the others are read from the base.
};

/// One execution with its events: what answers adds them, any number of readers follow at positions of their own. A
/// reader gets an event when it is written down, so that no restart takes back what was read. Thread-safe.
class Run {
public:
    /// `written`: called when there is something to write down; empty: the run is in memory only. `is_here`: this
    /// process has begun it. Else the base has all events.
    Run(store::LoggedRun run, RunBounds bounds, std::function<void()> written = {}, bool is_here = true);

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    [[nodiscard]] const std::string& owner() const noexcept { return owner_; }
    [[nodiscard]] const std::string& kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_background() const noexcept { return background_; }
    /// Whether the base has it too.
    [[nodiscard]] bool is_kept() const noexcept { return is_kept_; }
    [[nodiscard]] std::int64_t started_at() const noexcept { return started_at_; }
    [[nodiscard]] const std::shared_ptr<Cancellation>& cancellation() const noexcept { return cancel_; }
    /// Whether this process adds its events. Those of the others are caught up with.
    [[nodiscard]] bool is_here() const;

    /// Adds the next event. Events that are too old to be kept, by the bytes of those behind them, go. Waits while much
    /// is not yet written down.
    void add(std::string name, std::string data);
    /// The number that the next event gets, for the one who adds them.
    [[nodiscard]] std::uint64_t next_number() const;
    /// The last event, if there is one: no further one comes. It is written in one step with the end, and with what
    /// becomes of the run's job.
    void end(std::int64_t now, std::optional<NewEvent> last = {}, std::optional<store::JobChange> job = {});
    /// Whether all was written down.
    [[nodiscard]] bool has_ended() const;
    [[nodiscard]] std::optional<std::int64_t> ended_at() const;
    /// The number of the last event that readers get.
    [[nodiscard]] std::uint64_t last() const;

    // -- for the writer
    /// What is to be written; nothing when there is nothing.
    [[nodiscard]] std::optional<store::RunChange> take_change();
    /// What was taken has been written: readers get it.
    void publish(store::RunChange&& change);
    /// It cannot be written: the run ends here, and readers are told why.
    void fail(std::string why);
    /// It was not written: the run goes on, or was ended, in another process. What was not written is dropped, and who
    /// works on it is cancelled.
    void lose();
    /// The same where its end has not come yet.
    void lose_if_open();
    [[nodiscard]] bool is_lost() const;
    /// This process adds the events from now on: of a job that `holder` has the lease of.
    void take_over(std::string holder);
    /// Another process may add the next ones. All that was added has been written.
    void hand_over();

    // -- for runs whose events another writes to the base: agents', and those of other processes
    /// What the base has of the run now. `rests`: no event comes until it is gone on with.
    void catch_up(const store::LoggedRun& stored, bool rests);

    // -- for readers
    /// What a reader that has seen events up to `number` gets next.
    struct Part {
        std::vector<RunEvent> events{};  ///< In their order; about `most_bytes` together.
        std::uint64_t lost = 0;  ///< The first event that is kept, where some before it are wanted and are gone.
        bool is_stored = false;  ///< The next ones are in the base, not in memory.
        bool ended = false;      ///< There is none behind them.
        std::string failure{};   ///< With `ended`: why the log broke off; else empty.
    };
    [[nodiscard]] Part after(std::uint64_t number, std::size_t most_bytes) const;

    /// Calls `wake` for each event and the end, until the number that it gives is taken back.
    [[nodiscard]] std::uint64_t follow(std::function<void()> wake);
    /// Gives the number of those that follow still.
    std::size_t leave(std::uint64_t follower);
    [[nodiscard]] std::size_t followers() const;
    /// Has those that follow look again.
    void wake() const;

private:
    const std::string id_, owner_, kind_;
    const bool background_, is_kept_;
    const std::int64_t started_at_;
    const RunBounds bounds_;
    const std::function<void()> written_;
    const std::shared_ptr<Cancellation> cancel_ = std::make_shared<Cancellation>();
    mutable std::mutex mutex_;  ///< Of all below.
    std::condition_variable taken_;
    std::vector<RunEvent> pending_{};  ///< Added and not yet taken to be written.
    std::size_t pending_bytes_ = 0;
    std::uint64_t added_ = 0;            ///< The number of the last event that was added.
    std::deque<RunEvent> events_;        ///< The newest that readers get.
    std::deque<std::uint32_t> sizes_;    ///< In bytes, of the events from `kept_from_` on that are counted.
    std::size_t bytes_ = 0, total_ = 0;  ///< Of `events_`; of `sizes_`.
    std::uint64_t last_ = 0, kept_from_ = 1, next_follower_ = 0;
    bool ending_ = false, end_taken_ = false, ended_ = false;
    std::optional<std::int64_t> ended_at_{};
    bool here_ = true, lost_ = false;
    std::optional<store::JobChange> job_{};
    std::string failure_{}, holder_{};
    std::map<std::uint64_t, std::function<void()>> followers_;
};

}  // namespace quarry::serve
