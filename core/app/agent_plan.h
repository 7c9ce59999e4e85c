#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/app/agent_service.h"
#include "core/app/workspace.h"

namespace quarry::app {

/// A tool that a node may call.
struct PlannedTool {
    enum class Effect { reads, changes, control };  ///< control: a part of the runner, or another agent.
    std::string name{};
    Effect effect = Effect::reads;
    bool asks = false;  ///< A person, before each call.
    bool idempotent = false;
};

/// What a node would do.
struct PlannedNode {
    std::string path{}, kind{};
    std::string model{};  ///< Of an agent that asks one; "" for the configured one.
    std::vector<PlannedTool> tools{};
    std::string asks{};      ///< "before", "after" or "question"; empty: nobody.
    std::string question{};  ///< As the file has it.
    std::string condition{}, over{};  ///< Expressions of when and map.
    double wait = 0, timeout = 0;     ///< Seconds.
    int attempts = 1;
    bool is_first = false;  ///< It is in the first step.
};

/// What a run of an agent would do, as far as its files say.
struct AgentPlan {
    std::string agent{};
    std::vector<PlannedNode> nodes{};  ///< Those that act, in the order of the graph.
};

/// Plans a run without running anything: no model is asked, no tool is called, and the base is neither made nor
/// changed. A MCP server that has one of the tools is asked for its list. Throws Error(usage) as a run would.
[[nodiscard]] AgentPlan plan_agent(Workspace& workspace, const std::filesystem::path& file, const nlohmann::json& input,
                                   const AgentFlags& flags, const RequestScope& scope);

}  // namespace quarry::app
