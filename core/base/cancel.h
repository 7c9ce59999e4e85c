#pragma once

#include <atomic>

#include "core/base/error.h"

namespace quarry {

/// A flag that asks long work to stop; looked at between items. Thread-safe, and `cancel` is signal-safe.
class Cancellation {
public:
    Cancellation() = default;
    Cancellation(const Cancellation&) = delete;
    Cancellation& operator=(const Cancellation&) = delete;

    void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }
    /// Throws Error(interrupted) once cancelled.
    void check() const {
        if (cancelled()) throw Error(ErrorCode::interrupted, "interrupted");
    }

private:
    std::atomic<bool> cancelled_{false};
    static_assert(std::atomic<bool>::is_always_lock_free);
};

/// What ends everything that this process does: that of its signals. Null while there is none; set by a program's
/// `main` before it starts threads, and looked at where no caller's own reaches, within a database.
inline std::atomic<const Cancellation*>& process_cancellation() noexcept {
    static std::atomic<const Cancellation*> cancellation{nullptr};
    return cancellation;
}

}  // namespace quarry
