#pragma once

// Parts of the routes about agents. Not for other modules.

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/agent_catalog.h"
#include "core/app/agent_service.h"
#include "core/serve/agent_runs.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"

namespace quarry::serve {

/// Seconds that a run of a server waits in its thread; it gives it back for longer ones.
inline constexpr double longest_wait_in_thread = 1;

/// The service for a request that only reads, or that does no more than a transaction.
class AgentCall {
public:
    explicit AgentCall(const Call& call) : scope_(call), agents_(call.service.workspace()) {}
    [[nodiscard]] app::AgentService* operator->() noexcept { return &agents_; }
    [[nodiscard]] app::AgentService& agents() noexcept { return agents_; }
    [[nodiscard]] const app::RequestScope& scope() const noexcept { return *scope_; }

private:
    CallScope scope_;
    app::AgentService agents_;
};

/// An error as a problem: 409 for a run or a thread that another works on, 422 for what does not fit.
[[nodiscard]] net::Response agent_problem(Service& service, const Error& error);

/// What `work` answers; what it throws as a problem, without hints that are for the command line.
template <typename Work>
[[nodiscard]] net::Response agent_answer(const Call& call, Work&& work) {
    try {
        return work();
    } catch (const Error& error) {
        return agent_problem(call.service, error);
    }
}

/// The response, with the address of the run that it is about.
[[nodiscard]] net::Response with_location(net::Response response, const std::string& run);

/// quarry.agent.run/1 as the run's owner may read it. Throws Error(nothing_found, usage).
[[nodiscard]] Json run_document(Service& service, const Caller& caller, const std::string& run);

/// An agent that is offered, without a problem. Throws Error(nothing_found, usage).
[[nodiscard]] app::OfferedAgent offered_agent(Service& service, const std::string& name);

/// Notes in the audit log what the caller did with an agent: "agent.run", "agent.approve". A request does not fail for
/// it.
void note_agent(const Call& call, std::string_view action, const std::string& subject);

/// Answers a request that lets an agent run: with its events, with 202 in the background, or with the run when it has
/// ended or waits. Notes it in the audit log as `action` on the run and `about`, once it has begun.
void answer_with_run(const Call& call, const AgentRuns::Task& work, std::string_view action, const std::string& about);

/// Goes on with a run, as the values of a request to do so say: run, answer, approve, reject, decision, migrate. Works
/// until it ends or waits; `begun` as of AgentRuns. The response where that is refused before it is begun.
[[nodiscard]] std::optional<net::Response> resume_agent(const Call& call, const AgentEvents& kept,
                                                        const AgentRuns::Begun& begun);

/// The properties of a request that says how it is answered.
[[nodiscard]] Json answering_properties();
[[nodiscard]] std::vector<RouteResponse> agent_run_responses();
/// What a request says of how the agent runs.
[[nodiscard]] app::AgentFlags flags_of(const Call& call);

/// What may be done to a run of the file: it is offered, or the caller is the owner of the base. Throws Error(usage).
void check_offered(const Call& call, const std::string& file);

[[nodiscard]] Json listed_run_json(const store::AgentRun& run);
[[nodiscard]] Json listed_run_schema();

[[nodiscard]] std::vector<Route> agent_run_routes();  ///< /api/v1/agent-runs
[[nodiscard]] std::vector<Route> thread_routes();     ///< /api/v1/threads
[[nodiscard]] std::vector<Route> memory_routes();     ///< /api/v1/agent-memory

}  // namespace quarry::serve
