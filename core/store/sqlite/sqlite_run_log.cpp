#include "core/store/sqlite/sqlite_run_log.h"

#include <fmt/format.h>

#include <utility>

#include "core/store/base_address.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/run_log_rows.h"
#include "core/store/sqlite/committed.h"
#include "core/store/sqlite/knowledge_base_error.h"
#include "core/store/sqlite/side_connection.h"

namespace quarry::store {
namespace {

constexpr int run_log_busy_timeout_ms = 5000;

// Runs of agents hold leases of their own and keep what they did (core/store/checkpoint_repository.h).
// `reserved` is the last number that was given: an event is shown when it is committed, so none is given ahead.
constexpr const char* insert_logged_run =
    "INSERT INTO logged_runs (id, principal, kind, background, state, reserved, kept_from, started_at)"
    " VALUES (?1, ?2, ?3, ?4, 0, 0, 1, ?5)";
constexpr const char* insert_event = "INSERT INTO run_events (run_id, number, name, data) VALUES (?1, ?2, ?3, ?4)";
constexpr const char* update_last_event = "UPDATE logged_runs SET reserved = ?2 WHERE id = ?1";
constexpr const char* select_change_allowed =
    "SELECT 1 FROM logged_runs r WHERE r.id = ?1 AND r.state = 0 AND (?2 < 0 OR r.reserved = ?2)"
    " AND (?3 = '' OR EXISTS (SELECT 1 FROM jobs WHERE run_id = r.id AND lease = ?3 AND state = 1))";
constexpr const char* select_data_version = "PRAGMA data_version";
constexpr const char* take_number = "UPDATE logged_runs SET reserved = reserved + 1 WHERE id = ?1 RETURNING reserved";
constexpr const char* delete_old_events = "DELETE FROM run_events WHERE run_id = ?1 AND number < ?2";
constexpr const char* update_kept_from = "UPDATE logged_runs SET kept_from = ?2 WHERE id = ?1";
constexpr const char* update_run_ended = "UPDATE logged_runs SET state = 1, ended_at = ?2 WHERE id = ?1";
constexpr const char* select_logged_run =
    "SELECT id, principal, kind, background, state, reserved, kept_from, started_at, ended_at FROM logged_runs"
    " WHERE id = ?1";
constexpr const char* select_newest_runs =
    "SELECT id, principal, kind, background, state, reserved, kept_from, started_at, ended_at FROM logged_runs"
    " WHERE principal = ?1 ORDER BY started_at DESC, id DESC LIMIT ?2";
constexpr const char* select_runs_behind =
    "SELECT id, principal, kind, background, state, reserved, kept_from, started_at, ended_at FROM logged_runs"
    " WHERE principal = ?1 AND (started_at, id) < (SELECT started_at, id FROM logged_runs WHERE id = ?3)"
    " ORDER BY started_at DESC, id DESC LIMIT ?2";
constexpr const char* select_events =
    "SELECT number, name, data FROM run_events WHERE run_id = ?1 AND number > ?2 ORDER BY number";
constexpr const char* select_unfinished =
    "SELECT id, principal, kind, background, state, reserved, kept_from, started_at, ended_at FROM logged_runs"
    " WHERE state = 0 AND NOT EXISTS (SELECT 1 FROM jobs WHERE run_id = logged_runs.id AND jobs.state IN (0, 1))";
constexpr const char* delete_ended_runs =
    "DELETE FROM logged_runs WHERE id IN (SELECT id FROM logged_runs WHERE state = 1 AND kind <> 'agent'"
    " AND ended_at < ?1 LIMIT ?2)";

constexpr const char* insert_job =
    "INSERT INTO jobs (run_id, kind, request, state, attempts, not_before, lease, lease_until, error, result)"
    " VALUES (?1, ?2, ?3, 0, 0, ?4, '', 0, '', '')";
constexpr const char* update_job =
    "UPDATE jobs SET state = ?2, error = ?3, result = ?4, not_before = ?5, attempts = attempts - ?6, lease = '',"
    " lease_until = 0"
    " WHERE run_id = ?1 AND state IN (0, 1)";
constexpr const char* lease_next_job =
    "UPDATE jobs SET state = 1, attempts = attempts + 1, lease = ?2, lease_until = ?3 WHERE run_id ="
    " (SELECT run_id FROM jobs WHERE ((state = 0 AND not_before <= ?1) OR (state = 1 AND lease_until <= ?1))"
    " AND kind <> 'agent' AND (kind IN ('ingest', 'embed')) = ?4"
    " ORDER BY not_before, rowid LIMIT 1) RETURNING run_id";
constexpr const char* update_lease =
    "UPDATE jobs SET lease_until = ?3 WHERE run_id = ?1 AND lease = ?2 AND state = 1 RETURNING run_id";
constexpr const char* select_job_holders = "SELECT DISTINCT lease FROM jobs WHERE state = 1 AND kind <> 'agent'";
constexpr const char* release_jobs_of =
    "UPDATE jobs SET state = 0, lease = '', lease_until = 0 WHERE state = 1 AND kind <> 'agent' AND lease = ?1";
constexpr const char* select_job =
    "SELECT j.run_id, j.kind, r.principal, j.request, j.state, j.attempts, j.not_before, j.lease, j.lease_until,"
    " j.error, j.result, r.started_at FROM jobs j JOIN logged_runs r ON r.id = j.run_id WHERE j.run_id = ?1";
constexpr const char* select_newest_jobs =
    "SELECT j.run_id, j.kind, r.principal, j.request, j.state, j.attempts, j.not_before, j.lease, j.lease_until,"
    " j.error, j.result, r.started_at FROM logged_runs r JOIN jobs j ON r.id = j.run_id WHERE r.principal = ?1"
    " ORDER BY r.started_at DESC, r.id DESC LIMIT ?2";
constexpr const char* select_jobs_behind =
    "SELECT j.run_id, j.kind, r.principal, j.request, j.state, j.attempts, j.not_before, j.lease, j.lease_until,"
    " j.error, j.result, r.started_at FROM logged_runs r JOIN jobs j ON r.id = j.run_id WHERE r.principal = ?1"
    " AND (r.started_at, r.id) < (SELECT started_at, id FROM logged_runs WHERE id = ?3)"
    " ORDER BY r.started_at DESC, r.id DESC LIMIT ?2";
constexpr const char* select_open_requests = "SELECT request FROM jobs WHERE state IN (0, 1) AND kind <> 'agent'";
constexpr const char* select_next_job =
    "SELECT min(CASE state WHEN 0 THEN not_before ELSE lease_until END) FROM jobs WHERE state IN (0, 1)"
    " AND kind <> 'agent'";

}  // namespace

SqliteRunLog::SqliteRunLog(const std::filesystem::path& base, StoreMode mode)
    : path_(base),
      database_(open_side_connection(base, mode == StoreMode::read ? SideAccess::read : SideAccess::write,
                                     run_log_busy_timeout_ms)),
      statements_(database_) {}

template <typename Work>
auto SqliteRunLog::guarded_run_log(std::string_view doing, Work&& work) {
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        throw knowledge_base_error(exception, fmt::format("cannot {} the run log of {}", doing, path_.string()));
    }
}

template <typename Work>
auto SqliteRunLog::changing_run_log(Work&& work) {
    return guarded_run_log("write to", [&] {
        return committed(SQLite::Transaction(database_, SQLite::TransactionBehavior::IMMEDIATE), work);
    });
}

void SqliteRunLog::begin(const LoggedRun& run, const StoredJob* job) {
    changing_run_log([&] {
        statements_.query(insert_logged_run)
            .with(run.id, run.principal, run.kind, run.background ? 1 : 0, run.started_at)
            .run();
        if (job != nullptr) statements_.query(insert_job).with(run.id, job->kind, job->request, job->not_before).run();
    });
}

std::uint64_t SqliteRunLog::next_number(const std::string& id) {
    db::Query query = statements_.query(take_number);
    query.with(db::Borrowed{id});
    std::uint64_t number = 0;
    while (query.step()) number = query.count(0);
    return number;
}

std::vector<std::size_t> SqliteRunLog::append(std::span<const RunChange> changes) {
    return changing_run_log([&] {
        std::vector<std::size_t> refused;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (may_change(changes[i])) {
                write_change(changes[i]);
            } else {
                refused.push_back(i);
            }
        }
        return refused;
    });
}

bool SqliteRunLog::may_change(const RunChange& change) {
    if (!change.after && change.holder.empty()) return true;
    const std::int64_t after = change.after ? static_cast<std::int64_t>(*change.after) : -1;
    db::Query query = statements_.query(select_change_allowed);
    return query.with(change.id, after, change.holder).step();
}

void SqliteRunLog::write_change(const RunChange& change) {
    for (const LoggedEvent& event : change.events) {
        const std::uint64_t number = event.number == 0 ? next_number(change.id) : event.number;
        if (number == 0) continue;  // the run was removed
        statements_.query(insert_event)
            .with(change.id, number, db::Borrowed{event.name}, db::Borrowed{event.data})
            .run();
    }
    if (!change.events.empty() && change.events.back().number > 0) {
        statements_.query(update_last_event).with(change.id, change.events.back().number).run();
    }
    if (change.kept_from > 0) {
        statements_.query(delete_old_events).with(change.id, change.kept_from).run();
        statements_.query(update_kept_from).with(change.id, change.kept_from).run();
    }
    if (change.ended_at) statements_.query(update_run_ended).with(change.id, *change.ended_at).run();
    if (change.job) {
        const JobChange& job = *change.job;
        statements_.query(update_job)
            .with(change.id, static_cast<int>(job.state), job.error, job.result, job.not_before,
                  job.is_no_attempt ? 1 : 0)
            .run();
    }
}

std::optional<LoggedRun> SqliteRunLog::find(std::string_view id) {
    return guarded_run_log("read", [&]() -> std::optional<LoggedRun> {
        db::Query query = statements_.query(select_logged_run);
        query.with(id);
        if (!query.step()) return std::nullopt;
        return read_logged_run(query);
    });
}

std::vector<LoggedRun> SqliteRunLog::list(std::string_view principal, std::size_t limit, std::string_view after) {
    return guarded_run_log("read", [&] {
        std::vector<LoggedRun> runs;
        db::Query query = statements_.query(after.empty() ? select_newest_runs : select_runs_behind);
        if (after.empty()) {
            query.with(principal, limit);
        } else {
            query.with(principal, limit, after);
        }
        while (query.step()) runs.push_back(read_logged_run(query));
        return runs;
    });
}

std::vector<LoggedEvent> SqliteRunLog::events(std::string_view id, std::uint64_t after, std::size_t most_bytes) {
    return guarded_run_log("read", [&] {
        std::vector<LoggedEvent> events;
        db::Query query = statements_.query(select_events);
        query.with(id, after);
        for (std::size_t bytes = 0; bytes < most_bytes && query.step();) {
            events.push_back(read_logged_event(query));
            bytes += events.back().name.size() + events.back().data.size();
        }
        return events;
    });
}

bool SqliteRunLog::has_changed() {
    return guarded_run_log("read", [&] {
        db::Query query = statements_.query(select_data_version);
        if (!query.step()) return true;
        return std::exchange(seen_version_, query.integer(0)) != query.integer(0);
    });
}

std::vector<LoggedRun> SqliteRunLog::unfinished() {
    return guarded_run_log("read", [&] {
        std::vector<LoggedRun> runs;
        db::Query query = statements_.query(select_unfinished);
        while (query.step()) runs.push_back(read_logged_run(query));
        return runs;
    });
}

std::size_t SqliteRunLog::remove_ended(std::int64_t before, std::size_t most) {
    return changing_run_log([&] {
        statements_.query(delete_ended_runs).with(before, most).run();
        return static_cast<std::size_t>(database_.getChanges());
    });
}

std::optional<StoredJob> SqliteRunLog::lease_job(bool writes, std::int64_t now, std::string_view who,
                                                 std::int64_t until) {
    return changing_run_log([&]() -> std::optional<StoredJob> {
        std::string id;
        {
            db::Query query = statements_.query(lease_next_job);
            query.with(now, who, until, writes ? 1 : 0);
            if (!query.step()) return std::nullopt;
            id = query.text(0);
            while (query.step()) {
            }
        }
        db::Query query = statements_.query(select_job);
        query.with(id);
        if (!query.step()) return std::nullopt;
        return read_job(query);
    });
}

bool SqliteRunLog::renew_lease(std::string_view id, std::string_view who, std::int64_t until) {
    return changing_run_log([&] {
        db::Query query = statements_.query(update_lease);
        query.with(id, who, until);
        bool renewed = false;
        while (query.step()) renewed = true;
        return renewed;
    });
}

std::vector<std::string> SqliteRunLog::job_holders() {
    return guarded_run_log("read", [&] {
        std::vector<std::string> holders;
        db::Query query = statements_.query(select_job_holders);
        while (query.step()) holders.push_back(query.text(0));
        return holders;
    });
}

void SqliteRunLog::release_jobs(std::string_view who) {
    changing_run_log([&] { statements_.query(release_jobs_of).with(who).run(); });
}

std::optional<StoredJob> SqliteRunLog::find_job(std::string_view id) {
    return guarded_run_log("read", [&]() -> std::optional<StoredJob> {
        db::Query query = statements_.query(select_job);
        query.with(id);
        if (!query.step()) return std::nullopt;
        return read_job(query);
    });
}

std::vector<StoredJob> SqliteRunLog::list_jobs(std::string_view principal, std::size_t limit, std::string_view after) {
    return guarded_run_log("read", [&] {
        std::vector<StoredJob> jobs;
        db::Query query = statements_.query(after.empty() ? select_newest_jobs : select_jobs_behind);
        if (after.empty()) {
            query.with(principal, limit);
        } else {
            query.with(principal, limit, after);
        }
        while (query.step()) jobs.push_back(read_job(query));
        return jobs;
    });
}

std::vector<std::string> SqliteRunLog::open_requests() {
    return guarded_run_log("read", [&] {
        std::vector<std::string> requests;
        db::Query query = statements_.query(select_open_requests);
        while (query.step()) requests.push_back(query.text(0));
        return requests;
    });
}

std::optional<std::int64_t> SqliteRunLog::next_job_at() {
    return guarded_run_log("read", [&]() -> std::optional<std::int64_t> {
        db::Query query = statements_.query(select_next_job);
        if (!query.step() || query.is_null(0)) return std::nullopt;
        return query.integer(0);
    });
}

std::unique_ptr<RunLogRepository> open_run_log(const std::filesystem::path& base, StoreMode mode) {
    if (is_server_base(base)) return postgresql::open_server_run_log(base.native(), mode);
    return std::make_unique<SqliteRunLog>(base, mode);
}

std::unique_ptr<RunLogListener> open_run_log_listener(const std::filesystem::path& base, const Cancellation& cancel) {
    return is_server_base(base) ? postgresql::open_server_run_log_listener(base.native(), cancel) : nullptr;
}

}  // namespace quarry::store
