// Threads of agents, their runs, steps and journal.
#include <limits>

#include "core/store/checkpoint_rules.h"
#include "core/store/postgresql/run_news.h"
#include "core/store/postgresql/server_repositories.h"
#include "core/store/postgresql/side_server.h"

namespace quarry::store::postgresql {
namespace {

constexpr const char* insert_thread =
    "INSERT INTO agent_threads (principal, name, agent, created_at, forked_from, forked_step)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id";
constexpr const char* select_thread =
    "SELECT id, principal, name, agent, created_at, forked_from, forked_step, 0 FROM agent_threads"
    " WHERE principal = $1 AND name = $2";
constexpr const char* select_threads =
    "SELECT id, principal, name, agent, created_at, forked_from, forked_step,"
    " (SELECT count(*) FROM agent_steps WHERE thread_id = agent_threads.id)"
    " FROM agent_threads WHERE principal = $1 ORDER BY created_at DESC, id DESC LIMIT $2";
constexpr const char* lock_thread_jobs =
    "SELECT FROM jobs WHERE run_id IN (SELECT run_id FROM agent_runs WHERE thread_id = $1) ORDER BY run_id FOR UPDATE";
constexpr const char* delete_thread_runs =
    "DELETE FROM logged_runs WHERE id IN (SELECT run_id FROM agent_runs WHERE thread_id = $1)";
constexpr const char* delete_thread = "DELETE FROM agent_threads WHERE id = $1";

constexpr const char* insert_agent_logged_run =
    "INSERT INTO logged_runs (id, principal, kind, background, state, reserved, kept_from, started_at)"
    " VALUES ($1, $2, 'agent', true, 0, 0, 1, $3)";
constexpr const char* insert_agent_job =
    "INSERT INTO jobs (run_id, kind, request, state, attempts, not_before, lease, lease_until, error, result)"
    " VALUES ($1, 'agent', '{}', 1, 1, $2, $3, $4, '', '')";
constexpr const char* insert_agent_run =
    "INSERT INTO agent_runs (run_id, thread_id, file, digest, state, waiting, result, error, allowed)"
    " VALUES ($1, $2, $3, $4, 0, '', '', '', $5)";
#define QUARRY_AGENT_RUN_COLUMNS                                                                                   \
    "SELECT a.run_id, a.thread_id, t.name, t.agent, t.principal, a.file, a.digest, a.state, a.waiting, a.result,"  \
    " a.error, a.allowed, r.started_at, r.ended_at, j.lease, j.lease_until, made.tokens, made.calls, made.cost,"   \
    " j.attempts"                                                                                                  \
    " FROM agent_runs a JOIN agent_threads t ON t.id = a.thread_id JOIN logged_runs r ON r.id = a.run_id"          \
    " JOIN jobs j ON j.run_id = a.run_id CROSS JOIN LATERAL (SELECT coalesce(sum(c.tokens), 0)::bigint AS tokens," \
    " count(*) FILTER (WHERE c.kind <> 4) AS calls, coalesce(sum(c.cost), 0) AS cost FROM agent_calls c"           \
    " JOIN agent_steps s ON s.thread_id = c.thread_id AND s.number = c.step"                                       \
    " WHERE c.thread_id = a.thread_id AND s.run_id = a.run_id) made "
constexpr const char* select_agent_runs_by_id =
    QUARRY_AGENT_RUN_COLUMNS "WHERE t.principal = $1 AND a.run_id >= $2 AND a.run_id < $2 || 'g' LIMIT 2";
constexpr const char* select_agent_runs = QUARRY_AGENT_RUN_COLUMNS
    "WHERE t.principal = $1 AND ($3 = 0::bigint OR a.thread_id = $3) ORDER BY r.started_at DESC, r.ordinal DESC"
    " LIMIT $2";
constexpr const char* select_orphan_runs =
    QUARRY_AGENT_RUN_COLUMNS "WHERE a.state = 0 AND j.lease_until <= $1 ORDER BY r.started_at";
#undef QUARRY_AGENT_RUN_COLUMNS
// Runs of a thread begin one after the other: the next statement sees what others have committed.
constexpr const char* lock_thread = "SELECT FROM agent_threads WHERE id = $1 FOR NO KEY UPDATE";
constexpr const char* lock_thread_of_run =
    "SELECT FROM agent_threads WHERE id = (SELECT thread_id FROM agent_runs WHERE run_id = $1)"
    " FOR NO KEY UPDATE";
constexpr const char* select_other_run =
    "SELECT o.run_id, t.name FROM agent_runs a JOIN agent_runs o ON o.thread_id = a.thread_id"
    " JOIN agent_threads t ON t.id = a.thread_id"
    " WHERE a.run_id = $1 AND o.run_id <> a.run_id AND o.state IN (0, 1) LIMIT 1";
// What changes a run locks its job first, in a statement of its own: the next one sees what others have committed.
constexpr const char* lock_agent_job = "SELECT lease, attempts FROM jobs WHERE run_id = $1 FOR UPDATE";
constexpr const char* take_job =
    "UPDATE jobs SET state = 1, attempts = attempts + 1, lease = $2, lease_until = $4"
    " WHERE run_id = $1 AND (lease = '' OR lease_until <= $3)"
    // Running, waiting or failed: what was cancelled or done meanwhile is not begun again.
    " AND EXISTS (SELECT 1 FROM agent_runs a WHERE a.run_id = $1 AND a.state IN (0, 1, 3))";
constexpr const char* reopen_logged_run = "UPDATE logged_runs SET state = 0, ended_at = NULL WHERE id = $1";
constexpr const char* reopen_agent_run =
    "UPDATE agent_runs SET state = 0, waiting = '', result = '', error = '' WHERE run_id = $1";
constexpr const char* renew_job = "UPDATE jobs SET lease_until = $2 WHERE run_id = $1";
constexpr const char* rest_job = "UPDATE jobs SET lease_until = $2, attempts = 0 WHERE run_id = $1";
/// The run goes forward: what ends its process from here on is another failure.
constexpr const char* forget_attempts = "UPDATE jobs SET attempts = 0 WHERE run_id = $1";
constexpr const char* release_job =
    "UPDATE jobs SET state = $2, lease = '', lease_until = 0, not_before = $3, attempts = 0 WHERE run_id = $1";
constexpr const char* update_agent_run =
    "UPDATE agent_runs SET state = $2, waiting = $3, result = $4, error = $5 WHERE run_id = $1";
constexpr const char* end_logged_run = "UPDATE logged_runs SET state = $2, ended_at = $3 WHERE id = $1"
                                       " RETURNING " QUARRY_TELL_OF_RUN("id", "reserved");
constexpr const char* cancel_agent_run =
    "UPDATE agent_runs SET state = 4, waiting = '' WHERE run_id = $1 AND state IN (0, 1, 3)";
constexpr const char* update_digest = "UPDATE agent_runs SET digest = $2 WHERE run_id = $1";
constexpr const char* insert_agent_event =
    "WITH run AS (UPDATE logged_runs SET reserved = reserved + 1 WHERE id = $1 RETURNING id, reserved)"
    " INSERT INTO run_events (run_id, number, name, data) SELECT id, reserved, $2, $3 FROM run"
    " RETURNING " QUARRY_TELL_OF_RUN("run_id", "number");

constexpr const char* insert_step =
    "INSERT INTO agent_steps (thread_id, number, run_id, at, whole, delta, position, nodes)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
#define QUARRY_STEP_COLUMNS \
    "SELECT number, run_id, at, whole, delta, position, nodes FROM agent_steps WHERE thread_id = $1 "
constexpr const char* select_last_step = QUARRY_STEP_COLUMNS "ORDER BY number DESC LIMIT 1";
constexpr const char* select_steps_for = QUARRY_STEP_COLUMNS
    "AND number <= $2 AND number >= (SELECT max(number) FROM agent_steps WHERE thread_id = $1 AND number <= $2"
    " AND whole) ORDER BY number";
constexpr const char* select_steps = QUARRY_STEP_COLUMNS "AND number < $2 ORDER BY number DESC LIMIT $3";
#undef QUARRY_STEP_COLUMNS

constexpr const char* put_call =
    "INSERT INTO agent_calls (thread_id, step, task, number, kind, name, input_hash, input, state, result, began_at,"
    " ended_at, tokens, cost) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', $9, NULL, 0, 0)"
    " ON CONFLICT (thread_id, step, task, number) DO UPDATE SET state = 0, began_at = excluded.began_at";
constexpr const char* update_call =
    "UPDATE agent_calls SET state = $5, result = $6, ended_at = $7, tokens = $8, cost = $9"
    " WHERE thread_id = $1 AND step = $2 AND task = $3 AND number = $4";
constexpr const char* select_calls =
    "SELECT step, task, number, kind, name, input_hash, input, state, result, began_at, ended_at, tokens, cost"
    " FROM agent_calls WHERE thread_id = $1 AND step = $2 ORDER BY task, number";
constexpr const char* answer_begun_call =
    "UPDATE agent_calls SET state = $5, result = $6, ended_at = $7"
    " WHERE thread_id = $1 AND step = $2 AND task = $3 AND number = $4 AND state = 0";
constexpr const char* delete_failed_calls = "DELETE FROM agent_calls WHERE thread_id = $1 AND step = $2 AND state = 2";

constexpr const char* delete_old_agent_runs =
    "DELETE FROM logged_runs WHERE kind = 'agent' AND state = 1 AND ended_at < $1";
constexpr const char* delete_old_threads = "DELETE FROM agent_threads WHERE created_at < $1 AND NOT EXISTS"
                                           " (SELECT 1 FROM agent_runs WHERE thread_id = agent_threads.id)";
// What the oldest step that is kept builds on stays: the newest whole state before it, and all behind that.
constexpr const char* delete_old_steps =
    "DELETE FROM agent_steps s WHERE number <"
    " (SELECT max(w.number) FROM agent_steps w WHERE w.thread_id = s.thread_id AND w.whole AND w.number <="
    "  (SELECT max(m.number) FROM agent_steps m WHERE m.thread_id = s.thread_id) - $1)";
constexpr const char* delete_old_calls =
    "DELETE FROM agent_calls c WHERE step < (SELECT min(number) FROM agent_steps s WHERE s.thread_id = c.thread_id)";

constexpr std::int64_t far_future = std::numeric_limits<std::int64_t>::max();

Parameter enumerator(auto enumeration) { return number(static_cast<std::int64_t>(enumeration)); }

class PostgresqlCheckpoints final : public CheckpointRepository {
    /// Writes to a run, in a transaction that nobody takes it away in.
    template <typename Work>
    void held_by(const RunHolder& holder, const Work& work, bool goes_forward = false) {
        server_.changing([&] {
            const Rows rows = server_.query(lock_agent_job, {ascii(holder.run_id)});
            check_lease(rows.empty() ? std::nullopt : std::optional(rows.text(0, 0)), holder);
            work();
            if (goes_forward && rows.integer(0, 1) > 0) server_.run(forget_attempts, {holder.run_id});
        });
    }

    /// Throws Error(locked) where another run of the thread has not ended; the thread is locked.
    void check_alone(std::string_view run_id) {
        const Rows rows = server_.query(select_other_run, {ascii(run_id)});
        if (!rows.empty()) throw thread_has_a_run(rows.text(0, 1), rows.text(0, 0));
    }

public:
    PostgresqlCheckpoints(const std::string& url, StoreMode mode) : server_(url, mode) {}

    AgentThread create_thread(const AgentThread& thread) override {
        return server_.changing([&] {
            const Rows rows = server_.query(
                insert_thread, {thread.principal, bytea(thread.name), bytea(thread.agent), number(thread.created_at),
                                bytea(thread.forked_from), number(thread.forked_step)});
            if (rows.empty()) throw taken_thread_name(thread.name);
            AgentThread made = thread;
            made.id = rows.integer(0, 0);
            return made;
        });
    }
    [[nodiscard]] std::optional<AgentThread> find_thread(std::string_view principal, std::string_view name) override {
        return first_of(server_.query(select_thread, {ascii(principal), bytea(name)}), read_thread<Row>);
    }
    [[nodiscard]] std::vector<AgentThread> list_threads(std::string_view principal, std::size_t limit) override {
        return each_of(server_.query(select_threads, {ascii(principal), number(limit)}), read_thread<Row>);
    }
    bool remove_thread(std::int64_t id) override {
        return server_.changing([&] {
            static_cast<void>(server_.query(lock_thread, {number(id)}));
            static_cast<void>(server_.query(lock_thread_jobs, {number(id)}));
            server_.run(delete_thread_runs, {number(id)});
            return server_.run(delete_thread, {number(id)}) > 0;
        });
    }

    void begin_run(const AgentRun& run) override {
        server_.changing([&] {
            // Before anything that refers to it: two that hold such a lock each would wait for each other.
            static_cast<void>(server_.query(lock_thread, {number(run.thread_id)}));
            server_.run(insert_agent_logged_run, {run.id, run.principal, number(run.started_at)});
            server_.run(insert_agent_job, {run.id, number(run.started_at), run.lease, number(run.lease_until)});
            server_.run(insert_agent_run,
                        {run.id, number(run.thread_id), bytea(run.file), run.digest, bytea(run.allowed)});
            check_alone(run.id);
        });
    }
    [[nodiscard]] std::optional<AgentRun> find_run(std::string_view principal, std::string_view id) override {
        return only_run(runs(select_agent_runs_by_id, {ascii(principal), ascii(id)}), id);
    }
    [[nodiscard]] std::vector<AgentRun> list_runs(std::string_view principal, std::int64_t thread,
                                                  std::size_t limit) override {
        return runs(select_agent_runs, {ascii(principal), number(limit), number(thread)});
    }
    [[nodiscard]] std::vector<AgentRun> orphans(std::int64_t now) override {
        return runs(select_orphan_runs, {number(now)});
    }
    [[nodiscard]] bool take_run(const RunHolder& holder, std::int64_t now, std::int64_t until) override {
        return server_.changing([&] {
            static_cast<void>(server_.query(lock_thread_of_run, {holder.run_id}));
            static_cast<void>(server_.query(lock_agent_job, {ascii(holder.run_id)}));
            if (server_.run(take_job, {ascii(holder.run_id), holder.who, number(now), number(until)}) == 0)
                return false;
            check_alone(holder.run_id);
            server_.run(reopen_logged_run, {holder.run_id});
            server_.run(reopen_agent_run, {holder.run_id});
            return true;
        });
    }
    void renew(const RunHolder& holder, std::int64_t until) override {
        held_by(holder, [&] { server_.run(renew_job, {holder.run_id, number(until)}); });
    }
    void rest(const RunHolder& holder, std::int64_t until) override {
        held_by(holder, [&] { server_.run(rest_job, {holder.run_id, number(until)}); });
    }
    void end_run(const RunHolder& holder, const AgentRunEnd& end) override {
        held_by(holder, [&] {
            const bool ended = is_ended(end.state);
            server_.run(release_job, {holder.run_id, enumerator(job_state_of(end.state)), number(far_future)});
            server_.run(update_agent_run, {holder.run_id, enumerator(end.state), bytea(end.waiting), bytea(end.result),
                                           bytea(end.error)});
            server_.run(end_logged_run, {holder.run_id, enumerator(ended), ended ? number(end.at) : std::nullopt});
            const auto [name, data] = end_event(end);
            append_event(holder.run_id, name, data);
        });
    }
    [[nodiscard]] bool cancel_run(std::string_view run_id, std::int64_t at) override {
        return server_.changing([&] {
            static_cast<void>(server_.query(lock_agent_job, {ascii(run_id)}));
            if (server_.run(cancel_agent_run, {ascii(run_id)}) == 0) return false;
            server_.run(release_job, {ascii(run_id), enumerator(JobState::cancelled), number(far_future)});
            server_.run(end_logged_run, {ascii(run_id), enumerator(1), number(at)});
            const auto [name, data] = end_event({.state = AgentRunState::cancelled});
            append_event(run_id, name, data);
            return true;
        });
    }
    void set_digest(const RunHolder& holder, std::string_view digest) override {
        held_by(holder, [&] { server_.run(update_digest, {holder.run_id, std::string(digest)}); });
    }

    void add_step(const RunHolder& holder, const AgentStep& step, std::string_view event) override {
        const auto add = [&] {
            server_.run(insert_step, {number(holder.thread_id), number(step.number), holder.run_id, number(step.at),
                                      flag(step.is_whole), bytea(step.delta), bytea(step.position), bytea(step.nodes)});
            if (!event.empty()) append_event(holder.run_id, "step", event);
        };
        held_by(holder, add, true);
    }
    [[nodiscard]] std::optional<AgentStep> last_step(std::int64_t thread) override {
        return first_of(server_.query(select_last_step, {number(thread)}), read_agent_step<Row>);
    }
    [[nodiscard]] std::vector<AgentStep> steps_for(std::int64_t thread, std::int64_t to) override {
        return each_of(server_.query(select_steps_for, {number(thread), number(to)}), read_agent_step<Row>);
    }
    [[nodiscard]] std::vector<AgentStep> list_steps(std::int64_t thread, std::int64_t before,
                                                    std::size_t limit) override {
        return each_of(server_.query(select_steps, {number(thread), number(before), number(limit)}),
                       read_agent_step<Row>);
    }

    void begin_call(const RunHolder& holder, const AgentCall& call) override {
        held_by(holder, [&] { put(holder.thread_id, call); });
    }
    void end_call(const RunHolder& holder, const AgentCall& call) override {
        held_by(
            holder, [&] { update(holder.thread_id, call); }, true);
    }
    [[nodiscard]] std::vector<AgentCall> calls(std::int64_t thread, std::int64_t step) override {
        return each_of(server_.query(select_calls, {number(thread), number(step)}), read_agent_call<Row>);
    }
    void put_recorded(std::int64_t thread, const AgentCall& call) override {
        server_.changing([&] {
            put(thread, call);
            update(thread, call);
        });
    }
    [[nodiscard]] bool answer_call(std::int64_t thread, const AgentCall& call) override {
        return server_.changing([&] {
            return server_.run(answer_begun_call,
                               {number(thread), number(call.step), bytea(call.task), number(call.number),
                                enumerator(call.state), bytea(call.result), number(call.ended_at)}) > 0;
        });
    }
    void forget_failed(std::int64_t thread, std::int64_t step) override {
        server_.changing([&] { server_.run(delete_failed_calls, {number(thread), number(step)}); });
    }

    std::size_t remove_older(std::int64_t before) override {
        return server_.changing([&] {
            server_.run(delete_old_agent_runs, {number(before)});
            return static_cast<std::size_t>(server_.run(delete_old_threads, {number(before)}));
        });
    }
    std::size_t trim_steps(std::int64_t keep) override {
        return server_.changing([&] {
            const auto removed = static_cast<std::size_t>(server_.run(delete_old_steps, {number(keep)}));
            server_.run(delete_old_calls);
            return removed;
        });
    }

private:
    [[nodiscard]] std::vector<AgentRun> runs(const char* sql, std::initializer_list<Parameter> parameters) {
        return each_of(server_.query(sql, parameters), read_agent_run<Row>);
    }
    void append_event(std::string_view run_id, std::string_view name, std::string_view data) {
        server_.run(insert_agent_event, {ascii(run_id), std::string(name), bytea(data)});
    }
    void put(std::int64_t thread, const AgentCall& call) {
        server_.run(put_call,
                    {number(thread), number(call.step), bytea(call.task), number(call.number), enumerator(call.kind),
                     bytea(call.name), call.input_hash, bytea(call.input), number(call.began_at)});
    }
    void update(std::int64_t thread, const AgentCall& call) {
        server_.run(update_call,
                    {number(thread), number(call.step), bytea(call.task), number(call.number), enumerator(call.state),
                     bytea(call.result), number(call.ended_at), number(call.tokens), real(call.cost)});
    }

    SideServer server_;
};

}  // namespace

std::unique_ptr<CheckpointRepository> open_server_checkpoints(const std::string& url, StoreMode mode) {
    return std::make_unique<PostgresqlCheckpoints>(url, mode);
}

}  // namespace quarry::store::postgresql
