#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::store {

/// A line of steps of an agent, which its runs go on with.
struct AgentThread {
    std::int64_t id = 0;
    std::string principal{}, name{};
    std::string agent{};  ///< The name of the root agent.
    std::int64_t created_at = 0;
    std::string forked_from{};  ///< The name of another thread; empty for none.
    std::int64_t forked_step = 0;
    std::int64_t steps = 0;  ///< That are kept; of a thread in a list.
};

/// How far a run of an agent is. On disk: never renumber.
enum class AgentRunState : int { running = 0, waiting = 1, done = 2, failed = 3, cancelled = 4 };

/// "running", "waiting" …
[[nodiscard]] std::string_view agent_run_state_name(AgentRunState state) noexcept;

struct AgentRun {
    std::string id{};  ///< 32 hex digits, as that of its logged run.
    std::int64_t thread_id = 0;
    std::string thread{}, agent{}, principal{};  ///< Of its thread.
    std::string file{}, digest{};
    AgentRunState state = AgentRunState::running;
    std::string waiting{}, result{}, error{};  ///< JSON, or empty.
    std::string allowed{};                     ///< Names of tools with blanks between.
    std::int64_t started_at = 0;
    std::optional<std::int64_t> ended_at{};
    std::string lease{};           ///< Who works on it; empty for nobody.
    std::int64_t lease_until = 0;  ///< When others may take it.
    std::int64_t tokens = 0, calls = 0;
    double cost = 0;
    int attempts = 0;  ///< How often it was taken since it last went forward: since a step, a call or a wait.
};

struct AgentStep {
    std::int64_t number = 0;
    std::string run_id{};
    std::int64_t at = 0;
    bool is_whole = false;
    std::string delta{}, position{};  ///< JSON.
    std::string nodes{};              ///< Paths with blanks between.
};

/// On disk: never renumber.
enum class AgentCallKind : int { model = 0, tool = 1, question = 2, approval = 3, timer = 4 };
enum class AgentCallState : int { begun = 0, done = 1, failed = 2, again = 3 };

[[nodiscard]] std::string_view agent_call_kind_name(AgentCallKind kind) noexcept;
[[nodiscard]] std::string_view agent_call_state_name(AgentCallState state) noexcept;

/// A call in the journal, by its step, task and number.
struct AgentCall {
    std::int64_t step = 0;
    std::string task{};
    std::int64_t number = 0;
    AgentCallKind kind = AgentCallKind::model;
    std::string name{}, input_hash{}, input{};
    AgentCallState state = AgentCallState::begun;
    std::string result{};
    std::int64_t began_at = 0;
    std::optional<std::int64_t> ended_at{};
    std::int64_t tokens = 0;
    double cost = 0;
};

/// Whose run it is to write to. Each write of a run's holder checks that.
struct RunHolder {
    std::string run_id{};
    std::int64_t thread_id = 0;
    std::string who{};
};

/// What a run becomes when its holder lets go of it.
struct AgentRunEnd {
    AgentRunState state = AgentRunState::done;
    std::string waiting{}, result{}, error{};  ///< JSON, or empty.
    std::int64_t at = 0;
};

/// Threads of agents, their runs, steps and journal. Each call that writes is one transaction, which a killed process
/// leaves done or not begun. Used by one thread at a time. Throws Error(locked, failed); the calls of a run's holder
/// Error(locked) too when the run is another's meanwhile.
class CheckpointRepository {
public:
    virtual ~CheckpointRepository() = default;

    // -- threads
    /// Throws Error(usage) for a name that is taken.
    virtual AgentThread create_thread(const AgentThread& thread) = 0;
    [[nodiscard]] virtual std::optional<AgentThread> find_thread(std::string_view principal, std::string_view name) = 0;
    /// The newest first.
    [[nodiscard]] virtual std::vector<AgentThread> list_threads(std::string_view principal, std::size_t limit) = 0;
    /// With its runs, steps and calls. False when there is none.
    virtual bool remove_thread(std::int64_t id) = 0;

    // -- runs
    /// Adds a run that `run.lease` holds until `run.lease_until`, with its row of the run log and its job. Throws
    /// Error(locked) when a run of its thread has not ended.
    virtual void begin_run(const AgentRun& run) = 0;
    /// By its id, or the beginning of it that no other has. Throws Error(usage) for the beginning of several.
    [[nodiscard]] virtual std::optional<AgentRun> find_run(std::string_view principal, std::string_view id) = 0;
    /// The newest first; of a thread, or of all where that is 0.
    [[nodiscard]] virtual std::vector<AgentRun> list_runs(std::string_view principal, std::int64_t thread,
                                                          std::size_t limit) = 0;
    /// Runs that nobody works on any more, of every principal.
    [[nodiscard]] virtual std::vector<AgentRun> orphans(std::int64_t now) = 0;
    /// Takes a run that nobody holds, and makes it a running one, which is one more attempt; false when another holds
    /// it. Throws Error(locked) when another run of its thread has not ended.
    [[nodiscard]] virtual bool take_run(const RunHolder& holder, std::int64_t now, std::int64_t until) = 0;
    virtual void renew(const RunHolder& holder, std::int64_t until) = 0;
    /// Lets go of a run that others may take from a time on; its attempts are forgotten.
    virtual void rest(const RunHolder& holder, std::int64_t until) = 0;
    /// Notes what became of the run, and lets go of it; its attempts are forgotten.
    virtual void end_run(const RunHolder& holder, const AgentRunEnd& end) = 0;
    /// Ends a run that has not ended, whoever holds it: the holder's next write fails. False when it has ended.
    [[nodiscard]] virtual bool cancel_run(std::string_view run_id, std::int64_t at) = 0;
    /// Notes that the run goes on with files of this digest.
    virtual void set_digest(const RunHolder& holder, std::string_view digest) = 0;

    // -- steps
    /// Adds a step behind the last one, and an event to the run's log; the run's attempts are forgotten.
    virtual void add_step(const RunHolder& holder, const AgentStep& step, std::string_view event) = 0;
    [[nodiscard]] virtual std::optional<AgentStep> last_step(std::int64_t thread) = 0;
    /// The whole state that the step `number` builds on, and all behind it up to that step.
    [[nodiscard]] virtual std::vector<AgentStep> steps_for(std::int64_t thread, std::int64_t number) = 0;
    /// The newest first, below the step `before`.
    [[nodiscard]] virtual std::vector<AgentStep> list_steps(std::int64_t thread, std::int64_t before,
                                                            std::size_t limit) = 0;

    // -- journal
    virtual void begin_call(const RunHolder& holder, const AgentCall& call) = 0;
    /// The run's attempts are forgotten.
    virtual void end_call(const RunHolder& holder, const AgentCall& call) = 0;
    /// Those of a step, in the order of tasks and numbers.
    [[nodiscard]] virtual std::vector<AgentCall> calls(std::int64_t thread, std::int64_t step) = 0;
    /// Adds a call as it was recorded, done.
    virtual void put_recorded(std::int64_t thread, const AgentCall& call) = 0;
    /// A person's word: state and result of a call that nobody makes now. False when it is not begun.
    [[nodiscard]] virtual bool answer_call(std::int64_t thread, const AgentCall& call) = 0;
    /// Failed calls of a step are made again.
    virtual void forget_failed(std::int64_t thread, std::int64_t step) = 0;

    // -- retention
    /// Removes runs that ended before a time, and threads without a run that is younger. Gives how many threads went.
    virtual std::size_t remove_older(std::int64_t before) = 0;
    /// Removes, of each thread, steps behind which more than `keep` follow, but for what those build on. Gives how
    /// many there were.
    virtual std::size_t trim_steps(std::int64_t keep) = 0;
};

}  // namespace quarry::store
