// What a run of an agent would do, for people and programs.
#include "cli/text/agent_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string_view>
#include <vector>

#include "core/base/text.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;
using Effect = app::PlannedTool::Effect;

std::string_view effect_name(Effect effect) {
    return effect == Effect::reads ? "reads" : effect == Effect::changes ? "changes" : "control";
}

std::string tool_text(const app::PlannedTool& tool) {
    if (tool.effect == Effect::control) return tool.name;
    if (tool.effect == Effect::reads) return tool.name + " (reads)";
    return fmt::format("{} (changes something{})", tool.name, tool.asks ? ", a person is asked" : ", allowed");
}

std::string node_text(const app::PlannedNode& node) {
    std::vector<std::string> parts;
    if (node.is_first) parts.emplace_back("begins");
    if (!node.condition.empty()) parts.push_back(fmt::format("if {}", node.condition));
    if (!node.over.empty()) parts.push_back(fmt::format("for each of {}", node.over));
    if (node.wait > 0) parts.push_back(fmt::format("waits {} s", node.wait));
    if (node.kind == "LlmAgent" && node.asks != "question") {
        parts.push_back(fmt::format("asks the model {}", node.model.empty() ? "of the settings" : node.model));
    }
    std::vector<std::string> tools;
    for (const app::PlannedTool& tool : node.tools) tools.push_back(tool_text(tool));
    if (!tools.empty()) parts.push_back(fmt::format("may call {}", fmt::join(tools, ", ")));
    if (node.asks == "question") parts.push_back(fmt::format("asks a person: {}", one_line(node.question, 200)));
    if (node.asks == "before") parts.emplace_back("a person agrees first");
    if (node.asks == "after") parts.emplace_back("a person agrees to its results");
    if (node.attempts > 1) parts.push_back(fmt::format("at most {} attempts", node.attempts));
    if (node.timeout > 0) parts.push_back(fmt::format("at most {} s", node.timeout));
    const bool acts = node.kind == "LlmAgent" || !node.tools.empty() || node.asks == "question" || node.wait > 0;
    if (!acts) parts.emplace_back("computes");
    return strip_terminal_controls(fmt::format("  {}: {}\n", node.path, fmt::join(parts, "; ")));
}

std::set<std::string> tools_that_ask(const app::AgentPlan& plan) {
    std::set<std::string> names;
    for (const app::PlannedNode& node : plan.nodes) {
        for (const app::PlannedTool& tool : node.tools) {
            if (tool.asks) names.insert(tool.name);
        }
    }
    return names;
}

}  // namespace

std::string agent_plan_text(const app::AgentPlan& plan) {
    std::string text = strip_terminal_controls(fmt::format("{} would run; nothing is done now\n", plan.agent));
    for (const app::PlannedNode& node : plan.nodes) text += node_text(node);
    const std::set<std::string> names = tools_that_ask(plan);
    if (!names.empty()) text += fmt::format("calls that wait for a person: {}\n", fmt::join(names, ", "));
    return text;
}

Json agent_plan_json(const app::AgentPlan& plan) {
    Json json = {{"schema", "quarry.agent.plan/1"},
                 {"agent", plan.agent},
                 {"nodes", Json::array()},
                 {"approvals", tools_that_ask(plan)}};
    for (const app::PlannedNode& node : plan.nodes) {
        Json tools = Json::array();
        for (const app::PlannedTool& tool : node.tools) {
            tools.push_back({{"name", tool.name},
                             {"effect", effect_name(tool.effect)},
                             {"asks", tool.asks},
                             {"idempotent", tool.idempotent}});
        }
        const bool asks_model = node.kind == "LlmAgent" && node.asks != "question";
        json["nodes"].push_back({{"node", node.path},
                                 {"class", node.kind},
                                 {"first", node.is_first},
                                 {"model", asks_model ? Json(node.model) : Json()},
                                 {"tools", std::move(tools)},
                                 {"asks", node.asks.empty() ? Json() : Json(node.asks)},
                                 {"question", node.question},
                                 {"when", node.condition},
                                 {"over", node.over},
                                 {"wait", node.wait},
                                 {"timeout", node.timeout},
                                 {"attempts", node.attempts}});
    }
    return json;
}

}  // namespace quarry::cli
