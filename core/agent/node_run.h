#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/agent/channel.h"
#include "core/agent/definition.h"
#include "core/agent/environment.h"
#include "core/agent/flow.h"
#include "core/agent/journal.h"
#include "core/base/cancel.h"

namespace quarry::agent {

/// Something that happened in a run: "run", "step", "values", "text", "call",
/// "result", "retry".
using EventSink = std::function<void(std::string_view name, const nlohmann::json& data)>;

/// One execution of a node.
struct NodeTask {
    std::string path{};            ///< Of the node.
    std::string name{};            ///< The same, and what is behind it in a map: "root/reader#2".
    const Definition* node = nullptr;
    nlohmann::json scope{};        ///< The state, with node_input, and the map's item.
    nlohmann::json input{};
    std::vector<std::pair<std::string, std::string>> transfers{};  ///< Agents that may go on, with descriptions.
};

struct NodeResult {
    Outcome outcome{};
    std::vector<Write> writes{};
};

/// What nodes run with. Borrowed; used by several threads at once.
struct NodeContext {
    const AgentFile& agent;
    Environment& environment;
    const Cancellation& cancellation;
    const EventSink& events;  ///< Called by several threads at once.
    std::string run_id{};
};

/// The budgets that hold over the nodes that are ready, but for those of the nodes themselves. Borrows the journal.
class Accounts {
public:
    /// `prefix` goes before their paths: those of an agent as a tool are below the node that calls it.
    Accounts(Journal& journal, const Flow& flow, const Position& position, const std::string& prefix = {});
    /// What was spent, of what goes on.
    void add_to(Position& position) const;

private:
    const std::size_t prefix_;
    std::list<Account> open_;
};

/// Runs a node, after its `wait`, within its `timeout` and its `budget`: whatever it calls goes through its journal.
/// Throws Error, WaitsForPerson, WaitsForTime and BudgetSpent.
[[nodiscard]] NodeResult run_node(const NodeTask& task, const NodeContext& context, Journal::Task& journal);

/// Waits so many seconds from when this began first, in whichever process that was. Throws Error(interrupted).
void wait_for(Journal::Task& journal, std::string_view what, std::int64_t place, double seconds,
              const Cancellation& cancellation);

/// `text` with `{name}` replaced by what the state holds; `{name?}` may be missing. Other braces stay. Throws
/// Error(failed) for a name that the state does not have.
[[nodiscard]] std::string expand_template(std::string_view text, const nlohmann::json& state);

}  // namespace quarry::agent
