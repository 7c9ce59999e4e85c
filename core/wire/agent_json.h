#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/agent/journal.h"
#include "core/agent/runner.h"
#include "core/base/error.h"
#include "core/store/checkpoint_repository.h"

namespace quarry::wire {

/// What a node took, over all its steps.
struct AgentNodeCost {
    std::string node{};  ///< Its path; all tasks of a map together.
    std::int64_t calls = 0, tokens = 0;
    std::int64_t seconds = 0;  ///< Of models and tools.
    double cost = 0;
};
/// In the order of their paths.
[[nodiscard]] std::vector<AgentNodeCost> agent_node_costs(std::span<const store::AgentCall> calls);

/// A run of an agent: quarry.agent.run/1. `values`, `output` and `step` are null where they are not known.
struct AgentRunView {
    const store::AgentRun& run;
    nlohmann::json output{}, values{};
    std::optional<std::int64_t> step{};
    std::span<const store::AgentCall> calls{};
    std::span<const agent::ReadyNode> next{};  ///< What runs next.
};
[[nodiscard]] nlohmann::ordered_json agent_run_json(const AgentRunView& view);

/// When the first of the waits is over that the run is in, in seconds since 1970; it may be past. Nothing where it is
/// in none. A run that waits for a person too does not go on then by itself.
[[nodiscard]] std::optional<std::int64_t> agent_wakes_at(const store::AgentRun& run,
                                                         std::span<const store::AgentCall> calls);

/// quarry.agent.ls/1
[[nodiscard]] nlohmann::ordered_json agent_runs_json(std::span<const store::AgentRun> runs);
/// quarry.agent.threads/1
[[nodiscard]] nlohmann::ordered_json agent_threads_json(std::span<const store::AgentThread> threads);
/// quarry.agent.history/1
[[nodiscard]] nlohmann::ordered_json agent_history_json(const std::string& thread,
                                                        std::span<const store::AgentStep> steps);
/// A run and a thread in these lists.
[[nodiscard]] nlohmann::ordered_json agent_listed_run_json(const store::AgentRun& run);
[[nodiscard]] nlohmann::ordered_json agent_thread_json(const store::AgentThread& thread);
/// quarry.agent.state/1
[[nodiscard]] nlohmann::ordered_json agent_state_json(const std::string& thread, const agent::Checkpoint& at);
/// quarry.agent.diff/1: how the state of a thread differs between two steps.
[[nodiscard]] nlohmann::ordered_json agent_diff_json(const std::string& thread, const agent::Checkpoint& from,
                                                     const agent::Checkpoint& to);
/// An error as runs keep it (agent::error_result), as JSON.
[[nodiscard]] Error stored_error(const std::string& text);
/// A call of a journal.
[[nodiscard]] nlohmann::ordered_json agent_call_json(const store::AgentCall& call);

}  // namespace quarry::wire
