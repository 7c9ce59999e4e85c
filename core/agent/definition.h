#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/agent/channel.h"
#include "core/agent/expression.h"

namespace quarry::agent {

/// Where something is written.
struct Place {
    std::string file{};  ///< Relative to the folder of the root file.
    int line = 0;
    [[nodiscard]] std::string text() const;  ///< "root_agent.yaml:3"
};

/// What a node is: the agent_class of Google's ADK.
enum class NodeKind { llm, sequential, parallel, loop, workflow, function, join, tool };

/// The name in files: "LlmAgent".
[[nodiscard]] std::string_view node_kind_name(NodeKind kind) noexcept;
/// Whether other nodes run within it.
[[nodiscard]] bool is_composite(NodeKind kind) noexcept;

/// A tool that a model may call.
struct ToolUse {
    std::string name{};
    nlohmann::json args{};
    Place place{};
    std::optional<std::size_t> agent{};  ///< Of an AgentTool: the definition.
};

/// A tool that runs around an agent, its model or its tools. What it gives goes in place of what it is about.
struct Callback {
    enum class When { before_agent, after_agent, before_model, after_model, before_tool, after_tool };
    When when = When::before_agent;
    std::string code{};  ///< The reference, then what it is bound to.
    Place place{};
};

/// The name in files: "before_agent_callbacks".
[[nodiscard]] std::string_view callback_key(Callback::When when) noexcept;

/// A folder with instructions that a model loads when it needs them (agentskills.io).
struct Skill {
    std::string name{}, description{};
    std::string folder{};  ///< From the folder of the root file.
    std::string body{};    ///< What SKILL.md says behind its front matter.
    Place place{};
};

/// An edge of a Workflow.
struct Edge {
    std::string from{}, to{};            ///< Names; "START" where the graph begins.
    std::vector<std::string> routes{};   ///< Followed when the node took one of them; empty: always.
    bool is_default = false;             ///< Followed when no edge with a route was.
    std::optional<Expression> when{};    ///< quarry: and this holds.
    Place place{};
};

/// When a person is asked.
struct Interrupt {
    enum class When { before, after, ask };
    When when = When::before;
    std::string question{};
    nlohmann::json schema{};  ///< Of the answer; null: any.
};

struct Budget {
    std::optional<std::int64_t> tokens{}, calls{};
    std::optional<double> cost{};  ///< In the currency of the prices.
    [[nodiscard]] bool is_limited() const noexcept { return tokens || calls || cost; }
};

/// What calls of models and tools took.
struct Spent {
    std::int64_t tokens = 0, calls = 0;
    double cost = 0;
};

/// A node for each value of a list, all in one step.
struct Map {
    Expression over;
    std::string as = "item";
    std::int64_t most = 1000;
};

/// An agent or node as a file defines it.
struct Definition {
    NodeKind kind = NodeKind::llm;
    std::string name{}, description{};
    Place place{};

    // of models
    std::string model{}, instruction{};
    bool has_history = true;  ///< include_contents: default
    std::optional<double> temperature{};
    std::optional<int> max_output_tokens{};
    std::vector<ToolUse> tools{};
    std::vector<Skill> skills{};
    std::vector<Callback> callbacks{};       ///< In the order of the file.
    std::string model_code{}, schema_code{};  ///< References to a model and to an output_schema.
    nlohmann::json output_schema{};
    bool transfers_to_parent = true, transfers_to_peers = true;

    std::string output_key{};
    std::vector<std::size_t> children{};  ///< Definitions: sub-agents, or a Workflow's nodes.
    std::int64_t max_iterations = 0;      ///< Of a LoopAgent; 0: as the runner limits it.
    std::vector<Edge> edges{};
    std::string code{};                   ///< Of functions and tools: the reference.

    // quarry's own
    std::optional<Expression> when{};
    std::vector<std::pair<std::string, Expression>> set{};  ///< Of a function without code: channels and their values.
    std::optional<Expression> route{};
    std::vector<std::pair<std::string, Expression>> args{};  ///< Of functions and tools.
    std::optional<Interrupt> interrupt{};
    int attempts = 1;  ///< retry
    double retry_delay = 0;
    double timeout = 0;  ///< Seconds; 0: none.
    double wait = 0;     ///< Seconds before it begins.
    Budget budget{};
    std::optional<Map> map{};
};

/// A reference to code, a tool or a model that quarry cannot resolve by itself.
struct CodeReference {
    std::string name;
    Place place;
    std::string what;  ///< "a function", "a tool", "a callback" …
};

/// An agent with all files that it is made of.
struct AgentFile {
    std::vector<Definition> definitions{};
    std::size_t root = 0;
    Channels channels{};
    std::vector<std::string> files{};  ///< Relative paths, in the order of reading.
    std::string digest{};              ///< SHA-256 over names and contents of the files.
    std::vector<std::pair<Place, std::string>> additions{};  ///< Keys that are quarry's own and not ADK's.
    std::vector<CodeReference> code{};                       ///< Models and schemas that are code.
    std::vector<std::pair<Place, std::string>> ignored{};    ///< Keys of ADK that change nothing here.
    /// Reads a file by its path from the root file's folder, as the agent's own were read. Throws Error.
    std::function<std::string(const std::string& relative)> source{};

    [[nodiscard]] const Definition& top() const { return definitions[root]; }
};

}  // namespace quarry::agent
