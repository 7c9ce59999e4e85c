#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/agent/definition.h"

namespace quarry::agent {

/// What a node gave when it ended.
struct Outcome {
    nlohmann::json output{};
    std::optional<std::string> route{};     ///< Of a Workflow's edges; nothing: the output, where it is a word.
    bool escalates = false;                 ///< Ends the LoopAgent around it.
    std::optional<std::string> transfer{};  ///< The agent that goes on.
    bool is_reply = false;                  ///< A callback answered in the agent's place.
};

/// A node that runs in the next step.
struct ReadyNode {
    std::string path;       ///< "root/child/grandchild"
    nlohmann::json input{};  ///< The output of the node before it.
};

/// How far a run is in its graph: what a checkpoint keeps beside the state.
struct Position {
    std::vector<ReadyNode> ready{};  ///< In the order of their paths, each once.
    std::map<std::string, std::map<std::string, nlohmann::json>> arrived{};  ///< At JoinNodes: outputs by node.
    std::map<std::string, std::int64_t> loops{};                             ///< Iterations that are complete.
    std::map<std::string, nlohmann::json> outputs{};                         ///< Of what ended within a node.
    std::map<std::string, Spent> spent{};  ///< Of what runs with a budget over the nodes in it, since it began.
    std::map<std::string, Outcome>
        ending{};  ///< Of agents whose callbacks behind them run; their output is the node's.
    bool has_ended = false;
    nlohmann::json output{};  ///< Of the root, when it has ended.

    [[nodiscard]] nlohmann::json to_json() const;
    /// Throws Error(failed) for what is no position.
    [[nodiscard]] static Position from_json(const nlohmann::json& json);
};

/// The graph of an agent: which nodes run after which. Constant once it is made; borrows the agent.
///
/// The callbacks around an agent that holds others are nodes too: "root/@before" and "root/@after".
class Flow {
public:
    /// A node at its place. A definition that is used in two places has two.
    struct Place {
        enum class Part { whole, before, after };
        std::string path;
        std::size_t definition = 0;
        const Definition* node = nullptr;  ///< The definition, or what of it runs here.
        std::size_t parent = 0;  ///< Of the root: itself.
        std::vector<std::size_t> children{};
        Part part = Part::whole;
        std::optional<std::size_t> before{}, after{};  ///< The places of its callbacks.
        bool is_team = false;  ///< A model with sub-agents: its first child is the model itself.
    };

    /// Throws Error(usage) when the graph has more than 5000 nodes.
    explicit Flow(const AgentFile& agent);
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    /// The beginning. Throws what `advance` throws.
    [[nodiscard]] Position start(const nlohmann::json& state, const nlohmann::json& input) const;
    /// The position after a step whose nodes ended so: an outcome for each of `position.ready`, in its order; `state`
    /// is that after the step. Throws Error(failed): a JoinNode that waits for what does not run, a node that is
    /// entered while it runs, an agent that is not there, a loop without an end.
    [[nodiscard]] Position advance(const Position& position, const std::vector<Outcome>& outcomes,
                                   const nlohmann::json& state) const;

    [[nodiscard]] const std::vector<Place>& places() const noexcept { return places_; }
    /// The definition of the node at a path. Throws Error(failed) when there is none.
    [[nodiscard]] const Definition& definition(const std::string& path) const;
    /// The agents that the model at a path may transfer to.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> transfer_targets(const std::string& path) const;

private:
    class Walk;
    void add(std::size_t definition, std::size_t parent, const std::string& path, std::size_t depth);
    void add_callbacks(std::size_t place);

    const AgentFile& agent_;
    std::deque<Definition> parts_{};  ///< Definitions of which a part runs.
    std::vector<Place> places_;
    std::map<std::string, std::size_t> by_path_;
};

}  // namespace quarry::agent
