#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/agent/definition.h"

namespace quarry::wire {

/// What an agent is: description, class, model, its files, and the channels that it declares.
[[nodiscard]] nlohmann::ordered_json agent_summary_json(const agent::AgentFile& agent);

/// Its graph for a program that draws it: nodes, edges, where it begins and may end; and as Mermaid and DOT.
[[nodiscard]] nlohmann::ordered_json agent_graph_json(const agent::AgentFile& agent);

}  // namespace quarry::wire
