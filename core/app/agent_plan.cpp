// What a run of an agent would do.
#include "core/app/agent_plan.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/agent/check.h"
#include "core/agent/flow.h"
#include "core/app/agent_environment.h"

namespace quarry::app {
namespace {

using agent::Definition;
using agent::Interrupt;
using agent::NodeKind;

PlannedTool planned_tool(const std::string& name, AgentEnvironment& environment) {
    if (agent::is_built_in_tool(name)) return {.name = name, .effect = PlannedTool::Effect::control, .idempotent = true};
    const std::unique_ptr<tools::Tool> tool = environment.tool(name);
    if (tool == nullptr) return {.name = name, .effect = PlannedTool::Effect::changes, .asks = true};
    const bool reads = tool->read_only();
    return {.name = tool->definition().name,
            .effect = reads ? PlannedTool::Effect::reads : PlannedTool::Effect::changes,
            .asks = !reads && environment.decide(tool->definition(), "{}") != tools::Decision::allow,
            .idempotent = tool->idempotent()};
}

PlannedNode planned_node(const agent::Flow::Place& place, const agent::AgentFile& agent, const AgentFlags& flags,
                         AgentEnvironment& environment) {
    const Definition& node = *place.node;
    PlannedNode planned{.path = place.path, .kind = std::string(agent::node_kind_name(node.kind))};
    planned.wait = node.wait;
    planned.timeout = node.timeout;
    planned.attempts = node.attempts;
    if (node.when) planned.condition = node.when->text();
    if (node.map) planned.over = node.map->over.text();
    const bool only_asks = node.interrupt && node.interrupt->when == Interrupt::When::ask;
    if (node.interrupt) {
        planned.question = node.interrupt->question;
        planned.asks = only_asks                                          ? "question"
                       : node.interrupt->when == Interrupt::When::before ? "before"
                                                                          : "after";
    }
    for (const agent::Callback& one : node.callbacks) planned.tools.push_back(planned_tool(one.code, environment));
    if (only_asks) return planned;
    if (node.kind == NodeKind::llm) planned.model = flags.model.empty() ? node.model : flags.model;
    if (!node.code.empty()) planned.tools.push_back(planned_tool(node.code, environment));
    for (const agent::ToolUse& use : node.tools) {
        if (use.agent) {
            planned.tools.push_back({.name = agent.definitions[*use.agent].name, .effect = PlannedTool::Effect::control});
        } else {
            planned.tools.push_back(planned_tool(use.name, environment));
        }
    }
    if (!node.skills.empty()) planned.tools.push_back({.name = "load_skill", .idempotent = true});
    return planned;
}

}  // namespace

AgentPlan plan_agent(Workspace& workspace, const std::filesystem::path& file, const nlohmann::json& input,
                     const AgentFlags& flags, const RequestScope& scope) {
    const agent::AgentFile agent = AgentService(workspace).load(file, scope);
    AgentEnvironment environment(workspace, scope, {.model = flags.model, .allowed = flags.allowed});
    const agent::Flow flow(agent);
    nlohmann::json state = agent.channels.initial_state();
    std::vector<agent::Write> writes;
    if (input.is_object()) {
        for (const auto& [name, value] : input.items()) writes.push_back({name, value, "input"});
    } else {
        writes.push_back({"input", input, "input"});
    }
    static_cast<void>(agent.channels.apply(state, writes));
    const agent::Position start = flow.start(state, input.is_object() ? input.value("input", input) : input);
    AgentPlan plan{.agent = agent.top().name};
    for (const agent::Flow::Place& place : flow.places()) {
        if (!place.children.empty()) continue;
        PlannedNode node = planned_node(place, agent, flags, environment);
        node.is_first = std::ranges::find(start.ready, place.path, &agent::ReadyNode::path) != start.ready.end();
        plan.nodes.push_back(std::move(node));
    }
    return plan;
}

}  // namespace quarry::app
