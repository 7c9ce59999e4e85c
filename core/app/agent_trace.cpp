// Traces of agents' runs.
#include "core/app/agent_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/crypto/secret.h"
#include "core/trace/run_record.h"

namespace quarry::app {
namespace {

namespace attribute = trace::attribute;
using store::AgentCallKind;

void put(Span& span, std::string_view key, TraceValue value) { span.attributes.emplace_back(key, std::move(value)); }

/// What a call took, as its journal has it.
void describe_call(Span& span, const store::AgentCall& call) {
    const nlohmann::json result = parse_bounded_json(call.result);
    const bool failed = call.state == store::AgentCallState::failed;
    if (failed) {
        span.error = error_code_name(static_cast<ErrorCode>(result.is_object() ? result.value("code", 1) : 1));
    }
    if (call.kind == AgentCallKind::tool) return put(span, attribute::tool_outcome, std::string(failed ? "failed" : "done"));
    if (!result.is_object()) return;
    if (const auto usage = result.find("usage"); usage != result.end() && usage->size() == 3) {
        put(span, attribute::input_tokens, (*usage)[0].get<std::int64_t>());
        put(span, attribute::output_tokens, (*usage)[1].get<std::int64_t>());
    }
    if (const std::string model = result.value("model", ""); !model.empty()) put(span, attribute::response_model, model);
    if (result.contains("cost")) put(span, attribute::cost, call.cost);
}

}  // namespace

AgentTrace::AgentTrace(const Services& services, const store::AgentRun& run) : recorder_(services) {
    points_.at_call = [this](std::string_view where, const store::AgentCall& made) { call(where, made); };
    points_.at_step = [this](std::string_view where, std::int64_t number) { step(where, number); };
    trace_.id = crypto::random_hex(16);
    step_began_ = now();
    const std::size_t root = open("agent " + run.agent, SpanKind::internal, std::nullopt, step_began_);
    put(trace_.spans[root], attribute::operation, std::string("invoke_agent"));
    put(trace_.spans[root], "gen_ai.agent.name", run.agent);
    put(trace_.spans[root], attribute::conversation, run.thread);
    put(trace_.spans[root], "quarry.agent.run", run.id);
}

std::int64_t AgentTrace::now() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::size_t AgentTrace::open(std::string name, SpanKind kind, std::optional<std::size_t> parent, std::int64_t start) {
    Span span;
    span.name = std::move(name);
    span.kind = kind;
    span.parent = parent;
    span.start = start;
    trace_.spans.push_back(std::move(span));
    return trace_.spans.size() - 1;
}

std::size_t AgentTrace::open_step(std::int64_t number) {
    if (!step_) step_ = open(fmt::format("step {}", number), SpanKind::internal, 0, step_began_);
    return *step_;
}

void AgentTrace::call(std::string_view where, const store::AgentCall& call) {
    const bool is_model = call.kind == AgentCallKind::model;
    if (!is_model && call.kind != AgentCallKind::tool) return;  // people take their time
    const std::lock_guard lock(mutex_);
    const CallKey key{call.task, call.number};
    if (where == "begun") {
        const std::size_t at = open(fmt::format("{} {}", is_model ? "chat" : "execute_tool", call.name),
                                    is_model ? SpanKind::client : SpanKind::internal, open_step(call.step), now());
        Span& span = trace_.spans[at];
        put(span, attribute::operation, std::string(is_model ? "chat" : "execute_tool"));
        if (!call.name.empty()) put(span, is_model ? attribute::request_model : attribute::tool_name, call.name);
        put(span, "quarry.agent.node", call.task);
        open_calls_[key] = at;
    } else if (const auto found = open_calls_.find(key); where == "ended" && found != open_calls_.end()) {
        Span& span = trace_.spans[found->second];
        span.duration = std::max<std::int64_t>(0, now() - span.start);
        describe_call(span, call);
        open_calls_.erase(found);
    }
}

void AgentTrace::step(std::string_view where, std::int64_t number) {
    const std::lock_guard lock(mutex_);
    if (where != "committed") return;
    Span& span = trace_.spans[open_step(number)];
    step_began_ = now();
    span.duration = std::max<std::int64_t>(0, step_began_ - span.start);
    step_.reset();
    open_calls_.clear();
}

void AgentTrace::finish(const agent::RunOutcome& outcome) noexcept {
    if (!recorder_.enabled()) return;
    try {
        const std::lock_guard lock(mutex_);
        const std::int64_t end = now();
        for (Span& span : trace_.spans) {
            if (span.duration == 0) span.duration = std::max<std::int64_t>(0, end - span.start);
        }
        Span& root = trace_.spans.front();
        put(root, "quarry.agent.state", std::string(store::agent_run_state_name(outcome.state)));
        if (outcome.error) {
            root.error = error_code_name(outcome.error->code());
            root.error_message = outcome.error->what();
        }
        recorder_.keep(trace_);
    } catch (const std::exception&) {
        // A run does not fail for its trace.
    }
}

}  // namespace quarry::app
