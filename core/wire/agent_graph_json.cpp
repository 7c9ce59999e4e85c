// Agents and their graphs as JSON.
#include "core/wire/agent_graph_json.h"

#include <nlohmann/json.hpp>

#include "core/agent/channel.h"
#include "core/agent/check.h"

namespace quarry::wire {
namespace {

using Json = nlohmann::ordered_json;

Json node_json(const agent::Graph::Node& node) {
    Json tools = Json::array();
    for (const agent::ToolUse& tool : node.definition->tools) tools.push_back(tool.name);
    if (!node.definition->code.empty()) tools.push_back(node.definition->code);
    return {{"id", node.id},
            {"path", node.path},
            {"name", node.definition->name},
            {"class", agent::node_kind_name(node.definition->kind)},
            {"parent", node.parent.empty() ? Json() : Json(node.parent)},
            {"description", node.definition->description},
            {"asks", node.asks},
            {"tools", std::move(tools)}};
}

}  // namespace

Json agent_summary_json(const agent::AgentFile& agent) {
    Json channels = Json::array();
    for (const agent::Channel& channel : agent.channels.declared()) {
        channels.push_back({{"name", channel.name},
                            {"type", channel.type},
                            {"reducer", agent::reducer_name(channel.reducer)},
                            {"default", Json(channel.initial)}});
    }
    return {{"description", agent.top().description},
            {"class", agent::node_kind_name(agent.top().kind)},
            {"model", agent.top().model},
            {"files", agent.files},
            {"channels", std::move(channels)}};
}

Json agent_graph_json(const agent::AgentFile& agent) {
    const agent::Graph graph = agent::graph_of(agent);
    Json json = {{"agent", agent.top().name}, {"nodes", Json::array()}, {"edges", Json::array()}};
    for (const agent::Graph::Node& node : graph.nodes) json["nodes"].push_back(node_json(node));
    for (const agent::Graph::Arrow& arrow : graph.arrows) {
        json["edges"].push_back({{"from", arrow.from},
                                 {"to", arrow.to},
                                 {"label", arrow.label},
                                 {"kind", arrow.is_transfer ? "transfer" : "edge"}});
    }
    json["first"] = graph.first;
    json["last"] = graph.last;
    json["mermaid"] = agent::mermaid_text(agent);
    json["dot"] = agent::dot_text(agent);
    return json;
}

}  // namespace quarry::wire
