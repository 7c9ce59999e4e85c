#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::store {

/// One execution whose events are kept: an answer, a job, an agent.
struct LoggedRun {
    std::string id{};         ///< 32 hex digits.
    std::string principal{};  ///< "owner", "user:ID" or "key:ID".
    std::string kind{};       ///< "ask", "ingest" ...
    bool background = false;
    bool ended = false;
    std::uint64_t last = 0;       ///< The number of its last event; 0 before the first.
    std::uint64_t kept_from = 1;  ///< The first event that is kept; older ones went.
    std::int64_t started_at = 0;  ///< Seconds since 1970.
    std::optional<std::int64_t> ended_at{};
};

struct LoggedEvent {
    std::uint64_t number = 0;  ///< From 1 in each run, without gaps. 0 of a new one: the next that the run has.
    std::string name{};        ///< "text", "claim", "done" ...
    std::string data{};        ///< JSON on one line.
};

/// How far a job is. On disk: never renumber.
enum class JobState : int { waiting = 0, running = 1, done = 2, given_up = 3, cancelled = 4 };

/// Work in the background. Its run has its events.
struct StoredJob {
    std::string run_id{}, kind{};
    std::string principal{};  ///< That of its run.
    std::string request{};    ///< JSON.
    JobState state = JobState::waiting;
    int attempts = 0;              ///< That were begun.
    std::int64_t not_before = 0;   ///< When it may be tried next.
    std::string lease{};           ///< Who works on it.
    std::int64_t lease_until = 0;  ///< When others may take it.
    std::string error{};           ///< JSON: why the last attempt failed; empty when none has.
    std::string result{};          ///< JSON; empty until it is done.
    std::int64_t started_at = 0;   ///< Of its run.
};

/// How a job changes with its run.
struct JobChange {
    JobState state = JobState::done;
    std::string error{}, result{};  ///< JSON, or empty.
    std::int64_t not_before = 0;
    bool is_no_attempt = false;  ///< What was begun is not counted.
};

/// What happened to a run since it was last written.
struct RunChange {
    std::string id{};
    std::vector<LoggedEvent> events{};
    std::uint64_t kept_from = 0;             ///< Events before this one go; 0: none does.
    std::optional<std::int64_t> ended_at{};  ///< When it ended, if it did.
    std::optional<JobChange> job{};
    /// The number of the run's last event before these. Where the run has another one, or has ended, another process
    /// works on it, and nothing is changed. Nothing: not looked at.
    std::optional<std::uint64_t> after{};
    std::string holder{};  ///< Of a job: nothing is changed where somebody else works on it. Empty: not looked at.
};

/// The runs of a server with their events, and its jobs. Each call that writes is one transaction. Used by one thread
/// at a time. Throws Error(locked, failed).
class RunLogRepository {
public:
    virtual ~RunLogRepository() = default;

    // -- runs
    /// Adds a run, and the job that it is of.
    virtual void begin(const LoggedRun& run, const StoredJob* job) = 0;
    /// All of these or none, but for those that were refused (`after`, `holder`): gives their positions.
    virtual std::vector<std::size_t> append(std::span<const RunChange> changes) = 0;
    [[nodiscard]] virtual std::optional<LoggedRun> find(std::string_view id) = 0;
    /// The runs of a principal, newest first, behind the run `after` (empty: from the newest).
    [[nodiscard]] virtual std::vector<LoggedRun> list(std::string_view principal, std::size_t limit,
                                                      std::string_view after) = 0;
    /// Events behind number `after`, about `most_bytes` of them, at least one where there is one.
    [[nodiscard]] virtual std::vector<LoggedEvent> events(std::string_view id, std::uint64_t after,
                                                          std::size_t most_bytes) = 0;
    /// Whether another connection may have written since the last call. Costs next to nothing.
    [[nodiscard]] virtual bool has_changed() { return true; }
    /// The runs that have not ended and are not of a job that goes on.
    [[nodiscard]] virtual std::vector<LoggedRun> unfinished() = 0;
    /// Removes runs that ended before a time, at most `most` of them. Returns how many there were.
    virtual std::size_t remove_ended(std::int64_t before, std::size_t most) = 0;

    // -- jobs
    /// Takes the job that has waited longest, of those that may be tried at `now`; nothing when there is none. A job
    /// whose lease is over is taken too. It counts as another attempt. `writes`: jobs of the kinds that write to the
    /// documents ("ingest", "embed"); else those of all others.
    [[nodiscard]] virtual std::optional<StoredJob> lease_job(bool writes, std::int64_t now, std::string_view who,
                                                             std::int64_t until) = 0;
    /// False when the job is not `who`'s any more.
    [[nodiscard]] virtual bool renew_lease(std::string_view id, std::string_view who, std::int64_t until) = 0;
    /// Who works on jobs.
    [[nodiscard]] virtual std::vector<std::string> job_holders() = 0;
    /// Lets the jobs that `who` worked on be taken again, as that server is gone. Their attempts stay counted.
    virtual void release_jobs(std::string_view who) = 0;
    [[nodiscard]] virtual std::optional<StoredJob> find_job(std::string_view id) = 0;
    [[nodiscard]] virtual std::vector<StoredJob> list_jobs(std::string_view principal, std::size_t limit,
                                                           std::string_view after) = 0;
    /// The requests of the jobs that are to be done yet.
    [[nodiscard]] virtual std::vector<std::string> open_requests() = 0;
    /// When the next job may be tried; nothing when none waits.
    [[nodiscard]] virtual std::optional<std::int64_t> next_job_at() = 0;
};

/// That something was written to a run.
struct RunNews {
    std::string id{};
    std::uint64_t last = 0;  ///< The number of its last event.
};

/// Tells of what all processes write to the runs of a base, this one too. Used by one thread.
class RunLogListener {
public:
    virtual ~RunLogListener() = default;

    /// What was written since the last call; waits for it, up to `most`. Nothing: any run may have been written to, as
    /// listening has begun, or begun again after the connection was lost. Throws Error(failed, interrupted).
    [[nodiscard]] virtual std::optional<std::vector<RunNews>> news(std::chrono::milliseconds most) = 0;
};

}  // namespace quarry::store
