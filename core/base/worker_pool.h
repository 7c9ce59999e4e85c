#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace quarry {

/// Threads that work on what is queued, in its order. Thread-safe.
class WorkerPool {
public:
    /// At most `longest_queue` pieces of work wait.
    WorkerPool(std::size_t threads, std::size_t longest_queue);
    /// As `end`.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Queues work, which must not throw; false, at once, when the queue is full or the pool has ended.
    [[nodiscard]] bool submit(std::function<void()> work);
    /// Takes no further work, and waits for what is queued and under way. By one thread, none of the pool's.
    void end();
    /// Work that waits.
    [[nodiscard]] std::size_t waiting() const;

private:
    void run();

    const std::size_t longest_queue_;
    mutable std::mutex mutex_;  ///< Of those below.
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    bool ended_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace quarry
