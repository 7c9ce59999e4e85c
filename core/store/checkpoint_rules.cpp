#include "core/store/checkpoint_rules.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace quarry::store {

std::string_view agent_run_state_name(AgentRunState state) noexcept {
    switch (state) {
        case AgentRunState::running: return "running";
        case AgentRunState::waiting: return "waiting";
        case AgentRunState::done: return "done";
        case AgentRunState::failed: return "failed";
        case AgentRunState::cancelled: return "cancelled";
    }
    return "running";
}

std::string_view agent_call_kind_name(AgentCallKind kind) noexcept {
    switch (kind) {
        case AgentCallKind::model: return "model";
        case AgentCallKind::tool: return "tool";
        case AgentCallKind::question: return "question";
        case AgentCallKind::approval: return "approval";
        case AgentCallKind::timer: return "timer";
    }
    return "model";
}

std::string_view agent_call_state_name(AgentCallState state) noexcept {
    switch (state) {
        case AgentCallState::begun: return "begun";
        case AgentCallState::done: return "done";
        case AgentCallState::failed: return "failed";
        case AgentCallState::again: return "again";
    }
    return "begun";
}

std::pair<std::string_view, std::string> end_event(const AgentRunEnd& end) {
    const auto with = [](std::string_view name, const std::string& value) {
        return fmt::format("{{\"{}\":{}}}", name, value.empty() ? "null" : value);
    };
    switch (end.state) {
        case AgentRunState::waiting: return {"waiting", with("waiting", end.waiting)};
        case AgentRunState::done: return {"done", with("output", end.result)};
        case AgentRunState::failed: return {"failed", with("error", end.error)};
        case AgentRunState::cancelled: return {"cancelled", "{}"};
        case AgentRunState::running: break;
    }
    return {"left", "{}"};
}

JobState job_state_of(AgentRunState state) noexcept {
    switch (state) {
        case AgentRunState::done: return JobState::done;
        case AgentRunState::failed: return JobState::given_up;
        case AgentRunState::cancelled: return JobState::cancelled;
        case AgentRunState::running:
        case AgentRunState::waiting: break;
    }
    return JobState::waiting;
}

bool is_ended(AgentRunState state) noexcept {
    return state != AgentRunState::waiting && state != AgentRunState::running;
}

Error taken_thread_name(std::string_view name) {
    return Error(ErrorCode::usage, fmt::format("there is a thread {} already", name), "choose another name");
}

Error thread_has_a_run(std::string_view thread, std::string_view run_id) {
    constexpr std::size_t shown_id_length = 8;
    const std::string_view shown = run_id.substr(0, shown_id_length);
    return Error(ErrorCode::locked, fmt::format("the thread {} has a run that has not ended ({})", thread, shown),
                 fmt::format("go on with it: quarry agent resume {0}; or end it: quarry agent cancel {0}", shown));
}

void check_lease(const std::optional<std::string>& lease, const RunHolder& holder) {
    if (!lease) throw Error(ErrorCode::locked, fmt::format("the run {} was removed", holder.run_id));
    if (*lease == holder.who) return;
    throw Error(ErrorCode::locked, fmt::format("another process goes on with the run {}", holder.run_id),
                "wait for it, or look at it: quarry agent show");
}

std::optional<AgentRun> only_run(std::vector<AgentRun>&& found, std::string_view begin) {
    if (found.size() > 1) {
        throw Error(ErrorCode::usage, fmt::format("several runs begin with {}", begin), "give more of its id");
    }
    if (found.empty() || begin.empty()) return std::nullopt;
    return std::move(found.front());
}

}  // namespace quarry::store
