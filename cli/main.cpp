// The process around the program: standard streams, terminal, signals.
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "cli/app.h"
#include "cli/fd_stream.h"

namespace {

// A signal handler takes no argument, so what it sets has to be reachable from nowhere.
std::atomic<quarry::Cancellation*> interrupted{nullptr};

void on_signal(int) {
    if (quarry::Cancellation* cancellation = interrupted.load()) cancellation->cancel();
}

/// The first Ctrl-C asks to stop, the second one kills: the handler is gone after its first call.
void handle_signals(quarry::Cancellation& cancellation) {
    interrupted.store(&cancellation);
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // without SA_RESTART: a blocked read returns
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // writing to a closed pipe fails instead, which is told apart and quiet
}

std::optional<std::string> environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int terminal_width() {
    struct winsize size = {};
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
        if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    }
    const auto columns = environment("COLUMNS");
    const int given = columns ? std::atoi(columns->c_str()) : 0;
    return given > 0 ? given : 80;
}

}  // namespace

int main(int argc, char** argv) {
    quarry::Cancellation cancellation;
    handle_signals(cancellation);
    quarry::cli::FdInput in_buffer(STDIN_FILENO, cancellation);
    quarry::cli::FdOutput out_buffer(STDOUT_FILENO);
    std::istream in(&in_buffer);
    in.exceptions(std::ios::badbit);
    std::ostream out(&out_buffer);

    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    quarry::cli::Process process{.in = in,
                                 .out = out,
                                 .err = std::cerr,
                                 .environment = environment,
                                 .cancel = cancellation,
                                 .in_is_terminal = isatty(STDIN_FILENO) == 1,
                                 .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                                 .err_is_terminal = isatty(STDERR_FILENO) == 1,
                                 .width = terminal_width(),
                                 .out_failure = [&] { return out_buffer.failure(); }};
    const int code = quarry::cli::run(arguments, process);
    interrupted.store(nullptr);
    return code;
}
