// Runs one node of a step.
#include "core/agent/node_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <set>
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
constexpr std::chrono::milliseconds between_looks{10};
constexpr std::int64_t wait_place = 1;  // those of retries are behind it

/// Cancels a node when its time is over, or the run is cancelled. What was worked on it in another process counts. A
/// wait, such as before a retry, does not, whether this process waits or lets go of the run.
class Deadline {
public:
    Deadline(double seconds, const Journal::Task& task, const Cancellation& run)
        : thread_([this, seconds, &task, before = task.worked(), &run] {
              std::chrono::duration<double> here{0};
              for (auto last = std::chrono::steady_clock::now(); !ended_;) {
                  const auto now = std::chrono::steady_clock::now();
                  if (!task.waits()) here += now - last;
                  last = now;
                  if (here.count() + task.worked() - before >= seconds) timed_out_ = true;
                  if (timed_out_ || run.cancelled()) return own_.cancel();
                  std::this_thread::sleep_for(between_looks);
              }
          }) {}
    ~Deadline() {
        ended_ = true;
        thread_.join();
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    [[nodiscard]] const Cancellation& own() const noexcept { return own_; }
    [[nodiscard]] const std::atomic<bool>& timed_out() const noexcept { return timed_out_; }

private:
    Cancellation own_;
    std::atomic<bool> timed_out_{false}, ended_{false};
    std::thread thread_;
};

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

void run_call(const NodeTask& task, const NodeContext& context, Journal::Task& journal, NodeResult& result) {
    const Definition& node = *task.node;
    const auto arguments = [&](const llm::ChatTool& tool) { return arguments_of(task, tool); };
    FunctionReply reply = function_reply(call_function(node.code, node.place, arguments, context, journal));
    result.outcome.output = std::move(reply.output);
    result.outcome.route = std::move(reply.route);
    for (const auto& [channel, value] : reply.state.items()) result.writes.push_back({channel, value, task.path});
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

/// Runs the agent's callbacks of a moment. What one says is a message of the agent's too; null where none says
/// anything.
json run_agent_callbacks(const NodeTask& task, Callback::When when, json about, const NodeContext& context,
                         Journal::Task& journal, NodeResult& result) {
    const std::string& name = task.node->name;
    about["agent"] = name;
    std::vector<std::pair<std::string, json>> state;
    json said = run_callbacks(*task.node, when, about, context, journal, &state);
    for (const auto& [channel, value] : state) result.writes.push_back({channel, value, task.path});
    if (said.is_null()) return said;
    const std::string text = said.is_string() ? said.get<std::string>() : said.dump();
    result.writes.push_back({"messages", {{"role", "assistant"}, {"name", name}, {"content", text}}, task.path});
    return said;
}

/// The node itself, without what is around it.
void act(const NodeTask& task, const NodeContext& context, Journal::Task& journal, NodeResult& result) {
    const Definition& node = *task.node;
    if (node.interrupt && node.interrupt->when == Interrupt::When::ask) {
        ask_person(task, journal, result);
    } else if (node.kind == NodeKind::llm) {
        NodeResult said = run_model_node(task, context, journal);
        result.outcome = std::move(said.outcome);
        std::ranges::move(said.writes, std::back_inserter(result.writes));
    } else if (!node.code.empty()) {
        run_call(task, context, journal, result);
    } else {
        result.outcome.output = task.input;
    }
    if (!node.output_key.empty() && !result.outcome.output.is_null() && !result.outcome.transfer) {
        result.writes.push_back({node.output_key, result.outcome.output, task.path});
    }
}

NodeResult run_once(const NodeTask& task, const NodeContext& context, Journal::Task& journal) {
    const Definition& node = *task.node;
    const auto asks = [&](Interrupt::When when) { return node.interrupt && node.interrupt->when == when; };
    if (asks(Interrupt::When::before)) confirm(task, journal, "with", task.input);
    NodeResult result;
    using When = Callback::When;
    json early = run_agent_callbacks(task, When::before_agent, {{"input", task.input}, {"state", task.scope}}, context,
                                     journal, result);
    result.outcome.is_reply = !early.is_null();
    if (result.outcome.is_reply) {
        result.outcome.output = std::move(early);
    } else {
        NodeTask own = task;
        static_cast<void>(context.agent.channels.apply(own.scope, result.writes));
        act(own, context, journal, result);
        json late =
            run_agent_callbacks(task, When::after_agent, {{"output", result.outcome.output}}, context, journal, result);
        if (!late.is_null()) result.outcome.output = std::move(late);
    }
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
    const Journal::Task::Waiting waiting(journal);
    // By a clock that nobody sets, as long as this process lives.
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(left);
    while (std::chrono::steady_clock::now() < until) {
        cancellation.check();
        std::this_thread::sleep_for(between_wait_looks);
    }
    journal.end_wait(what, place);
}

namespace {

NodeResult run_attempts(const NodeTask& task, const NodeContext& context, Journal::Task& journal, std::int64_t timers) {
    const Definition& node = *task.node;
    for (int attempt = 1;; ++attempt) {
        try {
            NodeResult result = run_once(task, context, journal);
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
        } catch (const Error& error) {
            const bool is_final = leaves_run(error.code()) || error.code() == ErrorCode::usage ||
                                  error.code() == ErrorCode::budget_exceeded;
            if (is_final || attempt >= node.attempts) throw;
            context.cancellation.check();  // after its timeout it is not tried again
            context.events("retry", {{"node", task.name}, {"error", error.what()}});
        }
        wait_for(journal, "retry", timers + wait_place + attempt, node.retry_delay * attempt, context.cancellation);
    }
}

}  // namespace

NodeResult run_node(const NodeTask& task, const NodeContext& context, Journal::Task& journal) {
    const Definition& node = *task.node;
    const std::int64_t timers = journal.next_timers();
    wait_for(journal, "wait", timers + wait_place, node.wait, context.cancellation);
    const Account own(journal.journal(), journal.account(), node.budget);
    if (node.timeout <= 0) return run_attempts(task, context, journal, timers);
    const Deadline deadline(node.timeout, journal, context.cancellation);
    const Journal::Task::TimeLimit limit(journal, deadline.timed_out());
    const NodeContext within{context.agent, context.environment, deadline.own(), context.events, context.run_id};
    try {
        return run_attempts(task, within, journal, timers);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::interrupted || !deadline.timed_out()) throw;
        throw Error(ErrorCode::failed, fmt::format("{} took longer than {} s", journal.account(), node.timeout));
    }
}

Accounts::Accounts(Journal& journal, const Flow& flow, const Position& position, const std::string& prefix)
    : prefix_(prefix.size()) {
    std::set<std::string> seen;
    for (const ReadyNode& ready : position.ready) {
        for (std::size_t end = ready.path.find('/'); end != std::string::npos; end = ready.path.find('/', end + 1)) {
            const std::string path = ready.path.substr(0, end);
            const Budget& budget = flow.definition(path).budget;
            if (!budget.is_limited() || !seen.insert(path).second) continue;
            const auto before = position.spent.find(path);
            open_.emplace_back(journal, prefix + path, budget,
                               before == position.spent.end() ? Spent{} : before->second);
        }
    }
}

void Accounts::add_to(Position& position) const {
    for (const Account& one : open_) position.spent[one.path().substr(prefix_)] = one.spent();
}

}  // namespace quarry::agent
