#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/agent/journal.h"
#include "core/agent/runner.h"
#include "core/base/error.h"
#include "core/store/checkpoint_repository.h"

namespace quarry::wire {

/// A run of an agent: quarry.agent.run/1. `values`, `output` and `step` are null where they are not known.
struct AgentRunView {
    const store::AgentRun& run;
    nlohmann::json output{}, values{};
    std::optional<std::int64_t> step{};
    std::span<const store::AgentCall> calls{};
};
[[nodiscard]] nlohmann::ordered_json agent_run_json(const AgentRunView& view);

/// quarry.agent.ls/1
[[nodiscard]] nlohmann::ordered_json agent_runs_json(std::span<const store::AgentRun> runs);
/// quarry.agent.threads/1
[[nodiscard]] nlohmann::ordered_json agent_threads_json(std::span<const store::AgentThread> threads);
/// quarry.agent.history/1
[[nodiscard]] nlohmann::ordered_json agent_history_json(const std::string& thread,
                                                        std::span<const store::AgentStep> steps);
/// A call of a journal.
[[nodiscard]] nlohmann::ordered_json agent_call_json(const store::AgentCall& call);

}  // namespace quarry::wire
