// Supersteps.
#include "core/agent/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using store::AgentRunState;

constexpr std::chrono::seconds between_renewals{15};

std::string dumped_json(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// Renews a run's lease beside the work, however long a call takes.
class LeaseKeeper {
public:
    LeaseKeeper(Journal& journal) : journal_(journal), thread_([this] { work(); }) {}
    ~LeaseKeeper() {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    LeaseKeeper(const LeaseKeeper&) = delete;
    LeaseKeeper& operator=(const LeaseKeeper&) = delete;

private:
    void work() {
        std::unique_lock lock(mutex_);
        while (!changed_.wait_for(lock, between_renewals, [this] { return stopped_; })) {
            try {
                const std::lock_guard repository(journal_.mutex());
                journal_.repository().renew(journal_.holder(), journal_.now() + lease_seconds);
            } catch (const Error&) {
                // The next write of the run finds out.
            }
        }
    }

    Journal& journal_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
    std::thread thread_;
};

/// The results of a map's tasks as one.
void join_map(NodeResult& to, NodeResult from) {
    if (!to.outcome.output.is_array()) to.outcome.output = json::array();
    to.outcome.output.push_back(std::move(from.outcome.output));
    to.outcome.escalates = to.outcome.escalates || from.outcome.escalates;
    if (from.outcome.route) to.outcome.route = from.outcome.route;
    to.writes.insert(to.writes.end(), std::make_move_iterator(from.writes.begin()),
                     std::make_move_iterator(from.writes.end()));
}

/// Whether a step waits for a person or a time, which `outcome` then says. Throws what a task of it failed with.
template <typename Ends>
bool has_to_wait(const Ends& ends, RunOutcome& outcome) {
    for (const auto& end : ends) {
        if (end.error) throw Error(*end.error);
        if (end.waiting) outcome.waiting.push_back(*end.waiting);
        if (end.wakes_at) outcome.wakes_at = std::min(outcome.wakes_at.value_or(*end.wakes_at), *end.wakes_at);
    }
    if (outcome.waiting.empty() && !outcome.wakes_at) return false;
    outcome.state = outcome.waiting.empty() ? AgentRunState::running : AgentRunState::waiting;
    if (!outcome.waiting.empty()) outcome.wakes_at.reset();  // the time goes on meanwhile
    return true;
}

}  // namespace

struct Runner::State {
    explicit State(Journal& run_journal) : journal(run_journal) {}

    Journal& journal;
    Checkpoint at{};
    std::int64_t steps = 0;      ///< Of this run, in this process.
    bool may_have_calls = true;  ///< The next step may have been begun before.
    std::int64_t last_whole = 0;
};

struct Runner::TaskEnd {
    NodeResult result{};
    std::optional<PersonRequest> waiting{};
    std::optional<std::int64_t> wakes_at{};
    std::optional<Error> error{};
    std::exception_ptr other{};  ///< What is neither.
};

Runner::Runner(const AgentFile& agent, Environment& environment, store::CheckpointRepository& repository,
               RunnerOptions options)
    : agent_(agent),
      environment_(environment),
      repository_(repository),
      options_(std::move(options)),
      flow_(agent) {}

std::optional<Checkpoint> read_checkpoint(store::CheckpointRepository& repository, std::int64_t thread,
                                          std::int64_t number) {
    const std::vector<store::AgentStep> steps = repository.steps_for(thread, number);
    if (steps.empty() || steps.back().number != number) return std::nullopt;
    Checkpoint checkpoint{.number = number};
    for (const store::AgentStep& step : steps) {
        const json delta = parse_bounded_json(step.delta);
        if (!delta.is_object()) throw Error(ErrorCode::failed, "a checkpoint of the run is damaged");
        apply_delta(checkpoint.values, delta);
    }
    checkpoint.position = Position::from_json(parse_bounded_json(steps.back().position));
    return checkpoint;
}

void Runner::keep(State& state, std::int64_t number, const json& delta, const std::string& nodes,
                  const EventSink& events) const {
    const bool is_whole = number == 0 || number - state.last_whole >= options_.whole_every;
    json whole = json::object();
    if (is_whole) {
        for (const auto& [name, value] : state.at.values.items()) whole[name] = {{"=", value}};
        state.last_whole = number;
    }
    const store::AgentStep step{.number = number,
                                .run_id = state.journal.holder().run_id,
                                .at = state.journal.now(),
                                .is_whole = is_whole,
                                .delta = dumped_json(is_whole ? whole : delta),
                                .position = dumped_json(state.at.position.to_json()),
                                .nodes = nodes};
    if (options_.kill != nullptr && options_.kill->at_step) options_.kill->at_step("computed", number);
    {
        const std::lock_guard lock(state.journal.mutex());
        repository_.add_step(state.journal.holder(), step, dumped_json({{"step", number}, {"nodes", nodes}}));
    }
    state.at.number = number;
    if (options_.kill != nullptr && options_.kill->at_step) options_.kill->at_step("committed", number);
    events("step", {{"step", number}, {"nodes", nodes}, {"changes", delta}});
    if (options_.tells_values) events("values", state.at.values);
}

void Runner::first_step(State& state, const json& input, const EventSink& events) const {
    const store::RunHolder& holder = state.journal.holder();
    const std::optional<store::AgentStep> last = repository_.last_step(holder.thread_id);
    json first = input;
    std::vector<Write> writes;
    if (input.is_object()) {
        for (const auto& [name, value] : input.items()) writes.push_back({name, value, "input"});
        first = input.value("input", input);
    } else {
        writes.push_back({"input", input, "input"});
    }
    if (first.is_string()) writes.push_back({"messages", {{"role", "user"}, {"content", first}}, "input"});
    std::int64_t number = 0;
    state.at.values = agent_.channels.initial_state();
    if (last) {
        number = last->number + 1;
        state.at.values = read_checkpoint(repository_, holder.thread_id, last->number).value().values;
        state.last_whole = number - options_.whole_every;
    }
    const json delta = agent_.channels.apply(state.at.values, writes);
    state.at.position = flow_.start(state.at.values, first);
    keep(state, number, delta, "", events);
    state.may_have_calls = false;
}

RunOutcome Runner::begin(const store::RunHolder& holder, const json& input, const EventSink& events,
                         const Cancellation& cancellation) {
    Journal journal(repository_, holder, options_.now, options_.kill);
    if (options_.replays) journal.skip_waits();
    State state(journal);
    return settled(state, [&](RunOutcome& outcome) {
        first_step(state, input, events);
        if (options_.only_begins) {
            outcome.state = AgentRunState::running;
        } else {
            run(state, events, cancellation, outcome);
        }
    });
}

RunOutcome Runner::go_on(const store::RunHolder& holder, const EventSink& events, const Cancellation& cancellation) {
    Journal journal(repository_, holder, options_.now, options_.kill);
    State state(journal);
    return settled(state, [&](RunOutcome& outcome) {
        const std::optional<store::AgentStep> last = repository_.last_step(holder.thread_id);
        if (!last || last->run_id != holder.run_id) {
            throw Error(ErrorCode::failed, "the run was cut off before its first step",
                        "begin it again: quarry agent run FILE");
        }
        const std::vector<store::AgentStep> steps = repository_.steps_for(holder.thread_id, last->number);
        state.last_whole = steps.empty() ? last->number : steps.front().number;
        state.at = read_checkpoint(repository_, holder.thread_id, last->number).value();
        run(state, events, cancellation, outcome);
    });
}

void Runner::run(State& state, const EventSink& events, const Cancellation& cancellation, RunOutcome& outcome) {
    state.journal.set_longest_wait(options_.longest_wait);
    const LeaseKeeper lease(state.journal);
    const NodeContext context{agent_, environment_, cancellation, events, state.journal.holder().run_id};
    while (step(state, context, outcome)) {
    }
}

RunOutcome Runner::settled(State& state, const std::function<void(RunOutcome& outcome)>& work) const {
    RunOutcome outcome;
    try {
        work(outcome);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) {
            const std::lock_guard lock(state.journal.mutex());
            repository_.end_run(state.journal.holder(), {.state = AgentRunState::running, .at = state.journal.now()});
        }
        if (leaves_run(error.code())) throw;
        outcome.state = AgentRunState::failed;
        outcome.error = error;
    } catch (const std::exception& exception) {
        outcome.state = AgentRunState::failed;
        outcome.error = Error(ErrorCode::failed, exception.what());
    }
    outcome.step = state.at.number;
    outcome.values = std::move(state.at.values);
    if (outcome.wakes_at) {
        repository_.rest(state.journal.holder(), *outcome.wakes_at);
        return outcome;
    }
    if (outcome.state == AgentRunState::running) return outcome;
    store::AgentRunEnd end{.state = outcome.state, .at = state.journal.now()};
    if (outcome.state == AgentRunState::done) end.result = dumped_json(outcome.output);
    if (outcome.error) end.error = dumped_json(error_result(*outcome.error));
    json waiting = json::array();
    for (const PersonRequest& one : outcome.waiting) waiting.push_back(one.to_json());
    if (!waiting.empty()) end.waiting = dumped_json(waiting);
    repository_.end_run(state.journal.holder(), end);
    return outcome;
}

std::vector<NodeTask> Runner::tasks_of(const State& state) const {
    std::vector<NodeTask> tasks;
    for (const ReadyNode& ready : state.at.position.ready) {
        const Definition& node = flow_.definition(ready.path);
        NodeTask task{.path = ready.path,
                      .name = ready.path,
                      .node = &node,
                      .scope = state.at.values,
                      .input = ready.input,
                      .transfers = flow_.transfer_targets(ready.path)};
        task.scope["node_input"] = ready.input;
        if (!node.map) {
            tasks.push_back(std::move(task));
            continue;
        }
        const json list = node.map->over.value(task.scope);
        if (!list.is_array()) {
            throw Error(ErrorCode::failed, fmt::format("{}: map needs a list, and {} is not one", ready.path,
                                                       node.map->over.text()));
        }
        if (static_cast<std::int64_t>(list.size()) > node.map->most) {
            throw Error(ErrorCode::failed, fmt::format("{}: map would run {} times, more than {}", ready.path, list.size(),
                                                       node.map->most),
                        "raise most under map");
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            NodeTask one = task;
            one.name = fmt::format("{}#{}", ready.path, i);
            one.scope[node.map->as] = list[i];
            one.scope["item"] = list[i];
            tasks.push_back(std::move(one));
        }
    }
    return tasks;
}

std::vector<Runner::TaskEnd> Runner::run_tasks(const std::vector<NodeTask>& tasks, const NodeContext& context,
                                               Journal& journal) const {
    std::vector<TaskEnd> ends(tasks.size());
    const auto run_one = [&](std::size_t i) {
        TaskEnd& end = ends[i];
        try {
            Journal::Task calls(journal, tasks[i].name);
            end.result = run_node(tasks[i], context, calls);
        } catch (const BudgetSpent& spent) {
            end.error = spent.error;
        } catch (const Error& error) {
            end.error = error;
        } catch (const WaitsForPerson& waits) {
            end.waiting = waits.request;
        } catch (const WaitsForTime& waits) {
            end.wakes_at = waits.until;
        } catch (...) {
            end.other = std::current_exception();
        }
    };
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < tasks.size(); i = next++) run_one(i);
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < std::min(options_.threads, tasks.size()); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    return ends;
}

bool Runner::step(State& state, const NodeContext& context, RunOutcome& outcome) {
    if (state.at.position.has_ended) {
        outcome.output = state.at.position.output;
        return false;
    }
    if (state.steps++ >= options_.max_steps) {
        throw Error(ErrorCode::failed, fmt::format("the run has made {} steps without an end", options_.max_steps),
                    "a cycle may have no way out; else raise the limit: --max-steps");
    }
    context.cancellation.check();
    const std::int64_t number = state.at.number + 1;
    state.journal.begin_step(number, std::exchange(state.may_have_calls, false) || options_.replays);
    const std::vector<NodeTask> tasks = tasks_of(state);
    const Accounts accounts(state.journal, flow_, state.at.position);
    std::vector<TaskEnd> ends = run_tasks(tasks, context, state.journal);
    for (const TaskEnd& end : ends) {
        if (end.other) std::rethrow_exception(end.other);
    }
    context.cancellation.check();
    if (has_to_wait(ends, outcome)) return false;
    std::vector<Outcome> outcomes;
    std::vector<Write> writes;
    std::string nodes;
    std::size_t at = 0;
    for (const ReadyNode& ready : state.at.position.ready) {
        const Definition& node = flow_.definition(ready.path);
        NodeResult result;
        if (node.map) result.outcome.output = json::array();
        for (; at < tasks.size() && tasks[at].path == ready.path; ++at) {
            if (node.map) {
                join_map(result, std::move(ends[at].result));
            } else {
                result = std::move(ends[at].result);
            }
        }
        if (node.map && !node.output_key.empty()) {
            // Each task wrote its own; together they are one list.
            std::erase_if(result.writes, [&](const Write& one) { return one.channel == node.output_key; });
            result.writes.push_back({node.output_key, result.outcome.output, ready.path});
        }
        nodes += (nodes.empty() ? "" : " ") + ready.path;
        outcomes.push_back(std::move(result.outcome));
        writes.insert(writes.end(), std::make_move_iterator(result.writes.begin()),
                      std::make_move_iterator(result.writes.end()));
    }
    const json delta = agent_.channels.apply(state.at.values, writes);
    accounts.add_to(state.at.position);
    state.at.position = flow_.advance(state.at.position, outcomes, state.at.values);
    keep(state, number, delta, nodes, context.events);
    return true;
}

}  // namespace quarry::agent
