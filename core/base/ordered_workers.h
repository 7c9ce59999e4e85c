#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace quarry {

/// Worker threads that take tasks and give their results back in the order in which the tasks went in, so that what is
/// made of them does not depend on the number of threads.
///
/// `Task` is called with a `State` (one a thread, made by the owner before it starts) and gives a `Result`; what it
/// throws comes out of `take`. One thread owns this: it calls `add` and `take`. What is added and not yet taken weighs
/// at most `max_weight`, or is a single task. Tasks that mostly wait for another program have threads of their own, as
/// many again, so that they do not hold up those that compute.
template <typename State, typename Result>
class OrderedWorkers {
    static constexpr int worker_niceness = 10;

public:
    using Task = std::function<Result(State&)>;

    using MakeState = std::function<std::unique_ptr<State>()>;
    /// What a result weighs, which counts from then on where it is less than its task's.
    using Weigh = std::function<std::uint64_t(const Result&)>;
    enum Lane : std::size_t { computing = 0, waiting = 1 };

    /// The threads are started with the first tasks, so that a run without any costs nothing.
    OrderedWorkers(std::size_t threads, std::uint64_t max_weight, MakeState make_state = std::make_unique<State>,
                   Weigh weigh = {})
        : max_weight_(max_weight), max_threads_(threads), make_state_(std::move(make_state)), weigh_(std::move(weigh)) {
        threads_.reserve(lanes_.size() * threads);
    }
    /// Drops what has not begun; waits for what has.
    ~OrderedWorkers() {
        {
            const std::lock_guard lock(mutex_);
            stop_ = true;
        }
        for (Queue& lane : lanes_) lane.changed.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }
    OrderedWorkers(const OrderedWorkers&) = delete;
    OrderedWorkers& operator=(const OrderedWorkers&) = delete;

    /// Whether a task of that weight may be added now.
    [[nodiscard]] bool has_room(std::uint64_t weight) const {
        const std::lock_guard lock(mutex_);
        return slots_.empty() || (weight_ - lighter_ + weight <= max_weight_ && slots_.size() < max_tasks);
    }
    [[nodiscard]] bool idle() const { return slots_.empty(); }

    void add(std::uint64_t weight, Task task, Lane in = computing) {
        Queue& lane = lanes_[in];
        auto slot = std::make_unique<Slot>();
        slot->weight = weight;
        slot->task = std::move(task);
        weight_ += weight;
        {
            const std::lock_guard lock(mutex_);
            lane.tasks.push_back(slot.get());
        }
        slots_.push_back(std::move(slot));
        if (lane.threads < max_threads_) {
            ++lane.threads;
            threads_.emplace_back([this, &lane, state = make_state_()] { work(lane, *state); });
        } else {
            lane.changed.notify_one();
        }
    }

    /// The result of the oldest task; waits for it. Not when idle.
    [[nodiscard]] Result take() {
        Slot& slot = *slots_.front();
        std::unique_lock lock(mutex_);
        done_.wait(lock, [&] { return slot.result || slot.failure; });
        lighter_ -= slot.lighter;
        lock.unlock();
        const std::unique_ptr<Slot> finished = std::move(slots_.front());
        slots_.pop_front();
        weight_ -= finished->weight;
        if (finished->failure) std::rethrow_exception(finished->failure);
        return std::move(*finished->result);
    }

private:
    static constexpr std::size_t max_tasks = 4096;

    struct Slot {
        std::uint64_t weight = 0;
        std::uint64_t lighter = 0;  ///< By how much the result is lighter.
        Task task;
        std::optional<Result> result;
        std::exception_ptr failure;
    };

    struct Queue {
        std::deque<Slot*> tasks;  ///< Not begun.
        std::condition_variable changed;
        std::size_t threads = 0;  ///< The owner's alone.
    };

    static void run(Slot& slot, State& state, std::optional<Result>& result, std::exception_ptr& failure) {
        try {
            result = slot.task(state);
        } catch (...) {
            failure = std::current_exception();
        }
        slot.task = nullptr;
    }

    void work(Queue& lane, State& state) {
        // Behind the thread that takes the results, which all wait for in the end. On Linux this is of the thread
        // alone.
        static_cast<void>(::nice(worker_niceness));
        std::unique_lock lock(mutex_);
        for (;;) {
            lane.changed.wait(lock, [&] { return stop_ || !lane.tasks.empty(); });
            if (stop_) return;
            Slot& slot = *lane.tasks.front();
            lane.tasks.pop_front();
            lock.unlock();
            std::optional<Result> result;
            std::exception_ptr failure;
            run(slot, state, result, failure);
            const std::uint64_t weight = result && weigh_ ? weigh_(*result) : slot.weight;
            lock.lock();
            slot.lighter = slot.weight - std::min(slot.weight, weight);
            lighter_ += slot.lighter;
            slot.result = std::move(result);
            slot.failure = failure;
            done_.notify_one();
        }
    }

    const std::uint64_t max_weight_;
    const std::size_t max_threads_;
    const MakeState make_state_;
    const Weigh weigh_;
    std::uint64_t weight_ = 0;                 ///< Of the slots; the owner's alone.
    std::deque<std::unique_ptr<Slot>> slots_;  ///< In order; the owner's alone.
    std::uint64_t lighter_ = 0;                ///< By how much all results are. Guarded by mutex_,
    bool stop_ = false;                        ///< as is this,
    std::array<Queue, 2> lanes_;               ///< and these, and the slots' results.
    mutable std::mutex mutex_;
    std::condition_variable done_;
    std::vector<std::thread> threads_;  ///< Last: they use all the others.
};

}  // namespace quarry
