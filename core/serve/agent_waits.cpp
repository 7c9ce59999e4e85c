// Requests that wait for runs of agents.
#include "core/serve/agent_waits.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/serve/agent_parts.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

AgentWaits::AgentWaits(std::size_t most) : most_(most), thread_([state = state_] { work(*state); }) {}

AgentWaits::~AgentWaits() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopped = true;
    }
    state_->changed.notify_all();
    thread_.join();
    for (auto& [number, one] : state_->waiting) {
        one.run->leave(one.follower);
        one.call.exchange->respond(problem(503, "the server ends"));
    }
}

bool AgentWaits::add(const Call& call, const std::shared_ptr<Run>& run, std::optional<SteadyClock::time_point> until) {
    const std::weak_ptr<State> state = state_;
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(state_->mutex);
        const auto own = std::ranges::count_if(state_->waiting, [&](const auto& one) {
            return one.second.call.caller.principal.name == call.caller.principal.name;
        });
        const std::size_t most_of_one = std::max<std::size_t>(1, most_ / 4);
        if (state_->waiting.size() >= most_ || static_cast<std::size_t>(own) >= most_of_one) return false;
        number = state_->next++;
        const std::uint64_t follower = run->follow([state] { tell(state, {}); });
        state_->waiting.emplace(number, Waiting{call, run, until, follower});
    }
    call.exchange->on_disconnect([state, number] { tell(state, number); });
    tell(state, {});  // it may have ended meanwhile
    return true;
}

void AgentWaits::tell(const std::weak_ptr<State>& of, std::optional<std::uint64_t> gone) {
    const std::shared_ptr<State> state = of.lock();
    if (!state) return;
    {
        const std::lock_guard lock(state->mutex);
        state->looks = true;
        const auto found = gone ? state->waiting.find(*gone) : state->waiting.end();
        if (found != state->waiting.end()) found->second.gone = true;
    }
    state->changed.notify_all();
}

void AgentWaits::work(State& state) {
    std::unique_lock lock(state.mutex);
    while (!state.stopped) {
        state.looks = false;
        std::vector<Waiting> over;
        auto next = SteadyClock::time_point::max();
        for (auto one = state.waiting.begin(); one != state.waiting.end();) {
            const Waiting& waiting = one->second;
            const bool in_time = !waiting.until || *waiting.until > SteadyClock::now();
            if (in_time && !waiting.gone && !waiting.run->has_ended() && !waiting.call.service.runs().is_shut_down()) {
                if (waiting.until) next = std::min(next, *waiting.until);
                ++one;
                continue;
            }
            over.push_back(std::move(one->second));
            one = state.waiting.erase(one);
        }
        if (!over.empty()) {
            lock.unlock();
            for (Waiting& one : over) answer(std::move(one));
            over.clear();
            lock.lock();
            continue;
        }
        const auto is_told = [&] { return state.looks || state.stopped; };
        if (next == SteadyClock::time_point::max()) {
            state.changed.wait(lock, is_told);
        } else {
            state.changed.wait_until(lock, next, is_told);
        }
    }
}

void AgentWaits::answer(Waiting waiting) {
    waiting.run->leave(waiting.follower);
    if (waiting.gone) return;
    const auto shared = std::make_shared<const Waiting>(std::move(waiting));
    shared->call.service.submit(Work::read, shared->call.exchange, [shared] {
        const Call& call = shared->call;
        call.exchange->respond(agent_answer(call, [&] {
            return with_location(json_response(run_document(call.service, call.caller, shared->run->id())),
                                 shared->run->id());
        }));
    });
}

}  // namespace quarry::serve
