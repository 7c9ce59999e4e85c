#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/app/agent_service.h"

namespace quarry::app {

/// What became of a recording that was run again.
struct AgentTest {
    std::string file{};
    std::vector<std::string> problems{};  ///< Empty: it gave what was recorded.
};

/// A run that has ended, for `test_recording`: quarry.agent.recording/1, with the path of its agent from `folder`.
/// Throws Error(usage) for a run that has not ended well, or did not begin its thread.
[[nodiscard]] nlohmann::ordered_json record_run(const AgentService& agents, const std::string& run,
                                                const std::filesystem::path& folder, const RequestScope& scope);

/// Runs an agent with the answers of a recording in place of models, tools and people: nothing is called. The agent's
/// path starts at the recording's folder, or else at the current one. Throws Error(usage) for a file that is not a recording, and what reading the agent throws.
[[nodiscard]] AgentTest test_recording(Workspace& workspace, const std::filesystem::path& file,
                                       const RequestScope& scope);

}  // namespace quarry::app
