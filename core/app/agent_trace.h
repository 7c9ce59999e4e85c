#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

#include "core/agent/journal.h"
#include "core/agent/runner.h"
#include "core/app/run_trace.h"
#include "core/app/services.h"
#include "core/base/trace.h"

namespace quarry::app {

/// Traces what a run of an agent does in this process: a span for the run, one for each step, and one for each call of
/// a model or a tool that was made and not answered by the journal. Kept beside the traces of questions, as the settings
/// trace.* say. Its points are used by several threads at once.
class AgentTrace {
public:
    /// Throws Error(usage) for a trace.redact that is none.
    AgentTrace(const Services& services, const store::AgentRun& run);
    AgentTrace(const AgentTrace&) = delete;
    AgentTrace& operator=(const AgentTrace&) = delete;

    /// What a runner tells; null where traces are not kept. Valid as long as this.
    [[nodiscard]] const agent::KillPoints* points() const noexcept { return recorder_.enabled() ? &points_ : nullptr; }
    /// Ends the run and keeps its trace. Never fails a run.
    void finish(const agent::RunOutcome& outcome) noexcept;

private:
    using CallKey = std::tuple<std::string, std::int64_t>;  ///< Task and number.

    void call(std::string_view where, const store::AgentCall& call);
    void step(std::string_view where, std::int64_t number);
    [[nodiscard]] std::size_t open(std::string name, SpanKind kind, std::optional<std::size_t> parent, std::int64_t start);
    [[nodiscard]] std::size_t open_step(std::int64_t number);
    [[nodiscard]] std::int64_t now() const;

    RunRecorder recorder_;
    agent::KillPoints points_{};
    std::mutex mutex_;  ///< Of all below.
    FinishedTrace trace_;
    std::optional<std::size_t> step_{};          ///< The span of the step that is under way.
    std::int64_t step_began_ = 0;                ///< When that before it ended.
    std::map<CallKey, std::size_t> open_calls_;  ///< Of that step.
};

}  // namespace quarry::app
