#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quarry {

/// What this machine's kernel can confine a program with.
struct SandboxSupport {
    int landlock = 0;      ///< The version of its interface (landlock(7)), or 0: files, new programs, TCP.
    bool seccomp = false;  ///< Filters of system calls (seccomp(2)): sockets, and writes where there is no Landlock.

    /// "Landlock 7, seccomp"; empty when there is neither.
    [[nodiscard]] std::string name() const;
};
[[nodiscard]] SandboxSupport sandbox_support() noexcept;

/// Confines a program that reads what strangers wrote: it opens no network, changes no file, starts no other program,
/// and reads only what belongs to the system and to itself. It keeps the streams that it was given. As much of this is
/// done as the kernel can (`sandbox_support`); the rest is left out, without an error.
class Sandbox {
public:
    /// `program` is as for execvp: when it has no slash it is looked for in `search_path`, what PATH says.
    Sandbox(const std::string& program, std::string_view search_path, SandboxSupport support = sandbox_support());

    /// Confines this thread, and what it becomes, for good. Async-signal-safe: for a child between fork and exec.
    void enter() const noexcept;

private:
    void enter_landlock() const noexcept;

    SandboxSupport support_;
    std::vector<std::string> readable_;  ///< Folders and files, with what is below them.
    std::vector<std::string> runnable_;  ///< The program and what loads it.
};

}  // namespace quarry
