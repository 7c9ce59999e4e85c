#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/agent/definition.h"

namespace quarry::agent {

/// Gives the content of a file by its path from the folder of the root file. Throws Error.
using FileSource = std::function<std::string(const std::string& relative)>;

/// Reads an agent file and those that it refers to. References never lead out of the root file's folder, nor through
/// symbolic links; at most 200 files and 50 levels. Throws Error(usage), with file and line, for what is not an agent
/// file, unknown keys (did you mean), edges to nodes that do not exist, and files that refer to each other in a circle.
[[nodiscard]] AgentFile read_agent(const std::filesystem::path& file);

/// The same from any source.
[[nodiscard]] AgentFile read_agent(const std::string& root, const FileSource& source);

}  // namespace quarry::agent
