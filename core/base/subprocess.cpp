#include "core/base/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/process_memory.h"
#include "core/base/processor_time.h"
#include "core/base/sandbox.h"
#include "core/base/text.h"

namespace quarry {
namespace {

using Clock = std::chrono::steady_clock;

/// How often cancellation and time are looked at.
constexpr int tick_milliseconds = 50;
constexpr std::size_t kept_of_errors = 4096;
constexpr std::size_t received_at_once = 1'000'000;

Error cannot_spawn(const char* what) {
    const int number = errno;
    return Error(ErrorCode::failed, fmt::format("cannot start a process: no {}", what),
                 "the machine may be short of memory, processes or open files")
        .because(std::strerror(number));
}

class OwnedDescriptor {
public:
    explicit OwnedDescriptor(int descriptor = -1) noexcept : descriptor_(descriptor) {}
    OwnedDescriptor(OwnedDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~OwnedDescriptor() { close(); }
    void close() noexcept {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }
    [[nodiscard]] int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw cannot_spawn("pipe");
        reader = OwnedDescriptor(ends[0]);
        writer = OwnedDescriptor(ends[1]);
    }
    OwnedDescriptor reader;
    OwnedDescriptor writer;
};

OwnedDescriptor file_in_memory(std::string_view content) {
    OwnedDescriptor file(::memfd_create("quarry-input", MFD_CLOEXEC));
    if (file.get() < 0) throw cannot_spawn("file in memory");
    while (!content.empty()) {
        const ssize_t written = ::write(file.get(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw cannot_spawn("memory for its input");
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::lseek(file.get(), 0, SEEK_SET) != 0) throw cannot_spawn("file in memory");
    return file;
}

/// What of the environment goes on, nothing that could hold a secret, and what is set besides.
std::vector<char*> safe_environment(const std::vector<std::string>& besides) {
    constexpr auto names = std::to_array<std::string_view>({"PATH=", "HOME=", "TMPDIR=", "TZ=", "LANG=", "LC_"});
    std::vector<char*> kept;
    // First, as the first of a name is the one that counts.
    for (const std::string& variable : besides) kept.push_back(const_cast<char*>(variable.c_str()));
    for (char** one = ::environ; one != nullptr && *one != nullptr; ++one) {
        const std::string_view variable(*one);
        if (std::any_of(names.begin(), names.end(), [&](std::string_view name) { return variable.starts_with(name); }))
            kept.push_back(*one);
    }
    kept.push_back(nullptr);
    return kept;
}

/// Where `execvp` looks for programs.
std::string_view search_path() {
    for (char** one = ::environ; one != nullptr && *one != nullptr; ++one) {
        if (std::string_view(*one).starts_with("PATH=")) return std::string_view(*one).substr(5);
    }
    return "/bin:/usr/bin";
}

void limit_resource(int resource, std::uint64_t most) noexcept {
    rlimit limit{};
    ::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
    limit.rlim_cur = limit.rlim_max = std::min<rlim_t>(most, limit.rlim_max);
    ::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit);
}

/// All that the child needs, made before the fork: behind it only async-signal-safe calls are allowed.
struct ChildPlan {
    std::vector<char*> arguments;
    std::vector<char*> environment;
    int input, output, errors, failure;
    std::uint64_t cpu_seconds, address_space, file_bytes;
    const Sandbox* sandbox;  // or null
    bool is_server;          // and then it must be confined
    std::optional<SystemUser> user;
    pid_t parent;
};

/// What the child has to be given, and what its arguments, environment and sandbox are in.
struct Child {
    Child(const std::vector<std::string>& arguments, const SubprocessOptions& options) {
        if (options.sandboxed || !options.server_folder.empty()) {
            sandbox.emplace(arguments.front(), search_path());
            sandbox->serve_in(options.server_folder);
        }
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options.max_time).count();
        plan = {{},
                safe_environment(options.environment),
                -1,
                -1,
                -1,
                failure.writer.get(),
                static_cast<std::uint64_t>(seconds) + 1,
                options.address_space_bytes,
                options.max_file_bytes,
                sandbox ? &*sandbox : nullptr,
                !options.server_folder.empty(),
                options.user,
                ::getpid()};
        for (const std::string& argument : arguments) plan.arguments.push_back(const_cast<char*>(argument.c_str()));
        plan.arguments.push_back(nullptr);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t start(int input, int output, int errors);
    /// 0 once it runs, or why it does not.
    [[nodiscard]] int failed_with() const {
        int number = 0;
        ssize_t got = 0;
        while ((got = ::read(failure.reader.get(), &number, sizeof number)) < 0 && errno == EINTR) {
        }
        return got == sizeof number ? number : 0;
    }

    Pipe failure;
    std::optional<Sandbox> sandbox;
    ChildPlan plan;
};

/// The other user may not read the working folder, and the signal at the parent's end is lost with a change of user.
bool become_user(const ChildPlan& plan) noexcept {
    if (!plan.user) return true;
    if (::chdir("/") != 0 || ::syscall(SYS_setgroups, 0, nullptr) != 0 ||
        ::syscall(SYS_setresgid, plan.user->gid, plan.user->gid, plan.user->gid) != 0 ||
        ::syscall(SYS_setresuid, plan.user->uid, plan.user->uid, plan.user->uid) != 0) {
        return false;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    return ::getppid() == plan.parent;
}

[[noreturn]] void become_program(const ChildPlan& plan) noexcept {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) ::_exit(127);
    ::dup2(plan.input, STDIN_FILENO);
    ::dup2(plan.output, STDOUT_FILENO);
    ::dup2(plan.errors, STDERR_FILENO);
    const int failure = ::fcntl(plan.failure, F_DUPFD_CLOEXEC, 3);
    if (failure != 3) ::dup3(failure, 3, O_CLOEXEC);
    ::close_range(4, ~0U, 0);
    limit_resource(RLIMIT_CORE, 0);
    limit_resource(RLIMIT_CPU, plan.cpu_seconds);
    limit_resource(RLIMIT_FSIZE, plan.file_bytes);
    if (plan.address_space != 0) limit_resource(RLIMIT_AS, plan.address_space);
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (become_user(plan) && (plan.sandbox == nullptr || plan.sandbox->enter() || !plan.is_server)) {
        ::execvpe(plan.arguments[0], plan.arguments.data(), plan.environment.data());
    }
    const int number = errno;
    static_cast<void>(!::write(3, &number, sizeof number));
    ::_exit(127);
}

pid_t Child::start(int input, int output, int errors) {
    plan.input = input;
    plan.output = output;
    plan.errors = errors;
    const pid_t pid = ::fork();
    if (pid < 0) throw cannot_spawn("process");
    if (pid == 0) become_program(plan);
    ::setpgid(pid, pid);  // Also here: it must be so before the first kill, whoever runs first.
    failure.writer.close();
    return pid;
}

/// A child and its process group, which are gone when this is.
class ChildGroup {
public:
    explicit ChildGroup(pid_t pid) noexcept : pid_(pid) {}
    ~ChildGroup() { finish(); }
    ChildGroup(const ChildGroup&) = delete;
    ChildGroup& operator=(const ChildGroup&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    /// Whether the child has ended; never waits.
    [[nodiscard]] bool ended() const noexcept {
        siginfo_t info{};
        return done_ || (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
                         info.si_pid == pid_);
    }
    /// Kills what is left of the group; gives the child's status.
    int finish() noexcept {
        // The group's number stays taken while the child is not waited for.
        if (!done_) ::kill(-pid_, SIGKILL);
        while (!done_) {
            if (::waitpid(pid_, &status_, 0) == pid_ || errno != EINTR) done_ = true;
        }
        return status_;
    }

private:
    pid_t pid_;
    int status_ = 0;
    bool done_ = false;
};

/// Appends what can be read now; false at the end of the stream.
bool read_some(int descriptor, std::string& into, std::uint64_t most) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    const std::uint64_t room = most > into.size() ? most - into.size() : 0;
    into.append(buffer.data(),
                static_cast<std::size_t>(std::min<std::uint64_t>(room, static_cast<std::uint64_t>(got))));
    return got > 0;
}

/// By what `waitpid` says of a child.
void set_ending(SubprocessResult& result, int status) noexcept {
    if (WIFSIGNALED(status)) result.ending = SubprocessResult::Ending::signalled;
    result.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

/// Looks now and then at the memory of a process and of what it started.
class MemoryWatch {
public:
    MemoryWatch(pid_t process, std::uint64_t most) noexcept : process_(process), most_(most) {}

    [[nodiscard]] bool is_over() {
        if (most_ == 0 || Clock::now() < next_look_) return false;
        next_look_ = Clock::now() + std::chrono::milliseconds(tick_milliseconds);
        return resident_bytes_of(process_) > most_;
    }

private:
    pid_t process_;
    std::uint64_t most_;
    Clock::time_point next_look_{};
};

/// Reads both streams until the child is done, or something ends it.
SubprocessResult::Ending collect(ChildGroup& child, OwnedDescriptor& output, OwnedDescriptor& errors,
                                 SubprocessResult& result, const SubprocessOptions& options, const Cancellation* cancel,
                                 const SubprocessSink& sink) {
    const Clock::time_point end = Clock::now() + options.max_time;
    MemoryWatch memory(child.pid(), options.resident_bytes);
    std::uint64_t given = 0;  // to the sink
    for (;;) {
        if (cancel != nullptr) cancel->check();
        std::array<pollfd, 2> streams{{{output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}}};
        const bool open = output.get() >= 0 || errors.get() >= 0;
        const bool ended = child.ended();
        if (ended && !open) return SubprocessResult::Ending::exited;
        if (Clock::now() >= end) return SubprocessResult::Ending::timed_out;
        if (memory.is_over()) return SubprocessResult::Ending::too_much_memory;
        // What a child left in its pipes is there at once; a grandchild that holds them open is not waited for.
        const int ready = ::poll(streams.data(), streams.size(), ended ? 0 : open ? tick_milliseconds : 1);
        if (ready == 0 && ended) return SubprocessResult::Ending::exited;
        if (ready <= 0) continue;
        if (streams[0].revents != 0 && !read_some(output.get(), result.output, options.max_output_bytes + 1 - given))
            output.close();
        if (sink && !result.output.empty()) {
            given += result.output.size();
            if (given <= options.max_output_bytes) sink(result.output);
            result.output.clear();
        }
        if (streams[1].revents != 0 && !read_some(errors.get(), result.error_text, kept_of_errors)) errors.close();
        if (given + result.output.size() > options.max_output_bytes) return SubprocessResult::Ending::too_much_output;
    }
}

}  // namespace

SubprocessResult run_subprocess(const std::vector<std::string>& arguments, std::string_view input,
                                const SubprocessOptions& options, const Cancellation* cancel,
                                const SubprocessSink& sink) {
    const OwnedDescriptor stdin_file = file_in_memory(input);
    Pipe output, errors;
    Child started(arguments, options);
    ChildGroup child(started.start(stdin_file.get(), output.writer.get(), errors.writer.get()));
    output.writer.close();
    errors.writer.close();

    SubprocessResult result;
    if (const int number = started.failed_with(); number != 0) {
        result.ending = SubprocessResult::Ending::not_started;
        result.status = number;
        return result;
    }
    result.ending = collect(child, output.reader, errors.reader, result, options, cancel, sink);
    const int status = child.finish();
    if (result.ending == SubprocessResult::Ending::exited) set_ending(result, status);
    return result;
}

struct BackgroundProcess::State {
    explicit State(pid_t pid) noexcept : child(pid), pid(pid) {}
    ChildGroup child;
    pid_t pid;
};

BackgroundProcess::BackgroundProcess(const std::vector<std::string>& arguments, const std::filesystem::path& log,
                                     const SubprocessOptions& options) {
    const OwnedDescriptor nothing = file_in_memory({});
    const OwnedDescriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (output.get() < 0) throw cannot_spawn("file for its messages");
    Child started(arguments, options);
    state_ = std::make_unique<State>(started.start(nothing.get(), output.get(), output.get()));
    if (const int number = started.failed_with(); number != 0) {
        throw Error(ErrorCode::failed, fmt::format("cannot start {}", arguments.front()))
            .because(std::strerror(number));
    }
}

BackgroundProcess::~BackgroundProcess() = default;

bool BackgroundProcess::running() noexcept { return !state_->child.ended(); }

bool BackgroundProcess::end(int signal, std::chrono::milliseconds most) noexcept {
    const Clock::time_point give_up = Clock::now() + most;
    if (running()) ::kill(state_->pid, signal);
    while (running()) {
        if (Clock::now() >= give_up) return false;
        ::poll(nullptr, 0, 5);
    }
    return true;
}

struct ConnectedProcess::State {
    explicit State(OwnedDescriptor&& messages) noexcept : errors(std::move(messages)) {}

    /// Whether there is time left; returns when the socket may be ready.
    [[nodiscard]] bool wait_for(short events, const Wait& wait) const {
        if (wait.cancel != nullptr) wait.cancel->check();
        if (Clock::now() >= wait.end || processor_time() > wait.processor_time) return false;
        pollfd one{socket.get(), events, 0};
        ::poll(&one, 1, tick_milliseconds);
        return true;
    }

    [[nodiscard]] std::chrono::nanoseconds processor_time() const noexcept {
        return processor_time_of(child->pid()).value_or(std::chrono::nanoseconds(0));
    }

    OwnedDescriptor socket, errors;
    std::optional<ChildGroup> child;
};

ConnectedProcess::ConnectedProcess(const std::vector<std::string>& arguments, const SubprocessOptions& options)
    : state_(std::make_unique<State>(file_in_memory({}))) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw cannot_spawn("socket");
    state_->socket = OwnedDescriptor(ends[0]);
    const OwnedDescriptor theirs(ends[1]);
    Child started(arguments, options);
    state_->child.emplace(started.start(theirs.get(), theirs.get(), state_->errors.get()));
    if (const int number = started.failed_with(); number != 0) {
        throw Error(ErrorCode::failed, fmt::format("cannot start {}", arguments.front()))
            .because(std::strerror(number));
    }
}

ConnectedProcess::~ConnectedProcess() = default;

std::chrono::nanoseconds ConnectedProcess::processor_time() const noexcept { return state_->processor_time(); }

ConnectedProcess::Transfer ConnectedProcess::send(std::string_view bytes, const Wait& wait) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(state_->socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno != EAGAIN && errno != EINTR) {
            return Transfer::ended;
        } else if (!state_->wait_for(POLLOUT, wait)) {
            return Transfer::timed_out;
        }
    }
    return Transfer::done;
}

ConnectedProcess::Transfer ConnectedProcess::receive(std::string& to, std::uint64_t count, const Wait& wait) {
    std::size_t filled = to.size();
    const std::size_t end = filled + count;
    while (filled < end) {
        if (filled == to.size()) to.resize(std::min(end, filled + received_at_once));
        const ssize_t got = ::recv(state_->socket.get(), to.data() + filled, to.size() - filled, MSG_DONTWAIT);
        if (got > 0) {
            filled += static_cast<std::size_t>(got);
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            return Transfer::ended;
        } else if (!state_->wait_for(POLLIN, wait)) {
            return Transfer::timed_out;
        }
    }
    return Transfer::done;
}

ConnectedProcess::Transfer ConnectedProcess::receive_some(std::string& to, std::size_t most, const Wait& wait) {
    const std::size_t filled = to.size();
    to.resize(filled + most);
    for (;;) {
        const ssize_t got = ::recv(state_->socket.get(), to.data() + filled, most, MSG_DONTWAIT);
        to.resize(filled + (got > 0 ? static_cast<std::size_t>(got) : 0));
        if (got > 0) return Transfer::done;
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) return Transfer::ended;
        if (!state_->wait_for(POLLIN, wait)) return Transfer::timed_out;
        to.resize(filled + most);
    }
}

SubprocessResult ConnectedProcess::finish() {
    SubprocessResult result;
    set_ending(result, state_->child->finish());
    result.error_text.resize(kept_of_errors);
    const ssize_t got = ::pread(state_->errors.get(), result.error_text.data(), kept_of_errors, 0);
    result.error_text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return result;
}

std::string subprocess_cause(const SubprocessResult& result) {
    const std::string said = one_line(strip_terminal_controls(replace_invalid_utf8(result.error_text)), 300);
    const std::string colon = said.empty() ? "" : ": " + said;
    switch (result.ending) {
        case SubprocessResult::Ending::exited: return fmt::format("it ended with status {}{}", result.status, colon);
        case SubprocessResult::Ending::signalled:
            return fmt::format("it was terminated by the signal {}{}", ::strsignal(result.status), colon);
        case SubprocessResult::Ending::not_started: return std::strerror(result.status);
        case SubprocessResult::Ending::timed_out: return "it took too long and was terminated";
        case SubprocessResult::Ending::too_much_output: return "it wrote too much and was terminated";
        case SubprocessResult::Ending::too_much_memory: return "it took too much memory and was terminated";
    }
    return {};
}

}  // namespace quarry
