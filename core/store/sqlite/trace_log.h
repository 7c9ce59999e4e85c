#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/db/sqlite_statement.h"

namespace quarry::store {

/// What was done when a question was asked.
struct StoredRun {
    std::int64_t id = 0;
    std::string trace_id;         ///< 32 hex digits.
    std::string name;             ///< "ask", "chat", "batch".
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
struct TraceLogLimits {
    std::int64_t max_runs = 1000;
    std::int64_t max_age = 0;  ///< Seconds; 0 for no limit.
};

/// The runs that a knowledge base remembers, over a connection of its own. Not thread-safe.
class TraceLog {
public:
    enum class Access { read, write };

    /// The file must be a knowledge base of this binary's schema. Throws Error as `open_store` does. With
    /// `Access::write` a lock is waited for a moment only.
    TraceLog(const std::filesystem::path& base, Access access);
    TraceLog(const TraceLog&) = delete;
    TraceLog& operator=(const TraceLog&) = delete;

    /// Adds a run and drops what is over the limits; `id` is ignored. Returns the new id. Throws Error(locked, failed).
    std::int64_t add(const StoredRun& run, const TraceLogLimits& limits);

    /// The newest `limit` runs, newest first; without their spans.
    void for_each(std::size_t limit, const std::function<void(const StoredRun&)>& visit) const;
    /// The runs with an id above `after`, oldest first, with their spans. `visit` returns false to stop.
    void for_each_after(std::int64_t after, const std::function<bool(StoredRun&&)>& visit) const;
    /// Nothing when there is no such run.
    [[nodiscard]] std::optional<StoredRun> find(std::int64_t id) const;
    [[nodiscard]] std::optional<StoredRun> last() const;

private:
    template <typename Work>
    auto guarded_log(std::string_view doing, Work&& work) const;

    const std::filesystem::path path_;
    mutable SQLite::Database database_;
    mutable db::StatementCache statements_;
};

}  // namespace quarry::store
