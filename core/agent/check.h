#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/agent/definition.h"

namespace quarry::agent {

/// What the project calls the references to code in agent files: [agent.bindings]. A value is the name of a tool, for
/// callbacks too, a model for model_code, a JSON Schema for a schema, or "none" for what is left out.
using Bindings = std::map<std::string, std::string>;

/// The names of files that quarry gives a meaning by itself, within an agent: "exit_loop", "AgentTool" …
[[nodiscard]] bool is_built_in_tool(std::string_view name) noexcept;

/// Replaces references to code by what they are bound to. Throws Error(usage) for a schema that is none.
void bind(AgentFile& agent, const Bindings& bindings);

/// The references of an agent that lead nowhere, each once, in the order of the files. `knows` says whether there is a
/// tool of a name.
[[nodiscard]] std::vector<CodeReference> unbound(const AgentFile& agent,
                                                 const std::function<bool(const std::string& name)>& knows);

/// Throws Error(usage) for all of them at once, with the lines to paste into quarry.toml.
void require_bound(const std::vector<CodeReference>& references);

/// Channels that are read or written and that a file with `state:` does not declare: "root.yaml:7: …".
[[nodiscard]] std::vector<std::string> unknown_channels(const AgentFile& agent);

/// The graph of an agent as data. Nodes that hold others come before those.
struct Graph {
    struct Node {
        std::string id{}, path{};
        std::string parent{};  ///< An id; empty for the root.
        const Definition* definition = nullptr;
        bool asks = false;  ///< A person.
    };
    struct Arrow {
        std::string from{}, to{}, label{};
        bool is_transfer = false;
    };
    std::vector<Node> nodes{};
    std::vector<Arrow> arrows{};            ///< Between nodes that hold no others.
    std::vector<std::string> first{}, last{};  ///< Where it begins, and where it may end.
};
/// Borrows the agent.
[[nodiscard]] Graph graph_of(const AgentFile& agent);

/// The graph as a flowchart of Mermaid, or in Graphviz's language.
[[nodiscard]] std::string mermaid_text(const AgentFile& agent);
[[nodiscard]] std::string dot_text(const AgentFile& agent);

}  // namespace quarry::agent
