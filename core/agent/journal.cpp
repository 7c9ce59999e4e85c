// Each call of a run, written before it begins and when it has ended.
#include "core/agent/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"

namespace quarry::agent {
namespace {

using nlohmann::json;
using store::AgentCall;
using store::AgentCallKind;
using store::AgentCallState;

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json parsed_result(const AgentCall& call) {
    json result = parse_bounded_json(call.result);
    if (result.is_discarded()) throw Error(ErrorCode::failed, "the journal of the run is damaged");
    return result;
}

[[noreturn]] void throw_result(const json& result) {
    Error error(static_cast<ErrorCode>(result.value("code", 1)), result.value("message", std::string("the call failed")),
                result.value("hint", std::string()));
    for (const json& cause : result.value("causes", json::array())) {
        if (cause.is_string()) error = std::move(error).because(cause.get<std::string>());
    }
    throw std::move(error);
}

PersonRequest doubt_about(const AgentCall& call) {
    PersonRequest request{.kind = PersonRequest::Kind::in_doubt, .step = call.step, .task = call.task, .number = call.number};
    request.question = fmt::format("{} was called, and it is not known whether it did its work. Call it again?", call.name);
    request.schema = {{"description", "true: call it again; false: it counts as failed; anything else: its result"}};
    request.description = call.input.empty() ? call.name : fmt::format("{} with {}", call.name, call.input);
    return request;
}

}  // namespace

json error_result(const Error& error) {
    return {{"code", static_cast<int>(error.code())},
            {"message", error.message()},
            {"causes", error.causes()},
            {"hint", error.hint()}};
}

std::string PersonRequest::decision() const { return fmt::format("{}.{}.{}", step, number, task); }

json PersonRequest::to_json() const {
    constexpr std::string_view kinds[] = {"question", "approval", "in_doubt"};
    return {{"decision", decision()},
            {"kind", kinds[static_cast<std::size_t>(kind)]},
            {"step", step},
            {"task", task},
            {"number", number},
            {"question", question},
            {"schema", schema},
            {"description", description}};
}

PersonRequest PersonRequest::from_json(const json& all) {
    const std::string kind = all.value("kind", "question");
    return {kind == "approval"   ? Kind::approval
            : kind == "in_doubt" ? Kind::in_doubt
                                 : Kind::question,
            all.value("step", std::int64_t{0}),
            all.value("task", std::string()),
            all.value("number", std::int64_t{0}),
            all.value("question", std::string()),
            all.value("schema", json()),
            all.value("description", std::string())};
}

Journal::Journal(store::CheckpointRepository& repository, store::RunHolder holder, Now now, const KillPoints* kill)
    : repository_(repository), holder_(std::move(holder)), now_(std::move(now)), kill_(kill) {}

void Journal::begin_step(std::int64_t step, bool may_be_there) {
    const std::lock_guard lock(mutex_);
    step_ = step;
    known_.clear();
    if (!may_be_there) return;
    for (AgentCall& call : repository_.calls(holder_.thread_id, step)) {
        tokens_ += call.tokens;
        cost_ += call.cost;
        if (call.kind != AgentCallKind::timer) ++calls_;
        known_[call.task].push_back(std::move(call));
    }
}

void Journal::set_spent(std::int64_t tokens, std::int64_t calls, double cost) noexcept {
    tokens_ = tokens;
    calls_ = calls;
    cost_ = cost;
}

void Journal::check_budget(const Budget& budget) const {
    const std::lock_guard lock(mutex_);
    const auto exceeded = [](std::string what) {
        throw Error(ErrorCode::budget_exceeded, fmt::format("the run has used up its budget of {}", what),
                    "raise the budget in the agent's file, then go on: quarry agent resume RUN --migrate");
    };
    if (budget.calls && calls_ >= *budget.calls) exceeded(fmt::format("{} calls", *budget.calls));
    if (budget.tokens && tokens_ >= *budget.tokens) exceeded(fmt::format("{} tokens", *budget.tokens));
    if (budget.cost && cost_ >= *budget.cost) exceeded(fmt::format("{}", *budget.cost));
}

std::int64_t Journal::Task::set_aside(std::size_t calls) {
    const std::lock_guard lock(journal_.mutex_);
    return std::exchange(number_, number_ + static_cast<std::int64_t>(calls));
}

Journal::Task::Spent Journal::Task::spent() const {
    const std::lock_guard lock(journal_.mutex_);
    return spent_;
}

double Journal::Task::time_left(std::string_view what, std::int64_t place, double seconds) {
    const std::lock_guard lock(journal_.mutex_);
    if (journal_.skips_waits_) return 0;
    const std::int64_t now = journal_.now_();
    const auto known = journal_.known_.find(task_);
    for (std::size_t i = 0; known != journal_.known_.end() && i < known->second.size(); ++i) {
        const AgentCall& one = known->second[i];
        if (one.kind != AgentCallKind::timer || one.number != -place) continue;
        if (one.state == AgentCallState::done) return 0;
        return std::clamp(seconds - static_cast<double>(now - one.began_at), 0.0, seconds);
    }
    // Before the calls, which are counted from 0.
    journal_.repository_.begin_call(journal_.holder_, {.step = journal_.step_,
                                                       .task = task_,
                                                       .number = -place,
                                                       .kind = AgentCallKind::timer,
                                                       .name = std::string(what),
                                                       .input = dumped({{"seconds", seconds}}),
                                                       .began_at = now});
    return seconds;
}

void Journal::Task::end_wait(std::string_view what, std::int64_t place) {
    const std::lock_guard lock(journal_.mutex_);
    if (journal_.skips_waits_) return;
    journal_.repository_.end_call(journal_.holder_, {.step = journal_.step_,
                                                     .task = task_,
                                                     .number = -place,
                                                     .kind = AgentCallKind::timer,
                                                     .name = std::string(what),
                                                     .state = AgentCallState::done,
                                                     .result = "null",
                                                     .ended_at = journal_.now_()});
}

double Journal::Task::worked() const {
    const std::lock_guard lock(journal_.mutex_);
    std::int64_t seconds = 0;
    const auto known = journal_.known_.find(task_);
    for (std::size_t i = 0; known != journal_.known_.end() && i < known->second.size(); ++i) {
        const AgentCall& one = known->second[i];
        const bool works = one.kind == AgentCallKind::model || one.kind == AgentCallKind::tool;
        // A clock that was set back in between says nothing.
        if (works && one.ended_at) seconds += std::max<std::int64_t>(0, *one.ended_at - one.began_at);
    }
    return static_cast<double>(seconds);
}

std::optional<AgentCall> Journal::Task::next(AgentCall& call, std::optional<std::int64_t> number) {
    call.step = journal_.step_;
    call.task = task_;
    call.number = number ? *number : number_++;
    const auto task = journal_.known_.find(task_);
    if (task == journal_.known_.end()) return std::nullopt;
    for (const AgentCall& known : task->second) {
        if (known.number != call.number) continue;
        // A recording that a person wrote has no hashes.
        const bool is_same = known.input_hash.empty() || known.input_hash == call.input_hash;
        if (!is_same || known.kind != call.kind) {
            throw Error(ErrorCode::failed, fmt::format("{} does not repeat what it did before", task_),
                        "its agent, tools or documents have changed meanwhile: fork the thread at an earlier step")
                .because(fmt::format("its call {} was {} {}, and is {} {} now", call.number,
                                     store::agent_call_kind_name(known.kind), known.name,
                                     store::agent_call_kind_name(call.kind), call.name));
        }
        return known;
    }
    return std::nullopt;
}

void Journal::Task::at(std::string_view where, const AgentCall& call) const {
    if (journal_.kill_ != nullptr && journal_.kill_->at_call) journal_.kill_->at_call(where, call);
}

json Journal::Task::call(const Call& wanted, const std::function<json(Spent&)>& make) {
    AgentCall call{.kind = wanted.kind, .name = wanted.name};
    call.input_hash = content_hash(fmt::format("{}\n{}\n{}", static_cast<int>(wanted.kind), wanted.name, wanted.input));
    if (wanted.keeps_input) call.input = wanted.input;
    {
        const std::lock_guard lock(journal_.mutex_);
        const std::optional<AgentCall> known = next(call, wanted.number);
        if (known) {
            ++spent_.calls;
            spent_.tokens += known->tokens;
            spent_.cost += known->cost;
            if (known->state == AgentCallState::done) return parsed_result(*known);
            if (known->state == AgentCallState::failed) throw_result(parsed_result(*known));
            if (known->state == AgentCallState::begun && !wanted.may_repeat) throw WaitsForPerson{doubt_about(*known)};
        }
    }
    if (wanted.check) wanted.check();
    {
        const std::lock_guard lock(journal_.mutex_);
        call.began_at = journal_.now_();
        journal_.repository_.begin_call(journal_.holder_, call);
        ++journal_.calls_;
    }
    at("begun", call);
    Spent spent;
    json result;
    try {
        result = make(spent);
        call.state = AgentCallState::done;
    } catch (const Error& error) {
        // Whether an interrupted call has done its work is not known.
        const bool timed_out = timed_out_ != nullptr && timed_out_->load();
        if (error.code() == ErrorCode::interrupted && !timed_out) throw;
        result = error_result(timed_out ? Error(ErrorCode::failed, fmt::format("{} took too long", wanted.name)) : error);
        call.state = AgentCallState::failed;
    }
    at("made", call);
    call.result = dumped(result);
    call.tokens = spent.tokens;
    call.cost = spent.cost;
    {
        const std::lock_guard lock(journal_.mutex_);
        call.ended_at = journal_.now_();
        journal_.repository_.end_call(journal_.holder_, call);
        journal_.tokens_ += spent.tokens;
        journal_.cost_ += spent.cost;
        ++spent_.calls;
        spent_.tokens += spent.tokens;
        spent_.cost += spent.cost;
    }
    at("ended", call);
    if (call.state == AgentCallState::failed) throw_result(result);
    return result;
}

json Journal::Task::ask(AgentCallKind kind, const PersonRequest& wanted) {
    PersonRequest request = wanted;
    AgentCall call{.kind = kind, .name = kind == AgentCallKind::approval ? "approval" : "question"};
    call.input_hash = content_hash(fmt::format("{}\n{}\n{}", request.question, request.description, dumped(request.schema)));
    call.input = dumped({{"question", request.question}, {"description", request.description}});
    {
        const std::lock_guard lock(journal_.mutex_);
        const std::optional<AgentCall> known = next(call);
        if (known && known->state == AgentCallState::done) return parsed_result(*known);
        if (!known || known->state != AgentCallState::begun) {
            call.began_at = journal_.now_();
            journal_.repository_.begin_call(journal_.holder_, call);
        }
    }
    at("begun", call);
    request.step = call.step;
    request.task = call.task;
    request.number = call.number;
    throw WaitsForPerson{std::move(request)};
}

}  // namespace quarry::agent
