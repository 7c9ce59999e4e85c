#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/agent/definition.h"
#include "core/agent/runner.h"
#include "core/app/agent_environment.h"
#include "core/app/workspace.h"
#include "core/store/checkpoint_repository.h"

namespace quarry::app {

/// What is the same for every run of an agent.
struct AgentFlags {
    std::string model{};                 ///< Goes before those of the files.
    std::vector<std::string> allowed{};  ///< Tools that run without a question.
    std::int64_t max_steps = 0;          ///< 0: as the settings say.
    bool tells_values = false;           ///< Events have the whole state after each step.
    /// Seconds that a run waits in the caller's thread; one that has to wait longer is left until then.
    double longest_wait = std::numeric_limits<double>::infinity();
    /// What the caller may do, by scope_names(); nothing: everything.
    std::optional<std::set<std::string>> scopes{};
};

struct AgentRunRequest {
    std::filesystem::path file{};
    nlohmann::json input{};  ///< A text, or an object of channels.
    std::string thread{};    ///< Empty: a new one.
    AgentFlags flags{};
    bool background = false;  ///< The run is only begun: a server, or `resume_orphans`, goes on with it.
};

/// How a person lets a run go on.
struct AgentResumeRequest {
    std::string run{};  ///< Its id, or the beginning of it.
    enum class Answer { none, value, approve, reject };
    Answer answer = Answer::none;
    nlohmann::json value{};
    std::string decision{};  ///< Which of the questions is answered; empty: the first.
    bool migrate = false;  ///< Though the agent's files have changed.
    AgentFlags flags{};
};

struct AgentForkRequest {
    std::string thread{};
    std::int64_t step = 0;
    std::string name{};  ///< Of the new thread; empty: one is made.
    nlohmann::json changes = nlohmann::json::object();
    AgentFlags flags{};
};

/// A run with what became of it.
struct AgentReport {
    store::AgentRun run{};
    std::int64_t step = 0;
    nlohmann::json output{}, values{};
    std::vector<agent::PersonRequest> waiting{};
    std::optional<Error> error{};
    std::optional<std::int64_t> wakes_at{};  ///< As of agent::RunOutcome.
};

/// What is said of an agent's files.
struct AgentCheck {
    agent::AgentFile agent{};
    std::vector<agent::CodeReference> unbound{};
    std::vector<std::string> findings{};  ///< Of channels.
};

/// Agents: their files, runs and threads. Runs are the scope's principal's. Used by one thread at a time.
class AgentService {
public:
    explicit AgentService(Workspace& workspace) : workspace_(workspace) {}

    /// Throws Error(usage) for a file that cannot be read as an agent.
    [[nodiscard]] AgentCheck check(const std::filesystem::path& file, const RequestScope& scope,
                                   const AgentFlags& flags = {}) const;
    /// Throws Error(usage) for what is not bound, with the lines to paste, and for what was found.
    static void require_complete(const AgentCheck& checked);
    /// The graph of a file, as Mermaid or in Graphviz's language.
    [[nodiscard]] std::string graph(const std::filesystem::path& file, bool is_dot) const;
    /// The agent, bound. Throws Error(usage) for what is not bound too.
    [[nodiscard]] agent::AgentFile load(const std::filesystem::path& file, const RequestScope& scope,
                                        const AgentFlags& flags = {}) const;

    /// Runs an agent until it ends or waits; makes the base where there is none. Throws what reading and the base
    /// throw; what the run failed with is in the report.
    [[nodiscard]] AgentReport run(const AgentRunRequest& request, const agent::EventSink& events,
                                  const RequestScope& scope);
    /// Goes on with a run that waits, failed, or was left. Throws Error: nothing_found, locked, approval_pending where
    /// an answer is needed, usage for one that does not fit and for files that have changed.
    [[nodiscard]] AgentReport resume(const AgentResumeRequest& request, const agent::EventSink& events,
                                     const RequestScope& scope);
    /// Goes on with every run of the principal whose process is gone. Runs that cannot be gone on with are warned of.
    [[nodiscard]] std::vector<AgentReport> resume_orphans(const AgentFlags& flags, const agent::EventSink& events,
                                                          const RequestScope& scope);
    /// The runs, of every principal, whose process is gone or that were begun for another one. Not those that a person
    /// interrupted. Those of `due` are among them, whatever their lease says.
    [[nodiscard]] std::vector<store::AgentRun> left(const RequestScope& scope,
                                                    const std::set<std::string>& due = {}) const;
    /// A run that was listed earlier, as it is now; nothing when it has ended since, waits for a person or was removed.
    [[nodiscard]] std::optional<store::AgentRun> still_running(const store::AgentRun& run) const;
    /// Leaves a run that nobody works on to the next one who looks for those.
    void hand_over(const std::string& run_id, const RequestScope& scope) const;
    /// Why a run is not gone on with any more unless a person does so; nothing where it is.
    [[nodiscard]] static std::optional<Error> worn_out(const store::AgentRun& run);
    /// Counts an attempt to go on with a run that nobody works on, unless it was counted since the run was looked up;
    /// gives how many there were (AgentRun::attempts).
    [[nodiscard]] int count_attempt(const store::AgentRun& run, const RequestScope& scope) const;
    /// Ends a run that nobody works on as failed after its attempts, with what the last one ended with; a person may
    /// resume it. False when another process has taken it, or it has ended.
    [[nodiscard]] bool give_up(const store::AgentRun& run, const Error& error, const RequestScope& scope) const;
    /// Begins a thread with the state of a step of another one, and runs it.
    [[nodiscard]] AgentReport fork(const AgentForkRequest& request, const agent::EventSink& events,
                                   const RequestScope& scope);

    [[nodiscard]] std::vector<store::AgentRun> list(std::size_t limit, const RequestScope& scope) const;
    /// Throws Error(nothing_found, usage).
    [[nodiscard]] store::AgentRun find(const std::string& run, const RequestScope& scope) const;
    [[nodiscard]] std::vector<store::AgentThread> threads(std::size_t limit, const RequestScope& scope) const;
    /// Throws Error(nothing_found).
    [[nodiscard]] store::AgentThread find_thread(const std::string& name, const RequestScope& scope) const;
    /// The newest first.
    [[nodiscard]] std::vector<store::AgentStep> history(const std::string& thread, std::size_t limit,
                                                        const RequestScope& scope) const;
    /// The state after a step; nothing when it is not kept. -1: the last one.
    [[nodiscard]] std::optional<agent::Checkpoint> state(const std::string& thread, std::int64_t step,
                                                         const RequestScope& scope) const;
    /// The calls of a thread's steps, in order.
    [[nodiscard]] std::vector<store::AgentCall> calls(const std::string& thread, const RequestScope& scope) const;
    /// Ends a run. Throws Error(usage) when it has ended.
    store::AgentRun cancel(const std::string& run, const RequestScope& scope) const;
    /// Removes a thread with all that it did. Throws Error(locked) while it runs.
    void remove(const std::string& thread, const RequestScope& scope) const;

private:
    [[nodiscard]] std::unique_ptr<store::CheckpointRepository> opened(store::StoreMode mode) const;
    [[nodiscard]] AgentReport go_on(const store::AgentRun& run, const agent::AgentFile& agent,
                                    store::CheckpointRepository& repository, const store::RunHolder& holder,
                                    const AgentFlags& flags, const agent::EventSink& events, const RequestScope& scope);
    [[nodiscard]] agent::RunnerOptions runner_options(const AgentFlags& flags, const RequestScope& scope) const;
    [[nodiscard]] AgentEnvironment environment(const AgentFlags& flags, const store::AgentRun& run,
                                               const RequestScope& scope) const;
    [[nodiscard]] store::AgentRun new_run(const std::filesystem::path& file, const agent::AgentFile& agent,
                                          const AgentFlags& flags, const RequestScope& scope) const;

    Workspace& workspace_;
};

/// Of docs gc: removes what the settings agent.keep_* say of ended runs and old steps. Gives how many threads and
/// steps went.
std::pair<std::size_t, std::size_t> collect_agents(const Services& services);

}  // namespace quarry::app
