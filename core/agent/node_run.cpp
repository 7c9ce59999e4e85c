// Runs one node of a step.
#include "core/agent/node_run.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "core/agent/function_call.h"
#include "core/agent/journalled.h"
#include "core/agent/model_node.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds between_wait_looks{20};
constexpr std::int64_t retry_place = 1;  // behind `wait`, which is at 1

/// The property of a call's schema, from the node's input or the state.
json argument_of(const NodeTask& task, const std::string& name) {
    if (name == "node_input" || (name == "input" && !task.input.is_object())) return task.input;
    if (task.input.is_object() && task.input.contains(name)) return task.input[name];
    return task.scope.value(name, json());
}

json arguments_of(const NodeTask& task, const llm::ChatTool& tool) {
    json arguments = json::object();
    if (!task.node->args.empty()) {
        for (const auto& [name, value] : task.node->args) arguments[name] = value.value(task.scope);
        return arguments;
    }
    const json schema = parse_bounded_json(tool.parameters);
    const json properties = schema.is_object() ? schema.value("properties", json::object()) : json::object();
    for (const auto& [name, property] : properties.items()) {
        json value = argument_of(task, name);
        if (!value.is_null()) arguments[name] = std::move(value);
    }
    return arguments;
}

/// A function may say more than its output: {"output": …, "route": …, "state": {…}}.
void take_output(const NodeTask& task, json value, NodeResult& result) {
    bool is_reply = value.is_object() && !value.empty();
    for (const auto& [name, part] : value.items()) {
        is_reply = is_reply && (name == "output" || (name == "route" && part.is_string()) || (name == "state" && part.is_object()));
    }
    if (!is_reply || !value.is_object()) {
        result.outcome.output = std::move(value);
        return;
    }
    result.outcome.output = value.value("output", json());
    if (value.contains("route")) result.outcome.route = value["route"].get<std::string>();
    for (const auto& [channel, written] : value.value("state", json::object()).items()) {
        result.writes.push_back({channel, written, task.path});
    }
}

void run_call(const NodeTask& task, const NodeContext& context, Journal::Task& journal, NodeResult& result) {
    const Definition& node = *task.node;
    const auto arguments = [&](const llm::ChatTool& tool) { return arguments_of(task, tool); };
    take_output(task, call_function(node.code, node.place, node, arguments, context, journal), result);
}

void ask_person(const NodeTask& task, Journal::Task& journal, NodeResult& result) {
    const Interrupt& interrupt = *task.node->interrupt;
    result.outcome.output = journal.ask(store::AgentCallKind::question,
                                        {.kind = PersonRequest::Kind::question,
                                         .question = expand_template(interrupt.question, task.scope),
                                         .schema = interrupt.schema,
                                         .description = task.node->description});
}

/// Asks whether a node may begin, or its results may stay. Throws Error(failed) when they may not.
void confirm(const NodeTask& task, Journal::Task& journal, std::string_view what, const json& about) {
    const Interrupt& interrupt = *task.node->interrupt;
    const std::string question = interrupt.question.empty()
                                     ? fmt::format("May the run go on {} {}?", what, task.path)
                                     : expand_template(interrupt.question, task.scope);
    const json answer = journal.ask(store::AgentCallKind::approval,
                                    {.kind = PersonRequest::Kind::approval,
                                     .question = question,
                                     .schema = {{"type", "boolean"}},
                                     .description = about.is_string() ? about.get<std::string>() : about.dump()});
    if (answer.is_boolean() && answer.get<bool>()) return;
    throw Error(ErrorCode::failed, fmt::format("the run does not go on {} {}", what, task.path)).because("a person said no");
}

NodeResult run_once(const NodeTask& task, const NodeContext& context, Journal::Task& journal) {
    const Definition& node = *task.node;
    const auto asks = [&](Interrupt::When when) { return node.interrupt && node.interrupt->when == when; };
    if (asks(Interrupt::When::before)) confirm(task, journal, "with", task.input);
    NodeResult result;
    using When = Callback::When;
    json early = run_callbacks(node, When::before_agent,
                               {{"agent", node.name}, {"input", task.input}, {"state", task.scope}}, context, journal);
    if (!early.is_null()) {
        result.outcome.output = std::move(early);
    } else if (asks(Interrupt::When::ask)) {
        ask_person(task, journal, result);
    } else if (node.kind == NodeKind::llm) {
        result = run_model_node(task, context, journal);
    } else if (!node.code.empty()) {
        run_call(task, context, journal, result);
    } else {
        result.outcome.output = task.input;
    }
    json late = run_callbacks(node, When::after_agent, {{"agent", node.name}, {"output", result.outcome.output}}, context,
                              journal);
    if (!late.is_null()) result.outcome.output = std::move(late);
    if (asks(Interrupt::When::after)) confirm(task, journal, "behind", result.outcome.output);
    return result;
}

}  // namespace

std::string expand_template(std::string_view text, const json& state) {
    std::string expanded;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        expanded += text.substr(at, open == std::string_view::npos ? open : open - at);
        if (close == std::string_view::npos) {
            if (open != std::string_view::npos) expanded += text.substr(open);
            break;
        }
        std::string_view name = trim(text.substr(open + 1, close - open - 1));
        const bool is_optional = name.ends_with('?');
        if (is_optional) name.remove_suffix(1);
        const auto is_word = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        };
        std::string_view key = name;  // ADK's app:, user: and temp: are parts of the name
        for (const std::string_view prefix : {"app:", "user:", "temp:"}) {
            if (key.starts_with(prefix)) key.remove_prefix(prefix.size());
        }
        const bool is_name = !key.empty() && !(key.front() >= '0' && key.front() <= '9') &&
                             std::ranges::all_of(key, is_word);
        if (!is_name) {
            expanded += text.substr(open, 1);
            at = open + 1;
            continue;
        }
        const auto found = state.find(std::string(name));
        if (found == state.end() && !is_optional) {
            throw Error(ErrorCode::failed, fmt::format("the state has no {}, which a text of the agent names", name),
                        fmt::format("write {{{}?}} where it may be missing", name));
        }
        if (found != state.end() && !found->is_null()) {
            expanded += found->is_string() ? found->get<std::string>()
                                           : found->dump(-1, ' ', false, json::error_handler_t::replace);
        }
        at = close + 1;
    }
    return expanded;
}

void wait_for(Journal::Task& journal, std::string_view what, std::int64_t place, double seconds,
              const Cancellation& cancellation) {
    if (seconds <= 0) return;
    const double left = journal.time_left(what, place, seconds);
    // By a clock that nobody sets, as long as this process lives.
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(left);
    while (std::chrono::steady_clock::now() < until) {
        cancellation.check();
        std::this_thread::sleep_for(between_wait_looks);
    }
    journal.end_wait(what, place);
}

NodeResult run_node(const NodeTask& task, const NodeContext& context, Journal::Task& journal) {
    const Definition& node = *task.node;
    for (int attempt = 1;; ++attempt) {
        try {
            NodeResult result = run_once(task, context, journal);
            if (!node.output_key.empty() && !result.outcome.output.is_null()) {
                result.writes.push_back({node.output_key, result.outcome.output, task.path});
            }
            json scope = task.scope;
            scope["output"] = result.outcome.output;
            for (const auto& [channel, value] : node.set) {
                result.writes.push_back({channel, value.value(scope), task.path});
            }
            if (node.route) {
                const json route = node.route->value(scope);
                result.outcome.route = route.is_string() ? route.get<std::string>() : route.dump();
            }
            return result;
        } catch (const BudgetSpent& spent) {
            throw Error(spent.error);
        } catch (const Error& error) {
            const bool is_final = error.code() == ErrorCode::interrupted || error.code() == ErrorCode::usage ||
                                  error.code() == ErrorCode::locked || error.code() == ErrorCode::budget_exceeded;
            if (is_final || attempt >= node.attempts) throw;
            context.events("retry", {{"node", task.name}, {"error", error.what()}});
        }
        wait_for(journal, "retry", retry_place + attempt, node.retry_delay * attempt, context.cancellation);
    }
}

}  // namespace quarry::agent
