#pragma once

#include <sys/types.h>

#include <chrono>
#include <ctime>
#include <optional>

namespace quarry {

/// The processor time that this thread has taken. Unlike the time of a clock it does not grow while others have the
/// processor, so that a limit means the same on a busy machine.
[[nodiscard]] inline std::chrono::nanoseconds thread_processor_time() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// That of another process; nothing when there is no such process.
[[nodiscard]] inline std::optional<std::chrono::nanoseconds> processor_time_of(pid_t process) noexcept {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return std::nullopt;
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace quarry
