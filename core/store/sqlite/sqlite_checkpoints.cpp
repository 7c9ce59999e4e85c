#include "core/store/sqlite/sqlite_checkpoints.h"

#include <fmt/format.h>

#include <limits>

#include "core/base/error.h"
#include "core/store/base_address.h"
#include "core/store/checkpoint_rules.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/sqlite/checkpoint_work.h"
#include "core/store/sqlite/side_connection.h"

namespace quarry::store {
namespace {

constexpr int checkpoints_busy_timeout_ms = 10'000;

constexpr const char* insert_thread =
    "INSERT OR IGNORE INTO agent_threads (principal, name, agent, created_at, forked_from, forked_step)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
constexpr const char* select_thread =
    "SELECT id, principal, name, agent, created_at, forked_from, forked_step, 0 FROM agent_threads"
    " WHERE principal = ?1 AND name = ?2";
constexpr const char* select_threads =
    "SELECT id, principal, name, agent, created_at, forked_from, forked_step,"
    " (SELECT count(*) FROM agent_steps WHERE thread_id = agent_threads.id)"
    " FROM agent_threads WHERE principal = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2";
constexpr const char* delete_thread_runs =
    "DELETE FROM logged_runs WHERE id IN (SELECT run_id FROM agent_runs WHERE thread_id = ?1)";
constexpr const char* delete_thread = "DELETE FROM agent_threads WHERE id = ?1";

constexpr const char* insert_agent_logged_run =
    "INSERT INTO logged_runs (id, principal, kind, background, state, reserved, kept_from, started_at)"
    " VALUES (?1, ?2, 'agent', 1, 0, 0, 1, ?3)";
constexpr const char* insert_agent_job =
    "INSERT INTO jobs (run_id, kind, request, state, attempts, not_before, lease, lease_until, error, result)"
    " VALUES (?1, 'agent', '{}', 1, 1, ?2, ?3, ?4, '', '')";
constexpr const char* insert_agent_run =
    "INSERT INTO agent_runs (run_id, thread_id, file, digest, state, waiting, result, error, allowed)"
    " VALUES (?1, ?2, ?3, ?4, 0, '', '', '', ?5)";
#define QUARRY_AGENT_RUN_COLUMNS                                                                                  \
    "SELECT a.run_id, a.thread_id, t.name, t.agent, t.principal, a.file, a.digest, a.state, a.waiting, a.result," \
    " a.error, a.allowed, r.started_at, r.ended_at, j.lease, j.lease_until,"                                      \
    " (SELECT coalesce(sum(tokens), 0) FROM agent_calls c WHERE c.thread_id = a.thread_id AND c.step IN"          \
    "  (SELECT number FROM agent_steps s WHERE s.thread_id = a.thread_id AND s.run_id = a.run_id)),"              \
    " (SELECT count(*) FROM agent_calls c WHERE c.thread_id = a.thread_id AND c.kind <> 4 AND c.step IN"          \
    "  (SELECT number FROM agent_steps s WHERE s.thread_id = a.thread_id AND s.run_id = a.run_id)),"              \
    " (SELECT coalesce(sum(cost), 0.0) FROM agent_calls c WHERE c.thread_id = a.thread_id AND c.step IN"          \
    "  (SELECT number FROM agent_steps s WHERE s.thread_id = a.thread_id AND s.run_id = a.run_id)), j.attempts"   \
    " FROM agent_runs a JOIN agent_threads t ON t.id = a.thread_id JOIN logged_runs r ON r.id = a.run_id"         \
    " JOIN jobs j ON j.run_id = a.run_id"
constexpr const char* select_runs_by_id =
    QUARRY_AGENT_RUN_COLUMNS " WHERE t.principal = ?1 AND a.run_id >= ?2 AND a.run_id < ?2 || 'g' LIMIT 2";
constexpr const char* select_runs_of_principal =
    QUARRY_AGENT_RUN_COLUMNS " WHERE t.principal = ?1 ORDER BY r.started_at DESC, r.rowid DESC LIMIT ?2";
constexpr const char* select_runs_of_thread =
    QUARRY_AGENT_RUN_COLUMNS " WHERE t.principal = ?1 AND a.thread_id = ?3 ORDER BY r.started_at DESC, r.rowid DESC"
                             " LIMIT ?2";
constexpr const char* select_orphan_runs =
    QUARRY_AGENT_RUN_COLUMNS " WHERE a.state = 0 AND j.lease_until <= ?1 ORDER BY r.started_at";
#undef QUARRY_AGENT_RUN_COLUMNS
constexpr const char* select_other_run =
    "SELECT o.run_id, t.name FROM agent_runs a JOIN agent_runs o ON o.thread_id = a.thread_id"
    " JOIN agent_threads t ON t.id = a.thread_id"
    " WHERE a.run_id = ?1 AND o.run_id <> a.run_id AND o.state IN (0, 1) LIMIT 1";
constexpr const char* take_job =
    "UPDATE jobs SET state = 1, attempts = attempts + 1, lease = ?2, lease_until = ?4"
    " WHERE run_id = ?1 AND (lease = '' OR lease_until <= ?3)"
    // Running, waiting or failed: what was cancelled or done meanwhile is not begun again.
    " AND EXISTS (SELECT 1 FROM agent_runs a WHERE a.run_id = ?1 AND a.state IN (0, 1, 3)) RETURNING run_id";
constexpr const char* reopen_logged_run = "UPDATE logged_runs SET state = 0, ended_at = NULL WHERE id = ?1";
constexpr const char* reopen_agent_run =
    "UPDATE agent_runs SET state = 0, waiting = '', result = '', error = '' WHERE run_id = ?1";
constexpr const char* select_holder = "SELECT lease FROM jobs WHERE run_id = ?1";
constexpr const char* renew_job = "UPDATE jobs SET lease_until = ?2 WHERE run_id = ?1";
constexpr const char* rest_job = "UPDATE jobs SET lease_until = ?2, attempts = 0 WHERE run_id = ?1";
constexpr const char* release_job =
    "UPDATE jobs SET state = ?2, lease = '', lease_until = 0, not_before = ?3, attempts = 0 WHERE run_id = ?1";
constexpr const char* update_agent_run =
    "UPDATE agent_runs SET state = ?2, waiting = ?3, result = ?4, error = ?5 WHERE run_id = ?1";
constexpr const char* end_logged_run = "UPDATE logged_runs SET state = ?2, ended_at = ?3 WHERE id = ?1";
constexpr const char* cancel_agent_run =
    "UPDATE agent_runs SET state = 4, waiting = '' WHERE run_id = ?1 AND state IN (0, 1, 3) RETURNING run_id";
constexpr const char* update_digest = "UPDATE agent_runs SET digest = ?2 WHERE run_id = ?1";

constexpr const char* take_event_number =
    "UPDATE logged_runs SET reserved = reserved + 1 WHERE id = ?1 RETURNING reserved";
constexpr const char* insert_agent_event =
    "INSERT INTO run_events (run_id, number, name, data) VALUES (?1, ?2, ?3, ?4)";
constexpr const char* delete_old_agent_runs =
    "DELETE FROM logged_runs WHERE kind = 'agent' AND state = 1 AND ended_at < ?1";
constexpr const char* delete_old_threads =
    "DELETE FROM agent_threads WHERE created_at < ?1 AND NOT EXISTS"
    " (SELECT 1 FROM agent_runs WHERE thread_id = agent_threads.id)";
// What the oldest step that is kept builds on stays: the newest whole state before it, and all behind that.
constexpr const char* delete_old_steps =
    "DELETE FROM agent_steps AS s WHERE number <"
    " (SELECT max(w.number) FROM agent_steps w WHERE w.thread_id = s.thread_id AND w.whole = 1 AND w.number <="
    "  (SELECT max(m.number) FROM agent_steps m WHERE m.thread_id = s.thread_id) - ?1)";
constexpr const char* delete_old_calls =
    "DELETE FROM agent_calls AS c WHERE step <"
    " (SELECT min(number) FROM agent_steps s WHERE s.thread_id = c.thread_id)";

}  // namespace

SqliteCheckpoints::SqliteCheckpoints(const std::filesystem::path& base, StoreMode mode, Durability durability)
    : path_(base),
      database_(open_side_connection(base, mode == StoreMode::read ? SideAccess::read : SideAccess::write,
                                     checkpoints_busy_timeout_ms)),
      statements_(database_) {
    // In write-ahead mode a killed process loses nothing that was committed; FULL is for a loss of power.
    if (durability == Durability::power) database_.exec("PRAGMA synchronous = FULL");
}

void SqliteCheckpoints::check_holder(const RunHolder& holder) {
    db::Query query = statements_.query(select_holder);
    query.with(db::Borrowed{holder.run_id});
    check_lease(query.step() ? std::optional(query.text(0)) : std::nullopt, holder);
}

void SqliteCheckpoints::check_alone(std::string_view run_id) {
    db::Query query = statements_.query(select_other_run);
    query.with(run_id);
    if (query.step()) throw thread_has_a_run(query.text(1), query.text(0));
}

void SqliteCheckpoints::append_event(const std::string& run_id, std::string_view name, std::string_view data) {
    std::int64_t number = 0;
    {
        db::Query query = statements_.query(take_event_number);
        query.with(db::Borrowed{run_id});
        if (!query.step()) return;
        number = query.integer(0);
        while (query.step()) {
        }
    }
    statements_.query(insert_agent_event).with(db::Borrowed{run_id}, number, name, data).run();
}

AgentThread SqliteCheckpoints::create_thread(const AgentThread& thread) {
    return changing_checkpoints([&] {
        db::Query query = statements_.query(insert_thread);
        query.with(thread.principal, thread.name, thread.agent, thread.created_at, thread.forked_from,
                   thread.forked_step);
        if (!query.step()) throw taken_thread_name(thread.name);
        AgentThread made = thread;
        made.id = query.integer(0);
        while (query.step()) {
        }
        return made;
    });
}

std::optional<AgentThread> SqliteCheckpoints::find_thread(std::string_view principal, std::string_view name) {
    return reading_checkpoints([&]() -> std::optional<AgentThread> {
        db::Query query = statements_.query(select_thread);
        query.with(principal, name);
        if (!query.step()) return std::nullopt;
        return read_thread(query);
    });
}

std::vector<AgentThread> SqliteCheckpoints::list_threads(std::string_view principal, std::size_t limit) {
    return reading_checkpoints([&] {
        std::vector<AgentThread> threads;
        db::Query query = statements_.query(select_threads);
        query.with(principal, limit);
        while (query.step()) threads.push_back(read_thread(query));
        return threads;
    });
}

bool SqliteCheckpoints::remove_thread(std::int64_t id) {
    return changing_checkpoints([&] {
        statements_.query(delete_thread_runs).with(id).run();
        statements_.query(delete_thread).with(id).run();
        return database_.getChanges() > 0;
    });
}

void SqliteCheckpoints::begin_run(const AgentRun& run) {
    changing_checkpoints([&] {
        statements_.query(insert_agent_logged_run).with(run.id, run.principal, run.started_at).run();
        statements_.query(insert_agent_job).with(run.id, run.started_at, run.lease, run.lease_until).run();
        statements_.query(insert_agent_run).with(run.id, run.thread_id, run.file, run.digest, run.allowed).run();
        check_alone(run.id);
    });
}

std::vector<AgentRun> SqliteCheckpoints::runs_of(db::Query& query) {
    std::vector<AgentRun> runs;
    while (query.step()) runs.push_back(read_agent_run(query));
    return runs;
}

std::optional<AgentRun> SqliteCheckpoints::find_run(std::string_view principal, std::string_view id) {
    return reading_checkpoints([&] {
        db::Query query = statements_.query(select_runs_by_id);
        query.with(principal, id);
        return only_run(runs_of(query), id);
    });
}

std::vector<AgentRun> SqliteCheckpoints::list_runs(std::string_view principal, std::int64_t thread,
                                                   std::size_t limit) {
    return reading_checkpoints([&] {
        db::Query query = statements_.query(thread == 0 ? select_runs_of_principal : select_runs_of_thread);
        if (thread == 0) {
            query.with(principal, limit);
        } else {
            query.with(principal, limit, thread);
        }
        return runs_of(query);
    });
}

std::vector<AgentRun> SqliteCheckpoints::orphans(std::int64_t now) {
    return reading_checkpoints([&] {
        db::Query query = statements_.query(select_orphan_runs);
        query.with(now);
        return runs_of(query);
    });
}

bool SqliteCheckpoints::take_run(const RunHolder& holder, std::int64_t now, std::int64_t until) {
    return changing_checkpoints([&] {
        {
            db::Query query = statements_.query(take_job);
            query.with(holder.run_id, holder.who, now, until);
            bool taken = false;
            while (query.step()) taken = true;
            if (!taken) return false;
        }
        check_alone(holder.run_id);
        statements_.query(reopen_logged_run).with(holder.run_id).run();
        statements_.query(reopen_agent_run).with(holder.run_id).run();
        return true;
    });
}

void SqliteCheckpoints::renew(const RunHolder& holder, std::int64_t until) {
    changing_checkpoints([&] {
        check_holder(holder);
        statements_.query(renew_job).with(holder.run_id, until).run();
    });
}

void SqliteCheckpoints::rest(const RunHolder& holder, std::int64_t until) {
    changing_checkpoints([&] {
        check_holder(holder);
        statements_.query(rest_job).with(holder.run_id, until).run();
    });
}

void SqliteCheckpoints::end_run(const RunHolder& holder, const AgentRunEnd& end) {
    changing_checkpoints([&] {
        check_holder(holder);
        const bool ended = is_ended(end.state);
        statements_.query(release_job)
            .with(holder.run_id, static_cast<int>(job_state_of(end.state)), std::numeric_limits<std::int64_t>::max())
            .run();
        statements_.query(update_agent_run)
            .with(holder.run_id, static_cast<int>(end.state), end.waiting, end.result, end.error)
            .run();
        const std::optional<std::int64_t> at = ended ? std::optional(end.at) : std::nullopt;
        statements_.query(end_logged_run).with(holder.run_id, ended ? 1 : 0, at).run();
        const auto [name, data] = end_event(end);
        append_event(holder.run_id, name, data);
    });
}

bool SqliteCheckpoints::cancel_run(std::string_view run_id, std::int64_t at) {
    return changing_checkpoints([&] {
        {
            db::Query query = statements_.query(cancel_agent_run);
            query.with(run_id);
            bool cancelled = false;
            while (query.step()) cancelled = true;
            if (!cancelled) return false;
        }
        const std::string id(run_id);
        statements_.query(release_job).with(run_id, 4, std::numeric_limits<std::int64_t>::max()).run();
        statements_.query(end_logged_run).with(run_id, 1, at).run();
        append_event(id, "cancelled", "{}");
        return true;
    });
}

void SqliteCheckpoints::set_digest(const RunHolder& holder, std::string_view digest) {
    changing_checkpoints([&] {
        check_holder(holder);
        statements_.query(update_digest).with(holder.run_id, digest).run();
    });
}

std::size_t SqliteCheckpoints::remove_older(std::int64_t before) {
    return changing_checkpoints([&] {
        statements_.query(delete_old_agent_runs).with(before).run();
        statements_.query(delete_old_threads).with(before).run();
        return static_cast<std::size_t>(database_.getChanges());
    });
}

std::size_t SqliteCheckpoints::trim_steps(std::int64_t keep) {
    return changing_checkpoints([&] {
        statements_.query(delete_old_steps).with(keep).run();
        const auto removed = static_cast<std::size_t>(database_.getChanges());
        statements_.query(delete_old_calls).run();
        return removed;
    });
}

std::unique_ptr<CheckpointRepository> open_checkpoints(const std::filesystem::path& base, StoreMode mode,
                                                       Durability durability) {
    if (is_server_base(base)) return postgresql::open_server_checkpoints(base.native(), mode);
    return std::make_unique<SqliteCheckpoints>(base, mode, durability);
}

}  // namespace quarry::store
