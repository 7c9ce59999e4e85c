#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry {

/// What this machine's kernel can confine a program with.
struct SandboxSupport {
    int landlock = 0;      ///< The version of its interface (landlock(7)), or 0: files, new programs, TCP.
    bool seccomp = false;  ///< Filters of system calls (seccomp(2)): sockets, and writes where there is no Landlock.

    /// Whether a server can be confined so far that its own administrator reaches nothing outside: signals only since
    /// Landlock 6.
    [[nodiscard]] bool confines_servers() const noexcept { return landlock >= 6 && seccomp; }
    /// "Landlock 7, seccomp"; empty when there is neither.
    [[nodiscard]] std::string name() const;
};
[[nodiscard]] SandboxSupport sandbox_support() noexcept;

/// Confines this process, of a single thread, for good to computing with what it has: it reads and writes the streams
/// that are open and takes memory. It opens no file and no connection, starts nothing, and signals itself only; what is
/// in its memory gets into no core dump. Gives how much of `support` is in force.
[[nodiscard]] SandboxSupport confine_to_computing(SandboxSupport support = sandbox_support()) noexcept;

/// Confines a program that handles what strangers wrote: it opens no network, changes no file, starts no other program,
/// and reads only what belongs to the system and to itself. It keeps the streams that it was given. As much of this is
/// done as the kernel can (`sandbox_support`); the rest is left out, without an error.
class Sandbox {
public:
    /// `program` is as for execvp: when it has no slash it is looked for in `search_path`, what PATH says.
    Sandbox(const std::string& program, std::string_view search_path, SandboxSupport support = sandbox_support());

    /// Confines a server, which besides may change what is in its folder, signal its own processes and be connected to
    /// over local sockets. It connects to nothing, and changes no file's rights, owner or times: these calls do
    /// nothing.
    void serve_in(std::string folder) { own_folder_ = std::move(folder); }

    /// Confines this thread, and what it becomes, for good; false when the kernel refused a part that it has.
    /// Async-signal-safe: for a child between fork and exec.
    [[nodiscard]] bool enter() const noexcept;

private:
    [[nodiscard]] bool enter_landlock() const noexcept;
    [[nodiscard]] bool enter_seccomp() const noexcept;

    SandboxSupport support_;
    std::vector<std::string> readable_;  ///< Folders and files, with what is below them.
    std::vector<std::string> runnable_;  ///< The program and what loads it.
    std::string own_folder_;             ///< Of a server; else empty.
};

}  // namespace quarry
