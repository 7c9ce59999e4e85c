#include "cli/ui/pager.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <vector>

namespace quarry::cli {
namespace {

/// The environment, with what less wants where the user has not said it: quit if all fits the screen, colours and
/// links as they are, leave the text on the screen.
std::vector<char*> pager_environment(std::string& less) {
    std::vector<char*> variables;
    bool has_less = false;
    for (char** one = environ; *one != nullptr; ++one) {
        has_less = has_less || std::string_view(*one).starts_with("LESS=");
        variables.push_back(*one);
    }
    if (!has_less) variables.push_back(less.data());
    variables.push_back(nullptr);
    return variables;
}

int kept_copy(int descriptor) { return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

}  // namespace

Pager::Pager(const std::string& command) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, pipe[0], STDIN_FILENO);
    sigset_t defaults;  // ours are ignored or caught, and the first would be inherited
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    std::string shell = "sh", option = "-c", text = command, less = "LESS=FRX";
    const std::array<char*, 4> arguments = {shell.data(), option.data(), text.data(), nullptr};
    const std::vector<char*> variables = pager_environment(less);
    const int failure = ::posix_spawn(&child_, "/bin/sh", &actions, &attributes, arguments.data(), variables.data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    ::close(pipe[0]);
    if (failure == 0) {
        out_ = kept_copy(STDOUT_FILENO);
        ::dup2(pipe[1], STDOUT_FILENO);
        if (::isatty(STDERR_FILENO) == 1) {
            err_ = kept_copy(STDERR_FILENO);
            ::dup2(pipe[1], STDERR_FILENO);
        }
    } else {
        child_ = -1;
    }
    ::close(pipe[1]);
}

Pager::~Pager() {
    if (child_ < 0) return;
    // The program reads to the end of what was written, which comes when nobody can write any more.
    for (const auto& [kept, descriptor] : {std::pair{out_, STDOUT_FILENO}, std::pair{err_, STDERR_FILENO}}) {
        if (kept < 0) continue;
        ::dup2(kept, descriptor);
        ::close(kept);
    }
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace quarry::cli
