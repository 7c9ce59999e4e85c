// Agents within a task of another one.
#include "core/agent/inner_run.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>
#include <vector>

#include "core/agent/flow.h"
#include "core/base/error.h"

namespace quarry::agent {
namespace {

using nlohmann::json;

constexpr int most_inner_steps = 1000;

json inner_state(const json& scope, const std::string& request) {
    json state = scope;
    for (const char* const own : {"node_input", "item", "output"}) state.erase(own);
    state["input"] = request;
    state["messages"] = json::array({{{"role", "user"}, {"content", request}}});
    return state;
}

/// A budget of the inner agent ends it, and the agent that asked it is told. One around both ends that one too.
NodeResult run_inner_node(const NodeTask& task, const NodeContext& context, Journal::Task& journal,
                          const std::string& prefix) {
    try {
        return run_node(task, context, journal);
    } catch (const BudgetSpent& spent) {
        if (spent.account.starts_with(prefix)) throw Error(spent.error);
        throw;
    }
}

}  // namespace

json run_inner_agent(std::size_t definition, const std::string& request, const json& scope, const NodeContext& context,
                     Journal::Task& journal) {
    AgentFile inner = context.agent;
    inner.root = definition;
    const Flow flow(inner);
    const std::string prefix = journal.account() + ">";
    const NodeContext own{inner, context.environment, context.cancellation, context.events, context.run_id};
    json state = inner_state(scope, request);
    Position position = flow.start(state, request);
    for (int steps = 0; !position.has_ended; ++steps) {
        if (steps == most_inner_steps) {
            throw Error(ErrorCode::failed, fmt::format("{} made {} steps without an end", inner.top().name, steps));
        }
        std::vector<Outcome> outcomes;
        std::vector<Write> writes;
        const Accounts accounts(journal.journal(), flow, position, prefix);
        for (const ReadyNode& ready : position.ready) {
            const Definition& node = flow.definition(ready.path);
            if (node.map) {
                throw Error(ErrorCode::usage, fmt::format("{}: map is not run in an AgentTool", node.place.text()));
            }
            NodeTask task{.path = ready.path,
                          .name = journal.name(),
                          .node = &node,
                          .scope = state,
                          .input = ready.input,
                          .transfers = flow.transfer_targets(ready.path)};
            task.scope["node_input"] = ready.input;
            const Journal::Task::CountFor counted(journal, prefix + ready.path);
            NodeResult result = run_inner_node(task, own, journal, prefix);
            outcomes.push_back(std::move(result.outcome));
            writes.insert(writes.end(), std::make_move_iterator(result.writes.begin()),
                          std::make_move_iterator(result.writes.end()));
        }
        static_cast<void>(inner.channels.apply(state, writes));
        accounts.add_to(position);
        position = flow.advance(position, outcomes, state);
    }
    return position.output;
}

}  // namespace quarry::agent
