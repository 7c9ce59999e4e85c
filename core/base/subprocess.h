#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"

namespace quarry {

/// Whom a program runs as.
struct SystemUser {
    uid_t uid = 0;
    gid_t gid = 0;
};

/// How much a subprocess may take, and do. 0 is no limit, where that is said.
struct SubprocessOptions {
    std::chrono::milliseconds max_time{60'000};
    std::uint64_t max_output_bytes = 500'000'000;  ///< Of its standard output.
    std::uint64_t address_space_bytes = 0;         ///< Or 0. Some run times reserve far more than they use.
    std::uint64_t max_file_bytes = 1'000'000'000;  ///< Of each file that it writes.
    /// Or 0: of what is in memory of it and the processes that it started, looked at every 50 ms (run_subprocess only).
    std::uint64_t resident_bytes = 0;
    std::vector<std::string> environment = {};     ///< Variables that it has besides: "NAME=value".
    bool sandboxed = false;                        ///< Confined as core/base/sandbox.h says.
    std::string server_folder = {};                ///< Confined as a server (Sandbox::serve_in), when not empty.
    std::optional<SystemUser> user = {};           ///< In place of root, which this process must be; from /.
};

struct SubprocessResult {
    enum class Ending {
        exited,           ///< By itself: `status` is its exit status.
        signalled,        ///< By a signal, such as its own crash or the limit of processor time: `status`.
        not_started,      ///< `status` is the errno, such as ENOENT when there is no such program.
        timed_out,        ///< Killed.
        too_much_output,  ///< Killed.
        too_much_memory,  ///< Killed.
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

/// A program that runs beside this one, killed when this goes or when this process ends. Its environment, files and
/// terminal are those of `run_subprocess`, its standard input is empty, and both its outputs go to the end of the file
/// `log`. Processes that it puts into groups of their own are its own to end. Used by one thread.
class BackgroundProcess {
public:
    /// Throws Error(failed) when it cannot be started. `options.max_time` limits processor time only.
    BackgroundProcess(const std::vector<std::string>& arguments, const std::filesystem::path& log,
                      const SubprocessOptions& options);
    ~BackgroundProcess();
    BackgroundProcess(const BackgroundProcess&) = delete;
    BackgroundProcess& operator=(const BackgroundProcess&) = delete;

    [[nodiscard]] bool running() noexcept;
    /// Sends a signal and waits until it ends; whether it did in time.
    bool end(int signal, std::chrono::milliseconds most) noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A program that runs beside this one and is talked with over its standard input and output, which are one socket.
/// Killed when this goes, when the thread that started it ends, or with this process. Its environment, files and
/// terminal are those of `run_subprocess`. Used by one thread.
class ConnectedProcess {
public:
    /// How long is waited for the program, and what breaks that off (may be null).
    struct Wait {
        std::chrono::steady_clock::time_point end;
        const Cancellation* cancel = nullptr;
        /// As much of `processor_time` as it may have taken.
        std::chrono::nanoseconds processor_time = std::chrono::nanoseconds::max();
    };
    enum class Transfer { done, ended, timed_out };  ///< `ended`: the program takes no more, or says no more.

    /// Throws Error(failed) when it cannot be started. `options.max_time` limits processor time only; nothing limits
    /// its output.
    ConnectedProcess(const std::vector<std::string>& arguments, const SubprocessOptions& options);
    ~ConnectedProcess();
    ConnectedProcess(const ConnectedProcess&) = delete;
    ConnectedProcess& operator=(const ConnectedProcess&) = delete;

    /// Throws Error(interrupted) on cancellation, and so does `receive`.
    [[nodiscard]] Transfer send(std::string_view bytes, const Wait& wait);
    /// Appends `count` bytes to `to`, which grows as they come, and is of no use when they do not all come.
    [[nodiscard]] Transfer receive(std::string& to, std::uint64_t count, const Wait& wait);
    /// Appends what there is, at least one byte and at most `most`.
    [[nodiscard]] Transfer receive_some(std::string& to, std::size_t most, const Wait& wait);
    /// What the program has taken so far; 0 when it has ended.
    [[nodiscard]] std::chrono::nanoseconds processor_time() const noexcept;
    /// Kills it if it has not ended; how it ended, and the beginning of what it wrote to standard error.
    [[nodiscard]] SubprocessResult finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// How a run ended, in words for an error's cause: "it ended with status 1: no such page".
[[nodiscard]] std::string subprocess_cause(const SubprocessResult& result);

}  // namespace quarry
