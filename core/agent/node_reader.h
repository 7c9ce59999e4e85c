#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/agent/definition.h"
#include "core/agent/yaml.h"
#include "core/base/error.h"

// How one agent or node is read out of a file. For core/agent alone.
namespace quarry::agent {

/// An error at a line of a file.
[[nodiscard]] Error agent_file_error(const Place& place, std::string what, std::string hint = {});

/// A file's own reading: where it is, and the agent that its findings go to.
struct ReadingFile {
    AgentFile& agent;
    std::string file;
    [[nodiscard]] Place at(const YamlNode& node) const { return {file, node.line}; }
};

/// Reads what a node says itself, but for what leads to other nodes: sub_agents, edges, nodes, and the agents of
/// tools. Throws Error(usage).
[[nodiscard]] Definition read_node(const YamlNode& node, const ReadingFile& reading);

/// Reads `state:`. Throws Error(usage).
void read_channels(const YamlNode& node, const ReadingFile& reading);

/// The text of a node that must be one. Throws Error(usage).
[[nodiscard]] std::string node_text(const YamlNode& node, std::string_view key, const ReadingFile& reading);

/// Whether an item of an edge defines a node in place, and is not a route map.
[[nodiscard]] bool is_inline_node(const YamlNode& node);

}  // namespace quarry::agent
