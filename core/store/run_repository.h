#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::store {

/// What was done when a question was asked.
struct StoredRun {
    std::int64_t id = 0;
    std::string trace_id;         ///< 32 hex digits.
    std::string name;             ///< "ask", "chat", "batch", "eval".
    std::int64_t started_at = 0;  ///< Nanoseconds since the epoch.
    std::int64_t duration = 0;    ///< Nanoseconds.
    std::string error;            ///< The name of an error code; empty when nothing failed.
    std::string model;            ///< Empty when none was asked.
    std::int64_t input_tokens = 0, output_tokens = 0;
    std::optional<double> cost;  ///< In dollars; nothing when it is not known.
    std::int64_t calls = 0, cached_calls = 0;
    std::string spans;  ///< JSON: core/trace/run_record.h.
};

/// How many runs are kept; older ones go when one is added.
struct RunLimits {
    std::int64_t max_runs = 1000;
    std::int64_t max_age = 0;  ///< Seconds; 0 for no limit.
};

/// The runs that a knowledge base remembers, each with its trace. Used by one thread at a time.
class RunRepository {
public:
    virtual ~RunRepository() = default;

    /// Adds a run and drops what is over the limits; `id` is ignored. Returns the new id, which is above all before
    /// it. Throws Error(locked, failed).
    virtual std::int64_t add(const StoredRun& run, const RunLimits& limits) = 0;

    /// Drops all but the newest `keep` runs. Returns how many there were. Throws Error(locked, failed).
    virtual std::uint64_t clear(std::size_t keep) = 0;

    /// The newest `limit` runs, newest first; without their spans.
    virtual void for_each(std::size_t limit, const std::function<void(const StoredRun&)>& visit) const = 0;
    /// The runs with an id above `after`, oldest first, with their spans. `visit` returns false to stop.
    virtual void for_each_after(std::int64_t after, const std::function<bool(StoredRun&&)>& visit) const = 0;
    /// Nothing when there is no such run.
    [[nodiscard]] virtual std::optional<StoredRun> find(std::int64_t id) const = 0;
    [[nodiscard]] virtual std::optional<StoredRun> last() const = 0;
};

}  // namespace quarry::store
