#pragma once

#include "core/agent/node_run.h"

// Agents that ask a model. For core/agent alone.
namespace quarry::agent {

/// Runs an LlmAgent: asks its model, which may have tools called, until it answers. Throws as `run_node` does.
[[nodiscard]] NodeResult run_model_node(const NodeTask& task, const NodeContext& context, Journal::Task& journal);

}  // namespace quarry::agent
