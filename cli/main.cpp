// The process around the program: standard streams, terminal, signals.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/line/app.h"
#include "cli/ui/fd_stream.h"
#include "cli/ui/pager.h"
#include "core/app/own_converter.h"

namespace quarry::cli {
namespace {

// A signal handler takes no argument, so what it works on has to be reachable from nowhere.
std::atomic<Cancellation*> interrupted{nullptr};
std::atomic<std::int64_t> interrupted_at{0};

// The same Ctrl-C can come twice, from the terminal and from a parent that passes it on; a person takes longer.
constexpr std::int64_t kSameKeyMilliseconds = 300;

std::int64_t now_milliseconds() {
    struct timespec time = {};
    clock_gettime(CLOCK_MONOTONIC, &time);  // safe in a signal handler, as std::chrono is not said to be
    return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

/// The first Ctrl-C asks to stop, a second one kills.
void on_signal(int signal) {
    Cancellation* cancellation = interrupted.load();
    if (cancellation != nullptr && !cancellation->cancelled()) {
        interrupted_at.store(now_milliseconds());
        cancellation->cancel();
    } else if (now_milliseconds() - interrupted_at.load() > kSameKeyMilliseconds) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

bool is_file(int descriptor) {
    struct stat status = {};
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

void handle_signals(Cancellation& cancellation) {
    interrupted.store(&cancellation);
    process_cancellation() = &cancellation;
    struct sigaction action = {};
    action.sa_handler = on_signal;  // without SA_RESTART: what waits returns
    for (const int signal : {SIGINT, SIGTERM}) {
        struct sigaction before = {};
        sigaction(signal, nullptr, &before);
        // A shell's background job starts with SIGINT ignored, and Ctrl-C is not meant for it.
        if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
    }
    std::signal(SIGPIPE, SIG_IGN);  // writing to a closed pipe fails instead, which is told apart and quiet
}

/// Takes the numbers of standard streams that are closed, or the next file that is opened would be taken for one of
/// them and messages be written into it. Reading and writing there fail as they did.
void hold_closed_streams() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
        // The lowest free number is the one that is missing.
        static_cast<void>(open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    }
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

/// The program, with the streams of this process.
int run_process(const std::vector<std::string>& arguments) {
    hold_closed_streams();
    Cancellation cancellation;
    handle_signals(cancellation);
    FdInput in_buffer(STDIN_FILENO, cancellation);
    FdOutput out_buffer(STDOUT_FILENO);
    std::istream in(&in_buffer);
    in.exceptions(std::ios::badbit);
    std::ostream out(&out_buffer);

    Process process{.in = in,
                    .out = out,
                    .err = std::cerr,
                    .environment = environment,
                    .cancel = cancellation,
                    .in_is_terminal = isatty(STDIN_FILENO) == 1,
                    .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                    .out_is_file = is_file(STDOUT_FILENO),
                    .err_is_terminal = isatty(STDERR_FILENO) == 1,
                    .width = terminal_width(),
                    .out_failure = [&] { return out_buffer.failure(); },
                    .page = [](const std::string& command) { return std::make_shared<Pager>(command); },
                    .converter = app::own_converter(environment)};
    const int code = run(arguments, process);
    interrupted.store(nullptr);
    process_cancellation() = nullptr;
    return code;
}

}  // namespace
}  // namespace quarry::cli

int main(int argc, char** argv) {
    const std::vector<std::string> arguments{argv + (argc > 0 ? 1 : 0), argv + argc};
    if (const std::optional<int> status = quarry::app::serve_as_converter(arguments)) return *status;
    return quarry::cli::run_process(arguments);
}
