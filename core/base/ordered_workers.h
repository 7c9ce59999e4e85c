#pragma once

#include <unistd.h>

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
/// at most `max_weight`, or is a single task.
template <typename State, typename Result>
class OrderedWorkers {
    static constexpr int worker_niceness = 10;

public:
    using Task = std::function<Result(State&)>;

    using MakeState = std::function<std::unique_ptr<State>()>;

    /// The threads are started with the first tasks, so that a run without any costs nothing.
    OrderedWorkers(std::size_t threads, std::uint64_t max_weight, MakeState make_state = std::make_unique<State>)
        : max_weight_(max_weight), max_threads_(threads), make_state_(std::move(make_state)) {
        threads_.reserve(threads);
    }
    /// Drops what has not begun; waits for what has.
    ~OrderedWorkers() {
        {
            const std::lock_guard lock(mutex_);
            stop_ = true;
        }
        changed_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }
    OrderedWorkers(const OrderedWorkers&) = delete;
    OrderedWorkers& operator=(const OrderedWorkers&) = delete;

    /// Whether a task of that weight may be added now.
    [[nodiscard]] bool has_room(std::uint64_t weight) const {
        return slots_.empty() || (weight_ + weight <= max_weight_ && slots_.size() < max_tasks);
    }
    [[nodiscard]] bool idle() const { return slots_.empty(); }

    void add(std::uint64_t weight, Task task) {
        auto slot = std::make_unique<Slot>();
        slot->weight = weight;
        slot->task = std::move(task);
        weight_ += weight;
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(slot.get());
        }
        slots_.push_back(std::move(slot));
        if (threads_.size() < max_threads_) {
            threads_.emplace_back([this, state = make_state_()] { work(*state); });
        } else {
            changed_.notify_one();
        }
    }

    /// The result of the oldest task; waits for it. Not when idle.
    [[nodiscard]] Result take() {
        Slot& slot = *slots_.front();
        std::unique_lock lock(mutex_);
        done_.wait(lock, [&] { return slot.result || slot.failure; });
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
        Task task;
        std::optional<Result> result;
        std::exception_ptr failure;
    };

    static void run(Slot& slot, State& state, std::optional<Result>& result, std::exception_ptr& failure) {
        try {
            result = slot.task(state);
        } catch (...) {
            failure = std::current_exception();
        }
        slot.task = nullptr;
    }

    void work(State& state) {
        // Behind the thread that takes the results, which all wait for in the end. On Linux this is of the thread
        // alone.
        static_cast<void>(::nice(worker_niceness));
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
            if (stop_) return;
            Slot& slot = *waiting_.front();
            waiting_.pop_front();
            lock.unlock();
            std::optional<Result> result;
            std::exception_ptr failure;
            run(slot, state, result, failure);
            lock.lock();
            slot.result = std::move(result);
            slot.failure = failure;
            done_.notify_one();
        }
    }

    const std::uint64_t max_weight_;
    const std::size_t max_threads_;
    const MakeState make_state_;
    std::uint64_t weight_ = 0;                 ///< Of the slots; the owner's alone.
    std::deque<std::unique_ptr<Slot>> slots_;  ///< In order; the owner's alone.
    std::deque<Slot*> waiting_;                ///< Guarded by mutex_, as are the slots' results.
    bool stop_ = false;                        ///< Guarded by mutex_.
    std::mutex mutex_;
    std::condition_variable changed_;
    std::condition_variable done_;
    std::vector<std::thread> threads_;  ///< Last: they use all the others.
};

}  // namespace quarry
