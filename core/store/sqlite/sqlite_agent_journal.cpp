// Steps and journal of agents.
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/store/checkpoint_rules.h"
#include "core/store/sqlite/checkpoint_work.h"
#include "core/store/sqlite/sqlite_checkpoints.h"

namespace quarry::store {
namespace {

constexpr const char* insert_step =
    "INSERT INTO agent_steps (thread_id, number, run_id, at, whole, delta, position, nodes)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

constexpr const char* select_last_step =
    "SELECT number, run_id, at, whole, delta, position, nodes FROM agent_steps WHERE thread_id = ?1"
    " ORDER BY number DESC LIMIT 1";
constexpr const char* select_steps_for =
    "SELECT number, run_id, at, whole, delta, position, nodes FROM agent_steps WHERE thread_id = ?1 AND number <= ?2"
    " AND number >= (SELECT max(number) FROM agent_steps WHERE thread_id = ?1 AND number <= ?2 AND whole = 1)"
    " ORDER BY number";
constexpr const char* select_steps =
    "SELECT number, run_id, at, whole, delta, position, nodes FROM agent_steps WHERE thread_id = ?1 AND number < ?2"
    " ORDER BY number DESC LIMIT ?3";

/// The run goes forward: what ends its process from here on is another failure.
constexpr const char* forget_attempts = "UPDATE jobs SET attempts = 0 WHERE run_id = ?1 AND attempts > 0";

constexpr const char* put_call =
    "INSERT INTO agent_calls (thread_id, step, task, number, kind, name, input_hash, input, state, result, began_at,"
    " ended_at, tokens, cost) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, '', ?9, NULL, 0, 0.0)"
    " ON CONFLICT DO UPDATE SET state = 0, began_at = excluded.began_at";
constexpr const char* update_call =
    "UPDATE agent_calls SET state = ?5, result = ?6, ended_at = ?7, tokens = ?8, cost = ?9"
    " WHERE thread_id = ?1 AND step = ?2 AND task = ?3 AND number = ?4";
constexpr const char* select_calls =
    "SELECT step, task, number, kind, name, input_hash, input, state, result, began_at, ended_at, tokens, cost"
    " FROM agent_calls WHERE thread_id = ?1 AND step = ?2 ORDER BY task, number";
constexpr const char* answer_begun_call =
    "UPDATE agent_calls SET state = ?5, result = ?6, ended_at = ?7"
    " WHERE thread_id = ?1 AND step = ?2 AND task = ?3 AND number = ?4 AND state = 0 RETURNING number";
constexpr const char* delete_failed_calls =
    "DELETE FROM agent_calls WHERE thread_id = ?1 AND step = ?2 AND state = 2";

}  // namespace

void SqliteCheckpoints::add_step(const RunHolder& holder, const AgentStep& step, std::string_view event) {
    changing_checkpoints([&] {
        check_holder(holder);
        statements_.query(insert_step)
            .with(holder.thread_id, step.number, db::Borrowed{holder.run_id}, step.at, step.is_whole ? 1 : 0,
                  db::Borrowed{step.delta}, db::Borrowed{step.position}, db::Borrowed{step.nodes})
            .run();
        statements_.query(forget_attempts).with(holder.run_id).run();
        if (!event.empty()) append_event(holder.run_id, "step", event);
    });
}

std::optional<AgentStep> SqliteCheckpoints::last_step(std::int64_t thread) {
    return reading_checkpoints([&]() -> std::optional<AgentStep> {
        db::Query query = statements_.query(select_last_step);
        query.with(thread);
        if (!query.step()) return std::nullopt;
        return read_agent_step(query);
    });
}

std::vector<AgentStep> SqliteCheckpoints::steps_for(std::int64_t thread, std::int64_t number) {
    return reading_checkpoints([&] {
        std::vector<AgentStep> steps;
        db::Query query = statements_.query(select_steps_for);
        query.with(thread, number);
        while (query.step()) steps.push_back(read_agent_step(query));
        return steps;
    });
}

std::vector<AgentStep> SqliteCheckpoints::list_steps(std::int64_t thread, std::int64_t before, std::size_t limit) {
    return reading_checkpoints([&] {
        std::vector<AgentStep> steps;
        db::Query query = statements_.query(select_steps);
        query.with(thread, before, limit);
        while (query.step()) steps.push_back(read_agent_step(query));
        return steps;
    });
}

void SqliteCheckpoints::begin_call(const RunHolder& holder, const AgentCall& call) {
    changing_checkpoints([&] {
        check_holder(holder);
        put_agent_call(holder.thread_id, call);
    });
}

void SqliteCheckpoints::put_agent_call(std::int64_t thread, const AgentCall& call) {
    statements_.query(put_call)
        .with(thread, call.step, db::Borrowed{call.task}, call.number, static_cast<int>(call.kind),
              db::Borrowed{call.name}, db::Borrowed{call.input_hash}, db::Borrowed{call.input}, call.began_at)
        .run();
}

void SqliteCheckpoints::put_recorded(std::int64_t thread, const AgentCall& call) {
    changing_checkpoints([&] {
        put_agent_call(thread, call);
        statements_.query(update_call)
            .with(thread, call.step, db::Borrowed{call.task}, call.number, static_cast<int>(call.state),
                  db::Borrowed{call.result}, call.ended_at, call.tokens, call.cost)
            .run();
    });
}

void SqliteCheckpoints::end_call(const RunHolder& holder, const AgentCall& call) {
    changing_checkpoints([&] {
        check_holder(holder);
        statements_.query(update_call)
            .with(holder.thread_id, call.step, db::Borrowed{call.task}, call.number, static_cast<int>(call.state),
                  db::Borrowed{call.result}, call.ended_at, call.tokens, call.cost)
            .run();
        statements_.query(forget_attempts).with(holder.run_id).run();
    });
}

std::vector<AgentCall> SqliteCheckpoints::calls(std::int64_t thread, std::int64_t step) {
    return reading_checkpoints([&] {
        std::vector<AgentCall> calls;
        db::Query query = statements_.query(select_calls);
        query.with(thread, step);
        while (query.step()) calls.push_back(read_agent_call(query));
        return calls;
    });
}

bool SqliteCheckpoints::answer_call(std::int64_t thread, const AgentCall& call) {
    return changing_checkpoints([&] {
        db::Query query = statements_.query(answer_begun_call);
        query.with(thread, call.step, call.task, call.number, static_cast<int>(call.state), call.result, call.ended_at);
        bool answered = false;
        while (query.step()) answered = true;
        return answered;
    });
}

void SqliteCheckpoints::forget_failed(std::int64_t thread, std::int64_t step) {
    changing_checkpoints([&] { statements_.query(delete_failed_calls).with(thread, step).run(); });
}

}  // namespace quarry::store
