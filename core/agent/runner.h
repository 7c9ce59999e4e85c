#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/agent/definition.h"
#include "core/agent/environment.h"
#include "core/agent/flow.h"
#include "core/agent/journal.h"
#include "core/agent/node_run.h"
#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/store/checkpoint_repository.h"

namespace quarry::agent {

struct RunnerOptions {
    std::int64_t max_steps = 1000;   ///< Of one run: a cycle without an end is an error then.
    std::size_t threads = 8;         ///< For the nodes of a step.
    std::int64_t whole_every = 50;   ///< Steps between two that are kept whole.
    bool tells_values = false;       ///< The whole state goes to the events after each step: "values".
    bool replays = false;            ///< Calls of every step are in the journal already.
    bool only_begins = false;        ///< `begin` keeps the input and goes no further: another process goes on.
    /// Seconds that a run waits in its thread. One that has to wait longer is let go of, and is left when the time has
    /// come: its lease ends then.
    double longest_wait = std::numeric_limits<double>::infinity();
    Now now{};                       ///< Seconds since 1970.
    const KillPoints* kill = nullptr;
};

/// How a run stopped.
struct RunOutcome {
    store::AgentRunState state = store::AgentRunState::done;
    nlohmann::json output{};               ///< When it is done.
    std::vector<PersonRequest> waiting{};  ///< When it waits.
    std::optional<Error> error{};          ///< When it failed.
    /// When it is running, and let go of: the time of the next thing that it waits for, in seconds since 1970.
    std::optional<std::int64_t> wakes_at{};
    std::int64_t step = 0;                 ///< The last one that is kept.
    nlohmann::json values{};               ///< The state after it.
};

/// How long a lease lasts without being renewed, in seconds.
inline constexpr std::int64_t lease_seconds = 60;
/// How often others go on with a run whose process ended before the run went forward (AgentRun::attempts).
inline constexpr int most_attempts = 5;

/// Runs an agent in supersteps: the nodes that are ready run side by side, their writes are applied in the order of
/// their paths, and one transaction keeps the step. The agent, the environment and the repository are borrowed; the
/// repository is used by this alone while a run goes on. One run at a time.
class Runner {
public:
    /// Throws Error(usage) for a graph that cannot be run.
    Runner(const AgentFile& agent, Environment& environment, store::CheckpointRepository& repository,
           RunnerOptions options);

    /// Begins a run that its holder has added: the input is the first step. `input` is a text or an object, whose
    /// members are written to the channels of their names.
    [[nodiscard]] RunOutcome begin(const store::RunHolder& holder, const nlohmann::json& input, const EventSink& events,
                                   const Cancellation& cancellation);
    /// Goes on with a run that its holder has taken. Throws Error(interrupted) on cancellation, when the run can be
    /// gone on with; Error(locked) when another process has taken it.
    [[nodiscard]] RunOutcome go_on(const store::RunHolder& holder, const EventSink& events,
                                   const Cancellation& cancellation);

    [[nodiscard]] const Flow& flow() const noexcept { return flow_; }

private:
    struct State;
    struct TaskEnd;

    /// Does what a run has to do, and notes what became of the run. What ends it without an end goes out.
    RunOutcome settled(State& state, const std::function<void(RunOutcome& outcome)>& work) const;
    void first_step(State& state, const nlohmann::json& input, const EventSink& events) const;
    void run(State& state, const EventSink& events, const Cancellation& cancellation, RunOutcome& outcome);
    bool step(State& state, const NodeContext& context, RunOutcome& outcome);
    [[nodiscard]] std::vector<NodeTask> tasks_of(const State& state) const;
    [[nodiscard]] std::vector<TaskEnd> run_tasks(const std::vector<NodeTask>& tasks, const NodeContext& context,
                                                 Journal& journal) const;
    void keep(State& state, std::int64_t number, const nlohmann::json& delta, const std::string& nodes,
              const EventSink& events) const;

    const AgentFile& agent_;
    Environment& environment_;
    store::CheckpointRepository& repository_;
    const RunnerOptions options_;
    const Flow flow_;
};

/// The state of a thread after a step, with where the run was. Nothing for a step that is not kept.
struct Checkpoint {
    std::int64_t number = 0;
    nlohmann::json values = nlohmann::json::object();
    Position position{};
};
[[nodiscard]] std::optional<Checkpoint> read_checkpoint(store::CheckpointRepository& repository, std::int64_t thread,
                                                        std::int64_t number);

}  // namespace quarry::agent
