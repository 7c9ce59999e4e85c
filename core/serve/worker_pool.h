#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace quarry::serve {

/// Threads that work on what is queued, in its order. Thread-safe.
class WorkerPool {
public:
    /// At most `longest_queue` pieces of work wait.
    WorkerPool(std::size_t threads, std::size_t longest_queue);
    /// Does what is queued still.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Queues work, which must not throw; false, at once, when the queue is full.
    [[nodiscard]] bool submit(std::function<void()> work);
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

}  // namespace quarry::serve
