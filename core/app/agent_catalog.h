#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/agent/definition.h"
#include "core/app/agent_service.h"

namespace quarry::app {

/// An agent that callers of a server may run: serve.agents names its file.
struct OfferedAgent {
    std::string name{};               ///< Of its root; of its file where that cannot be read.
    std::filesystem::path file{};     ///< Absolute.
    agent::AgentFile agent{};         ///< Empty where there is a problem in reading it.
    std::string problem{};            ///< Why it cannot be run; empty where it can.
};

/// All of them, by name: the YAML files of the folder, and root_agent.yaml in each of its folders; without those that
/// another one refers to, which are parts of it. Empty where the setting is. Reads the files each time. Throws
/// Error(failed) for a folder that cannot be read.
[[nodiscard]] std::vector<OfferedAgent> offered_agents(const Workspace& workspace, const AgentService& agents,
                                                       const RequestScope& scope);

/// Whether that file is one that is offered, as a path. Reads no agent but the folder.
[[nodiscard]] bool is_offered(const Workspace& workspace, const std::filesystem::path& file);

}  // namespace quarry::app
