#include "tests/property/measured_run.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>

namespace quarry::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool limits_memory = false;  // a sanitizer takes far more than the work does
#else
constexpr bool limits_memory = true;
#endif

/// A line of /proc/self/status, in bytes.
std::uint64_t status_bytes(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(key + ":")) return std::stoull(line.substr(key.size() + 1)) * 1024;
    }
    throw std::runtime_error("/proc/self/status has no " + key);
}

void limit(__rlimit_resource resource, std::uint64_t most) {
    const rlimit limits{most, most};
    if (::setrlimit(resource, &limits) != 0) throw std::runtime_error("no limit");
}

[[noreturn]] void run_child(int output, const std::function<std::string()>& work, unsigned most_seconds,
                            std::uint64_t most_memory) {
    std::string said;
    try {
        limit(RLIMIT_CORE, 0);
        limit(RLIMIT_CPU, most_seconds);
        if (limits_memory) limit(RLIMIT_AS, status_bytes("VmSize") + most_memory);
        const std::uint64_t before = status_bytes("VmRSS");
        said = "r" + work();
        const std::uint64_t peak = status_bytes("VmHWM");
        said = std::to_string(limits_memory && peak > before ? peak - before : 0) + " " + said;
    } catch (const std::exception& error) {
        said = std::string("0 f") + error.what();
    }
    for (std::size_t at = 0; at < said.size();) {
        const ssize_t written = ::write(output, said.data() + at, said.size() - at);
        if (written <= 0) break;
        at += static_cast<std::size_t>(written);
    }
    ::_exit(0);
}

}  // namespace

MeasuredRun run_measured(const std::function<std::string()>& work, unsigned most_seconds, std::uint64_t most_memory) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no process");
    if (child == 0) run_child(ends[1], work, most_seconds, most_memory);
    ::close(ends[1]);
    std::string said;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; (got = ::read(ends[0], piece.data(), piece.size())) > 0;) {
        said.append(piece.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    rusage used{};
    if (::wait4(child, &status, 0, &used) != child) throw std::runtime_error("the process is lost");
    MeasuredRun run;
    run.seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                  static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    const std::size_t space = said.find(' ');
    if (WIFSIGNALED(status)) {
        run.failure = ::strsignal(WTERMSIG(status));
    } else if (space == std::string::npos) {
        run.failure = "it said nothing";
    } else {
        run.memory = std::stoull(said.substr(0, space));
        (said[space + 1] == 'r' ? run.result : run.failure) = said.substr(space + 2);
    }
    return run;
}

}  // namespace quarry::testing
