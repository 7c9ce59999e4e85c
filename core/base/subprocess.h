#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry {

/// How much a subprocess may take, and do. 0 is no limit, where that is said.
struct SubprocessOptions {
    std::chrono::milliseconds max_time{60'000};
    std::uint64_t max_output_bytes = 500'000'000;  ///< Of its standard output.
    std::uint64_t address_space_bytes = 0;         ///< Or 0. Some run times reserve far more than they use.
    std::uint64_t max_file_bytes = 1'000'000'000;  ///< Of each file that it writes.
    std::vector<std::string> environment = {};     ///< Variables that it has besides: "NAME=value".
    bool sandboxed = false;                        ///< Confined as core/base/sandbox.h says.
};

struct SubprocessResult {
    enum class Ending {
        exited,           ///< By itself: `status` is its exit status.
        signalled,        ///< By a signal, such as its own crash or the limit of processor time: `status`.
        not_started,      ///< `status` is the errno, such as ENOENT when there is no such program.
        timed_out,        ///< Killed.
        too_much_output,  ///< Killed.
    };
    Ending ending = Ending::exited;
    int status = 0;
    std::string output;      ///< Standard output; empty when a sink took it.
    std::string error_text;  ///< The beginning of standard error.

    [[nodiscard]] bool succeeded() const noexcept { return ending == Ending::exited && status == 0; }
};

/// Takes standard output piece by piece as it is written. What it throws comes out, and ends the program.
using SubprocessSink = std::function<void(std::string_view piece)>;

/// Runs a program to its end and gives what it wrote. `arguments` starts with the program, which is looked for in PATH
/// when it has no slash; there is no shell.
///
/// `input` is its standard input, a file in memory that can be read and sought. It has no other open files, no
/// terminal to read, only PATH, HOME, TMPDIR, TZ and the language of the environment (so no keys), and it leads a
/// process group of its own, all of which is killed when the time is over, when it writes too much, and on
/// cancellation. Processor time is limited like time. It does not outlive this process. Any thread may call this.
/// Throws Error(interrupted) on cancellation (`cancel` may be null), and Error(failed) when the system gives no
/// pipes, memory or processes.
[[nodiscard]] SubprocessResult run_subprocess(const std::vector<std::string>& arguments, std::string_view input,
                                              const SubprocessOptions& options, const Cancellation* cancel = nullptr,
                                              const SubprocessSink& sink = {});

/// How a run ended, in words for an error's cause: "it ended with status 1: no such page".
[[nodiscard]] std::string subprocess_cause(const SubprocessResult& result);

}  // namespace quarry
