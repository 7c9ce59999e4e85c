#include "core/base/side_thread.h"

#include <pthread.h>
#include <sched.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include "core/base/error.h"

namespace quarry {

struct SideThread::State {
    std::function<void()> work;
    std::exception_ptr failure;
    cpu_set_t allowed{};  ///< The processors that the process may use; with `moved`.
    bool moved = false;   ///< It begins on fewer.
    pthread_t thread{};

    static void* run(void* argument) {
        State& state = *static_cast<State*>(argument);
        if (state.moved) ::sched_setaffinity(0, sizeof state.allowed, &state.allowed);
        try {
            state.work();
        } catch (...) {
            state.failure = std::current_exception();
        }
        return nullptr;
    }

    /// Lets the thread begin on any processor but the present one. Without effect where that is unknown or the only
    /// one.
    void leave_this_processor(pthread_attr_t& attributes) {
        const int here = ::sched_getcpu();
        if (here < 0 || here >= CPU_SETSIZE || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
        cpu_set_t others = allowed;
        CPU_CLR(static_cast<std::size_t>(here), &others);
        if (CPU_COUNT(&others) == 0) return;
        moved = ::pthread_attr_setaffinity_np(&attributes, sizeof others, &others) == 0;
    }
};

SideThread::SideThread() noexcept = default;

SideThread::SideThread(std::function<void()> work) : state_(std::make_unique<State>()) {
    state_->work = std::move(work);
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    state_->leave_this_processor(attributes);
    int failure = ::pthread_create(&state_->thread, &attributes, State::run, state_.get());
    ::pthread_attr_destroy(&attributes);
    // The other processors may just have been taken from the process.
    if (failure == EINVAL) failure = ::pthread_create(&state_->thread, nullptr, State::run, state_.get());
    if (failure == 0) return;
    state_.reset();
    throw Error(ErrorCode::failed, "cannot start a thread").because(std::strerror(failure));
}

SideThread::~SideThread() {
    if (state_) ::pthread_join(state_->thread, nullptr);
}

SideThread::SideThread(SideThread&& other) noexcept = default;

SideThread& SideThread::operator=(SideThread&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}

void SideThread::join() {
    const std::unique_ptr<State> state = std::move(state_);
    ::pthread_join(state->thread, nullptr);
    if (state->failure) std::rethrow_exception(state->failure);
}

}  // namespace quarry
