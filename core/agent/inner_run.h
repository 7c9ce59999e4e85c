#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "core/agent/journal.h"
#include "core/agent/node_run.h"

// Agents that others use as tools. For core/agent alone.
namespace quarry::agent {

/// Runs an agent of any class for one request within a task of another one, its nodes one after another, with a state
/// of its own that begins as a copy; its calls are the task's, and its budgets hold over what it spends alone. Gives
/// its output. Throws as nodes do, and Error: budget_exceeded for a budget of its own, failed after 1000 steps, usage
/// for a map, which is not run there.
[[nodiscard]] nlohmann::json run_inner_agent(std::size_t definition, const std::string& request,
                                             const nlohmann::json& scope, const NodeContext& context,
                                             Journal::Task& journal);

}  // namespace quarry::agent
