#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/store/checkpoint_repository.h"
#include "core/store/run_log_repository.h"

// What holds for threads of agents in every engine, and how rows of them are read. `Row` has text, integer, number and
// is_null by column.
namespace quarry::store {

/// What the log of a run says of its end, or of what it waits for: the event's name and data.
[[nodiscard]] std::pair<std::string_view, std::string> end_event(const AgentRunEnd& end);
/// A run that waits for a person is done later, and no server takes its job by itself before.
[[nodiscard]] JobState job_state_of(AgentRunState state) noexcept;
[[nodiscard]] bool is_ended(AgentRunState state) noexcept;

[[nodiscard]] Error taken_thread_name(std::string_view name);
/// A thread has one run at a time that has not ended.
[[nodiscard]] Error thread_has_a_run(std::string_view thread, std::string_view run_id);
/// Throws Error(locked) where the run's lease, if there is such a run, is not the holder's.
void check_lease(const std::optional<std::string>& lease, const RunHolder& holder);
/// The run whose id begins with `begin`, of those that do.
[[nodiscard]] std::optional<AgentRun> only_run(std::vector<AgentRun>&& found, std::string_view begin);

/// id, principal, name, agent, created_at, forked_from, forked_step, how many steps
template <typename Row>
AgentThread read_thread(const Row& row) {
    return {row.integer(0), row.text(1), row.text(2),    row.text(3),
            row.integer(4), row.text(5), row.integer(6), row.integer(7)};
}

/// run_id, thread_id, name, agent, principal, file, digest, state, waiting, result, error, allowed, started_at,
/// ended_at, lease, lease_until, tokens, calls, cost, attempts
template <typename Row>
AgentRun read_agent_run(const Row& row) {
    AgentRun run{.id = row.text(0),
                 .thread_id = row.integer(1),
                 .thread = row.text(2),
                 .agent = row.text(3),
                 .principal = row.text(4),
                 .file = row.text(5),
                 .digest = row.text(6),
                 .state = static_cast<AgentRunState>(row.integer(7)),
                 .waiting = row.text(8),
                 .result = row.text(9),
                 .error = row.text(10),
                 .allowed = row.text(11),
                 .started_at = row.integer(12),
                 .lease = row.text(14),
                 .lease_until = row.integer(15),
                 .tokens = row.integer(16),
                 .calls = row.integer(17),
                 .cost = row.number(18),
                 .attempts = static_cast<int>(row.integer(19))};
    if (!row.is_null(13)) run.ended_at = row.integer(13);
    return run;
}

/// number, run_id, at, whole, delta, position, nodes
template <typename Row>
AgentStep read_agent_step(const Row& row) {
    return {row.integer(0), row.text(1), row.integer(2), row.integer(3) != 0, row.text(4), row.text(5), row.text(6)};
}

/// step, task, number, kind, name, input_hash, input, state, result, began_at, ended_at, tokens, cost
template <typename Row>
AgentCall read_agent_call(const Row& row) {
    AgentCall call{.step = row.integer(0),
                   .task = row.text(1),
                   .number = row.integer(2),
                   .kind = static_cast<AgentCallKind>(row.integer(3)),
                   .name = row.text(4),
                   .input_hash = row.text(5),
                   .input = row.text(6),
                   .state = static_cast<AgentCallState>(row.integer(7)),
                   .result = row.text(8),
                   .began_at = row.integer(9),
                   .tokens = row.integer(11),
                   .cost = row.number(12)};
    if (!row.is_null(10)) call.ended_at = row.integer(10);
    return call;
}

}  // namespace quarry::store
