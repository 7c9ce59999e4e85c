#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/app/agent_plan.h"

namespace quarry::cli {

/// What a run would do: a line for each node, and one for what a person would be asked.
[[nodiscard]] std::string agent_plan_text(const app::AgentPlan& plan);
/// The same for programs: quarry.agent.plan/1.
[[nodiscard]] nlohmann::ordered_json agent_plan_json(const app::AgentPlan& plan);

}  // namespace quarry::cli
