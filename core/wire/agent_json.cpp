// Agents' runs and threads as JSON.
#include "core/wire/agent_json.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/wire/source_json.h"

namespace quarry::wire {
namespace {

using Json = nlohmann::ordered_json;

/// JSON that is stored as text; null for none.
Json stored(const std::string& text) {
    Json value = text.empty() ? Json() : parse_bounded_json<Json>(text);
    return value.is_discarded() ? Json() : value;
}

Json error_or_null(const std::string& text) {
    const Json kept = stored(text);
    if (!kept.is_object()) return nullptr;
    return {{"code", error_code_name(static_cast<ErrorCode>(kept.value("code", 1)))},
            {"message", kept.value("message", "")},
            {"causes", kept.value("causes", Json::array())},
            {"hint", kept.value("hint", "")}};
}

}  // namespace

std::optional<std::int64_t> agent_wakes_at(const store::AgentRun& run, std::span<const store::AgentCall> calls) {
    std::optional<std::int64_t> first;
    if (run.state != store::AgentRunState::running && run.state != store::AgentRunState::waiting) return first;
    for (const store::AgentCall& call : calls) {
        // Runs before it in the thread may have been ended in their waits.
        const bool is_wait = call.kind == store::AgentCallKind::timer && call.state == store::AgentCallState::begun &&
                             call.began_at >= run.started_at;
        const Json input = is_wait ? stored(call.input) : Json();
        if (!input.is_object()) continue;
        constexpr double longest = 1e10;
        const double seconds = std::clamp(input.value("seconds", 0.0), 0.0, longest);
        const std::int64_t end = call.began_at + static_cast<std::int64_t>(std::ceil(seconds));
        first = std::min(first.value_or(end), end);
    }
    return first;
}

Error stored_error(const std::string& text) {
    const nlohmann::json kept = parse_bounded_json(text);
    if (!kept.is_object()) return {ErrorCode::failed, "the run failed"};
    Error error(static_cast<ErrorCode>(kept.value("code", 1)), kept.value("message", "the run failed"),
                kept.value("hint", ""));
    for (const nlohmann::json& cause : kept.value("causes", nlohmann::json::array())) {
        if (cause.is_string()) error = std::move(error).because(cause.get<std::string>());
    }
    return error;
}

Json agent_listed_run_json(const store::AgentRun& run) {
    return {{"run", run.id},
            {"thread", run.thread},
            {"agent", run.agent},
            {"state", store::agent_run_state_name(run.state)},
            {"started_at", utc_time(run.started_at)},
            {"ended_at", run.ended_at ? Json(utc_time(*run.ended_at)) : Json()},
            {"calls", run.calls},
            {"tokens", run.tokens},
            {"cost", run.cost},
            {"file", run.file}};
}

std::vector<AgentNodeCost> agent_node_costs(std::span<const store::AgentCall> calls) {
    std::map<std::string, AgentNodeCost> nodes;
    for (const store::AgentCall& call : calls) {
        if (call.kind == store::AgentCallKind::timer) continue;
        const std::string node = call.task.substr(0, call.task.find('#'));
        AgentNodeCost& cost = nodes[node];
        cost.node = node;
        ++cost.calls;
        cost.tokens += call.tokens;
        cost.cost += call.cost;
        const bool works = call.kind == store::AgentCallKind::model || call.kind == store::AgentCallKind::tool;
        if (works && call.ended_at) cost.seconds += std::max<std::int64_t>(0, *call.ended_at - call.began_at);
    }
    std::vector<AgentNodeCost> all;
    for (auto& [node, cost] : nodes) all.push_back(std::move(cost));
    return all;
}

Json agent_call_json(const store::AgentCall& call) {
    return {{"step", call.step},
            {"task", call.task},
            {"number", call.number},
            {"kind", store::agent_call_kind_name(call.kind)},
            {"name", call.name},
            {"state", store::agent_call_state_name(call.state)},
            {"input", stored(call.input)},
            {"result", stored(call.result)},
            {"tokens", call.tokens},
            {"cost", call.cost}};
}

Json agent_run_json(const AgentRunView& view) {
    Json json = {{"schema", "quarry.agent.run/1"}};
    json.update(agent_listed_run_json(view.run));
    json["step"] = view.step ? Json(*view.step) : Json();
    const Json waiting = stored(view.run.waiting);
    json["waiting"] = waiting.is_array() ? waiting : Json::array();
    const auto wakes_at = agent_wakes_at(view.run, view.calls);
    json["wakes_at"] = wakes_at ? Json(utc_time(*wakes_at)) : Json();
    json["output"] = view.output.is_null() ? stored(view.run.result) : Json(view.output);
    json["values"] = Json(view.values);
    json["error"] = error_or_null(view.run.error);
    json["next"] = Json::array();
    for (const agent::ReadyNode& node : view.next) json["next"].push_back(node.path);
    json["nodes"] = Json::array();
    for (const AgentNodeCost& one : agent_node_costs(view.calls)) {
        json["nodes"].push_back({{"node", one.node},
                                 {"calls", one.calls},
                                 {"tokens", one.tokens},
                                 {"cost", one.cost},
                                 {"seconds", one.seconds}});
    }
    json["journal"] = Json::array();
    for (const store::AgentCall& call : view.calls) json["journal"].push_back(agent_call_json(call));
    return json;
}

Json agent_runs_json(std::span<const store::AgentRun> runs) {
    Json json = {{"schema", "quarry.agent.ls/1"}, {"runs", Json::array()}};
    for (const store::AgentRun& run : runs) json["runs"].push_back(agent_listed_run_json(run));
    return json;
}

Json agent_threads_json(std::span<const store::AgentThread> threads) {
    Json json = {{"schema", "quarry.agent.threads/1"}, {"threads", Json::array()}};
    for (const store::AgentThread& one : threads) json["threads"].push_back(agent_thread_json(one));
    return json;
}

Json agent_thread_json(const store::AgentThread& thread) {
    return {{"thread", thread.name},
            {"agent", thread.agent},
            {"steps", thread.steps},
            {"created_at", utc_time(thread.created_at)},
            {"forked_from", thread.forked_from.empty() ? Json() : Json(thread.forked_from)},
            {"forked_step", thread.forked_from.empty() ? Json() : Json(thread.forked_step)}};
}

Json agent_state_json(const std::string& thread, const agent::Checkpoint& at) {
    Json next = Json::array();
    for (const agent::ReadyNode& node : at.position.ready) next.push_back(node.path);
    return {{"schema", "quarry.agent.state/1"},
            {"thread", thread},
            {"step", at.number},
            {"values", Json(at.values)},
            {"next", std::move(next)}};
}

Json agent_diff_json(const std::string& thread, const agent::Checkpoint& from, const agent::Checkpoint& to) {
    nlohmann::json all = from.values;
    all.update(to.values);
    Json changes = Json::array();
    for (const auto& [name, unused] : all.items()) {
        const nlohmann::json before = from.values.value(name, nlohmann::json());
        const nlohmann::json after = to.values.value(name, nlohmann::json());
        if (before != after) changes.push_back({{"channel", name}, {"before", Json(before)}, {"after", Json(after)}});
    }
    return {{"schema", "quarry.agent.diff/1"},
            {"thread", thread},
            {"from", from.number},
            {"to", to.number},
            {"changes", std::move(changes)}};
}

Json agent_history_json(const std::string& thread, std::span<const store::AgentStep> steps) {
    Json json = {{"schema", "quarry.agent.history/1"}, {"thread", thread}, {"steps", Json::array()}};
    for (const store::AgentStep& step : steps) {
        const Json position = stored(step.position);
        Json next = Json::array();
        if (position.is_object() && position.contains("ready")) {
            for (const Json& one : position["ready"]) next.push_back(one.at(0));
        }
        json["steps"].push_back({{"step", step.number},
                                 {"run", step.run_id},
                                 {"at", utc_time(step.at)},
                                 {"nodes", step.nodes},
                                 {"next", next},
                                 {"changes", step.is_whole ? Json() : stored(step.delta)}});
    }
    return json;
}

}  // namespace quarry::wire
