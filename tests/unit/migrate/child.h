#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <string>

#include "core/base/error.h"

namespace quarry::migrate::test {

/// A child process that runs some work and leaves with its exit code; killed and reaped at the latest when this goes.
class Child {
public:
    explicit Child(const std::function<void()>& work) : pid_(::fork()) {
        if (pid_ != 0) return;
        int code = 0;
        try {
            work();
        } catch (const Error& error) {
            code = static_cast<int>(error.code());
            (void)!::write(STDERR_FILENO, error.what(), std::char_traits<char>::length(error.what()));
        } catch (...) {
            code = 99;
        }
        ::_exit(code);
    }
    ~Child() {
        if (pid_ > 0) kill_now();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void kill_now() {
        ::kill(pid_, SIGKILL);
        (void)wait();
    }
    /// The exit code, or minus the signal that ended it.
    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    pid_t pid_;
};

}  // namespace quarry::migrate::test
