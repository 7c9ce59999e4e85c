// Each call of a run, written before it begins and when it has ended.
#include "core/agent/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

/// "root/a" holds over "root/a/b", over "root/a#1" of a map, and over "root/a>b", an agent as a tool.
bool is_at_or_below(std::string_view path, std::string_view above) {
    return path.starts_with(above) &&
           (path.size() == above.size() || std::string_view("/#>").find(path[above.size()]) != std::string_view::npos);
}

PersonRequest doubt_about(const AgentCall& call) {
    PersonRequest request{.kind = PersonRequest::Kind::in_doubt, .step = call.step, .task = call.task, .number = call.number};
    request.question = fmt::format("{} was called, and it is not known whether it did its work. Call it again?", call.name);
    request.schema = {{"description", "true: call it again; false: it counts as failed; anything else: its result"}};
    request.description = call.input.empty() ? call.name : fmt::format("{} with {}", call.name, call.input);
    return request;
}

}  // namespace

bool leaves_run(ErrorCode code) noexcept {
    return code == ErrorCode::locked || code == ErrorCode::base_away || code == ErrorCode::interrupted;
}

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
    for (AgentCall& call : repository_.calls(holder_.thread_id, step)) known_[call.task].push_back(std::move(call));
}

Account::Account(Journal& journal, std::string path, const Budget& budget, const Spent& before)
    : journal_(journal), path_(std::move(path)), is_open_(budget.is_limited()) {
    const std::lock_guard lock(journal_.mutex_);
    if (is_open_) journal_.accounts_[path_] = {budget, before};
}

Account::~Account() {
    const std::lock_guard lock(journal_.mutex_);
    if (is_open_) journal_.accounts_.erase(path_);
}

Spent Account::spent() const {
    const std::lock_guard lock(journal_.mutex_);
    return is_open_ ? journal_.accounts_.at(path_).spent : Spent{};
}

void Journal::Task::spend(const Spent& spent) {
    for (auto& [path, open] : journal_.accounts_) {
        if (!is_at_or_below(account_, path)) continue;
        open.spent.tokens += spent.tokens;
        open.spent.calls += spent.calls;
        open.spent.cost += spent.cost;
    }
}

void Journal::Task::check_budgets() const {
    for (const auto& [path, open] : journal_.accounts_) {
        if (!is_at_or_below(account_, path)) continue;
        const Budget& budget = open.budget;
        std::string what;
        if (budget.cost && open.spent.cost >= *budget.cost) what = fmt::format("{}", *budget.cost);
        if (budget.tokens && open.spent.tokens >= *budget.tokens) what = fmt::format("{} tokens", *budget.tokens);
        if (budget.calls && open.spent.calls >= *budget.calls) what = fmt::format("{} calls", *budget.calls);
        if (what.empty()) continue;
        const bool is_run = path.find_first_of("/>#") == std::string::npos;
        throw BudgetSpent{Error(ErrorCode::budget_exceeded,
                                fmt::format("{} has used up its budget of {}", is_run ? "the run" : path, what),
                                "raise the budget in the agent's file, then go on: quarry agent resume RUN --migrate"),
                          path};
    }
}

bool Journal::Task::limits_calls() const {
    const std::lock_guard lock(journal_.mutex_);
    return std::ranges::any_of(journal_.accounts_, [&](const auto& one) {
        return one.second.budget.calls && is_at_or_below(account_, one.first);
    });
}

double Journal::wait_here(double seconds, std::int64_t now) const {
    if (seconds <= longest_wait_) return seconds;
    constexpr double longest = 1e10;  // three centuries, which fit any clock
    throw WaitsForTime{now + static_cast<std::int64_t>(std::ceil(std::min(seconds, longest)))};
}

std::int64_t Journal::Task::set_aside(std::size_t calls) {
    const std::lock_guard lock(journal_.mutex_);
    return std::exchange(number_, number_ + static_cast<std::int64_t>(calls));
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
        return journal_.wait_here(std::clamp(seconds - static_cast<double>(now - one.began_at), 0.0, seconds), now);
    }
    // Before the calls, which are counted from 0.
    journal_.repository_.begin_call(journal_.holder_, {.step = journal_.step_,
                                                       .task = task_,
                                                       .number = -place,
                                                       .kind = AgentCallKind::timer,
                                                       .name = std::string(what),
                                                       .input = dumped({{"seconds", seconds}}),
                                                       .began_at = now});
    return journal_.wait_here(seconds, now);
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
        if (known && (known->state == AgentCallState::done || known->state == AgentCallState::failed)) {
            spend({known->tokens, 1, known->cost});
            // A clock that was set back in between says nothing.
            if (known->ended_at) worked_ += std::max<std::int64_t>(0, *known->ended_at - known->began_at);
            if (known->state == AgentCallState::done) return parsed_result(*known);
            throw_result(parsed_result(*known));
        }
        if (known && known->state == AgentCallState::begun && !wanted.may_repeat) {
            throw WaitsForPerson{doubt_about(*known)};
        }
        check_budgets();
        call.began_at = journal_.now_();
        journal_.repository_.begin_call(journal_.holder_, call);
        spend({.calls = 1});
    }
    at("begun", call);
    Spent spent;
    json result;
    try {
        result = make(spent);
        call.state = AgentCallState::done;
    } catch (const Error& error) {
        // Whether an interrupted call has done its work is not known.
        const bool timed_out = std::ranges::any_of(limits_, [](const auto* one) { return one->load(); });
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
        spend({spent.tokens, 0, spent.cost});
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
