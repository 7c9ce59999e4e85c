#pragma once

#include <functional>
#include <memory>

namespace quarry {

/// A thread for work that takes milliseconds beside the thread that starts it: it begins at once on another
/// processor, where the process may use one.
///
/// Linux by itself may start a thread on the processor of the one that makes it, where it waits, and move it only
/// milliseconds later; often so in a virtual machine, in which a processor that has nothing to do looks taken away.
class SideThread {
public:
    SideThread() noexcept;
    /// Starts `work`. Throws Error when there can be no more threads.
    explicit SideThread(std::function<void()> work);
    /// Waits for the end of the work; what it threw is lost.
    ~SideThread();
    SideThread(SideThread&& other) noexcept;
    SideThread& operator=(SideThread&& other) noexcept;
    SideThread(const SideThread&) = delete;
    SideThread& operator=(const SideThread&) = delete;

    /// Whether `join` has yet to be called.
    [[nodiscard]] bool joinable() const noexcept { return state_ != nullptr; }
    /// Waits for the end of the work, and throws what it threw.
    void join();

private:
    struct State;

    std::unique_ptr<State> state_;
};

}  // namespace quarry
