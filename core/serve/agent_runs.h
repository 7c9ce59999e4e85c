#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "core/app/agent_service.h"
#include "core/serve/agent_waits.h"
#include "core/serve/route.h"
#include "core/serve/run_log.h"

namespace quarry::serve {

class Service;

/// Which events of an agent's run are kept in its log, besides its steps and how it ends.
struct AgentEvents {
    bool messages = true;  ///< What models say.
    bool tasks = true;     ///< Calls of models and tools, and tries again.
    bool values = false;   ///< The state after each step.
};

/// Works on runs of agents: those that requests begin, on the threads of these, and by itself those whose process is
/// gone. What a run did is in the base, and so are its events: any server of the base goes on with it. Thread-safe.
class AgentRuns {
public:
    /// Begins to look for runs that were left, with a pause between looks. At most so many are worked on at once, those
    /// of requests included.
    AgentRuns(Service& service, std::size_t most, std::chrono::milliseconds between_looks);
    ~AgentRuns();
    AgentRuns(const AgentRuns&) = delete;
    AgentRuns& operator=(const AgentRuns&) = delete;

    /// What runs: run, resume or fork of the service.
    using Task = std::function<app::AgentReport(app::AgentService& agents, const agent::EventSink& events,
                                                const app::RequestScope& scope)>;
    /// Told once the run has begun: its first event has the number behind `after`.
    using Begun = std::function<void(const std::shared_ptr<Run>& run, std::uint64_t after)>;
    /// Works for the caller until the run ends or waits; where it has to wait longer than its flags say, this goes on
    /// with it when the time has come. Throws what `work` throws; Error(interrupted) when the server ends, and another
    /// one goes on with the run; Error(locked, too_many_agents), before anything is begun, when as many run as may.
    app::AgentReport perform(const Caller& caller, const AgentEvents& kept, const Begun& begun, const Task& work);

    /// Ends a run of the caller, wherever it is worked on. Throws Error(nothing_found, usage).
    void cancel(const std::string& run, const Caller& caller);
    /// Ends all runs of a principal that are worked on here.
    void cancel_all(const std::string& principal);
    /// Interrupts what is worked on here; it goes on with the next server.
    void stop();
    /// Requests that wait for runs.
    [[nodiscard]] AgentWaits& waits() noexcept { return waits_; }

private:
    struct Active {
        std::shared_ptr<Cancellation> cancellation;
        std::string principal;
    };
    /// A run that waits for a time: it goes on then, also by a clock that nobody sets.
    struct Sleeping {
        AgentEvents kept{};
        std::int64_t wakes_at = 0;
        std::chrono::steady_clock::time_point until{};
    };
    /// When a run that could not be gone on with may be tried again: either clock says so.
    struct Refused {
        std::int64_t until = 0;
        std::chrono::steady_clock::time_point steady_until{};
    };
    [[nodiscard]] bool take_place();
    void leave_place();
    app::AgentReport work_on(const Caller& caller, const AgentEvents& kept, const Begun& begun, const Task& work,
                             std::int64_t not_before = 0);
    void remember(const app::AgentReport& report, const AgentEvents& kept);
    [[nodiscard]] std::set<std::string> due();
    void look_after();
    void take_left();
    void go_on(const store::AgentRun& listed);
    [[nodiscard]] std::optional<Error> worked_on(const store::AgentRun& run);
    void put_off(store::AgentRun run, const Error& error);
    void give_up(const store::AgentRun& run, const Error& error);
    [[nodiscard]] app::AgentReport ended(const std::string& id, const Caller& caller, const Error& error);

    Service& service_;
    const std::size_t most_;
    const std::chrono::milliseconds between_looks_;
    AgentWaits waits_;
    std::mutex mutex_;  ///< Of those below.
    std::size_t places_taken_ = 0;
    std::map<std::string, Sleeping> sleeping_{};  ///< Runs that wait for a time.
    std::condition_variable changed_;
    std::map<std::string, Active> active_{};
    std::set<std::string> taken_{};  ///< Runs that were left, and that a thread is to go on with.
    std::map<std::string, Refused> refused_{};
    bool stopped_ = false;
    std::thread thread_;
};

/// The caller's scopes as AgentFlags takes them.
[[nodiscard]] std::optional<std::set<std::string>> scopes_of(const Caller& caller);

/// The data of an agent's event as streams send it, with its name and number: of what failed no more than `owner`, the
/// run's principal, may read.
[[nodiscard]] std::string shown_agent_event(const Service& service, const std::string& owner, const RunEvent& event);

/// The form of a run's events as server-sent events, for its owner.
[[nodiscard]] std::shared_ptr<const RunLog::StreamForm> event_form(const Service& service, const Run& run);

/// Throws Error(usage) for a run of an agent where the caller may not use agents.
void check_may_use(const Run& run, const Caller& caller);
/// A run that the caller began and may use. Throws Error: nothing_found for no such run, usage as check_may_use does.
[[nodiscard]] std::shared_ptr<Run> run_of_caller(Service& service, const Caller& caller, const std::string& id);

}  // namespace quarry::serve
