#include "core/store/sqlite/trace_log.h"

#include <fmt/format.h>

#include "core/store/base_address.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/run_rows.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/side_connection.h"

namespace quarry::store {
namespace {

// The run is over: nobody is made to wait long for its record.
constexpr int log_busy_timeout_ms = 250;

constexpr const char* insert_run =
    "INSERT INTO runs (trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls, "
    "cached_calls, spans) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
constexpr const char* drop_old_runs = "DELETE FROM runs WHERE started_at < ?1";
// Ids are given out in order and never twice.
constexpr const char* drop_many_runs =
    "DELETE FROM runs WHERE id <= (SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET ?1)";
constexpr const char* newest_runs =
    "SELECT id, trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls, "
    "cached_calls FROM runs ORDER BY id DESC LIMIT ?1";
constexpr const char* runs_after =
    "SELECT id, trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls, "
    "cached_calls, spans FROM runs WHERE id > ?1 ORDER BY id";
constexpr const char* run_by_id =
    "SELECT id, trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls, "
    "cached_calls, spans FROM runs WHERE id = ?1";
constexpr const char* last_run =
    "SELECT id, trace_id, name, started_at, duration, error, model, input_tokens, output_tokens, cost, calls, "
    "cached_calls, spans FROM runs ORDER BY id DESC LIMIT 1";
}  // namespace

TraceLog::TraceLog(const std::filesystem::path& base, StoreMode mode)
    : path_(base),
      database_(open_side_connection(base, mode == StoreMode::read ? SideAccess::read : SideAccess::write,
                                     log_busy_timeout_ms)),
      statements_(database_),
      checksums_(database_, statements_) {}

template <typename Work>
auto TraceLog::guarded_log(std::string_view doing, Work&& work) const {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot {} the runs of {}", doing, path_.string()));
    }
}

std::int64_t TraceLog::add(const StoredRun& run, const RunLimits& limits) {
    return guarded_log("write to", [&] {
        CheckedTransaction transaction(database_, checksums_);
        statements_.query(insert_run)
            .with(run.trace_id, run.name, run.started_at, run.duration, run.error, run.model, run.input_tokens,
                  run.output_tokens, run.cost, run.calls, run.cached_calls, db::Borrowed{run.spans})
            .run();
        const std::int64_t id = database_.getLastInsertRowid();
        if (limits.max_age > 0) {
            statements_.query(drop_old_runs).with(run.started_at - limits.max_age * nanoseconds_a_second).run();
        }
        statements_.query(drop_many_runs).with(limits.max_runs).run();
        transaction.commit();
        return id;
    });
}

std::uint64_t TraceLog::clear(std::size_t keep) {
    return guarded_log("write to", [&] {
        CheckedTransaction transaction(database_, checksums_);
        statements_.query(drop_many_runs).with(static_cast<std::int64_t>(keep)).run();
        const auto dropped = static_cast<std::uint64_t>(database_.getChanges());
        transaction.commit();
        return dropped;
    });
}

void TraceLog::for_each(std::size_t limit, const std::function<void(const StoredRun&)>& visit) const {
    guarded_log("read", [&] {
        db::Query query = statements_.query(newest_runs);
        query.with(static_cast<std::int64_t>(limit));
        while (query.step()) visit(read_run(query));
    });
}

void TraceLog::for_each_after(std::int64_t after, const std::function<bool(StoredRun&&)>& visit) const {
    guarded_log("read", [&] {
        db::Query query = statements_.query(runs_after);
        query.with(after);
        while (query.step() && visit(read_whole_run(query))) {
        }
    });
}

std::optional<StoredRun> TraceLog::find(std::int64_t id) const {
    return guarded_log("read", [&]() -> std::optional<StoredRun> {
        db::Query query = statements_.query(run_by_id);
        query.with(id);
        if (!query.step()) return std::nullopt;
        return read_whole_run(query);
    });
}

std::optional<StoredRun> TraceLog::last() const {
    return guarded_log("read", [&]() -> std::optional<StoredRun> {
        db::Query query = statements_.query(last_run);
        if (!query.step()) return std::nullopt;
        return read_whole_run(query);
    });
}

std::unique_ptr<RunRepository> open_runs(const std::filesystem::path& base, StoreMode mode) {
    if (is_server_base(base)) return postgresql::open_server_runs(base.native(), mode);
    return std::make_unique<TraceLog>(base, mode);
}

}  // namespace quarry::store
