#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace quarry::testing {

/// What a piece of work took.
struct MeasuredRun {
    std::uint64_t memory = 0;  ///< The most bytes in memory beyond those that it began with; 0 with a sanitizer.
    double seconds = 0;        ///< Of the processor.
    std::string result;        ///< What it returned.
    std::string failure;       ///< How it ended, where it did not return: by a signal, such as that of a limit.
};

/// Runs `work` in a child process that may take so many seconds of processor time, and so much memory unless a
/// sanitizer is at work. What it throws is its failure.
[[nodiscard]] MeasuredRun run_measured(const std::function<std::string()>& work, unsigned most_seconds,
                                       std::uint64_t most_memory);

}  // namespace quarry::testing
