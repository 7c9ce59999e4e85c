#include "core/base/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/base/file.h"
#include "core/base/subprocess.h"

namespace quarry {
namespace {

namespace fs = std::filesystem;

class SandboxTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (sandbox_support().name().empty()) GTEST_SKIP() << "this kernel has neither Landlock nor seccomp";
        std::ofstream(file) << "secret";
    }
    static SubprocessResult run(const std::string& script, std::string_view input = {}) {
        return run_subprocess({"bash", "-c", script}, input, {.sandboxed = true});
    }
    /// What a child gives that is confined as a kernel with this support would.
    static int in_child(const SandboxSupport& support, const std::function<int()>& act) {
        const Sandbox sandbox("true", "/usr/bin", support);
        return in_child([&] { return sandbox.enter(); }, act);
    }
    static int in_child(const std::function<bool()>& confine, const std::function<int()>& act) {
        const pid_t child = ::fork();
        if (child == 0) {
            if (!confine()) ::_exit(99);
            ::_exit(act());
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    static int outcome(long result) { return result < 0 ? errno : 0; }

    TemporaryDirectory temporary;
    std::string file = (temporary.path() / "file").string();
};

TEST_F(SandboxTest, ReadsItsInputAndWritesItsOutput) {
    const SubprocessResult result = run_subprocess({"cat"}, "abc", {.sandboxed = true});
    EXPECT_EQ(result.output, "abc");
    EXPECT_TRUE(result.succeeded()) << subprocess_cause(result);
    EXPECT_EQ(run("read line; echo \"$line.\"; echo error >&2", "a\n").output, "a.\n");
}

TEST_F(SandboxTest, ChangesNoFile) {
    EXPECT_FALSE(run("echo changed > " + file).succeeded());
    EXPECT_FALSE(run("echo new > " + file + ".new").succeeded());
    for (const char* const program : {"rm", "truncate -s0", "mkdir -p x &&", "chmod 0777"}) {
        // A program at a time, as it may start no other.
        const std::string words = std::string(program) + " " + file;
        std::vector<std::string> arguments;
        for (std::size_t at = 0; at < words.size();) {
            const std::size_t end = std::min(words.find(' ', at), words.size());
            arguments.push_back(words.substr(at, end - at));
            at = end + 1;
        }
        static_cast<void>(run_subprocess(arguments, {}, {.sandboxed = true}));
    }
    EXPECT_EQ(read_file(file, 100), "secret");
    EXPECT_EQ(fs::status(file).permissions() & fs::perms::others_write, fs::perms::none);
    EXPECT_EQ(std::distance(fs::directory_iterator(temporary.path()), {}), 1);
}

TEST_F(SandboxTest, OpensNoConnection) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener, 1), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const std::string connect = "echo x > /dev/tcp/127.0.0.1/" + std::to_string(ntohs(address.sin_port));
    EXPECT_TRUE(run_subprocess({"bash", "-c", connect}, {}, {}).succeeded());
    EXPECT_FALSE(run(connect).succeeded());
    ::close(listener);
}

TEST_F(SandboxTest, StartsNoProgramAndReadsNoFileOfTheUser) {
    if (sandbox_support().landlock == 0) GTEST_SKIP() << "this kernel has no Landlock";
    EXPECT_FALSE(run("ls /").succeeded());
    EXPECT_FALSE(run("exec ls /").succeeded());
    EXPECT_FALSE(run("read line < " + file).succeeded());
}

TEST_F(SandboxTest, KeepsFilesAlsoWithoutLandlock) {
    const SandboxSupport only_seccomp{0, true};
    if (!sandbox_support().seccomp) GTEST_SKIP() << "this kernel has no seccomp";
    const auto refused = [&](const std::function<long()>& act) {
        return in_child(only_seccomp, [&] { return outcome(act()); });
    };
    EXPECT_EQ(refused([&] { return ::open(file.c_str(), O_RDONLY); }), 0);
    EXPECT_EQ(refused([&] { return ::open(file.c_str(), O_WRONLY); }), EACCES);
    EXPECT_EQ(refused([&] { return ::open(file.c_str(), O_RDONLY | O_TRUNC); }), EACCES);
    EXPECT_EQ(refused([&] { return ::open((file + "2").c_str(), O_RDONLY | O_CREAT, 0600); }), EACCES);
    EXPECT_EQ(refused([&] { return ::unlink(file.c_str()); }), EACCES);
    EXPECT_EQ(refused([&] { return ::rename(file.c_str(), (file + "2").c_str()); }), EACCES);
    EXPECT_EQ(refused([&] { return ::mkdir((file + "2").c_str(), 0700); }), EACCES);
    EXPECT_EQ(refused([&] { return ::chmod(file.c_str(), 0777); }), EACCES);
    EXPECT_EQ(refused([&] { return ::symlink("x", (file + "2").c_str()); }), EACCES);
    EXPECT_EQ(refused([] { return ::socket(AF_INET, SOCK_STREAM, 0); }), EACCES);
    EXPECT_EQ(refused([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }), EACCES);
}

TEST_F(SandboxTest, LeavesNothingButComputing) {
    const SandboxSupport kernel = sandbox_support();
    const int parent = ::getpid();
    const std::pair<const char*, std::function<long()>> acts[] = {
        {"open", [&] { return ::open(file.c_str(), O_RDONLY); }},
        {"open a folder", [] { return ::open("/", O_RDONLY | O_DIRECTORY); }},
        {"create", [&] { return ::open((file + "2").c_str(), O_WRONLY | O_CREAT, 0600); }},
        {"unlink", [&] { return ::unlink(file.c_str()); }},
        {"rename", [&] { return ::rename(file.c_str(), (file + "2").c_str()); }},
        {"exec", [] { return ::execl("/bin/true", "true", nullptr); }},
        {"fork", [] { return ::fork(); }},
        {"TCP", [] { return ::socket(AF_INET, SOCK_STREAM, 0); }},
        {"UDP", [] { return ::socket(AF_INET6, SOCK_DGRAM, 0); }},
        {"local socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }},
        {"kill", [parent] { return ::kill(parent, 0); }},
        {"tgkill", [parent] { return ::syscall(SYS_tgkill, parent, parent, 0); }},
        {"pipe",
         [] {
             int ends[2];
             return ::pipe(ends);
         }},
        {"ptrace", [parent] { return ::ptrace(PTRACE_SEIZE, parent, nullptr, nullptr); }},
        {"prctl", [] { return ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }},
        {"memory with code", [] {
             void* const place = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
             return place == MAP_FAILED ? -1L : 0L;
         }}};
    for (const auto& [name, act] : acts) {
        const auto with = [&, &act = act](const SandboxSupport& support) {
            return in_child([&] { return confine_to_computing(support).name() == support.name(); },
                            [&] { return outcome(act()); });
        };
        const std::string_view what = name;
        if (kernel.seccomp) {
            EXPECT_EQ(with(kernel), EACCES) << name;
            EXPECT_EQ(with({0, true}), EACCES) << name;
        }
        const bool is_of_files =
            what == "open" || what == "open a folder" || what == "create" || what == "unlink" || what == "exec";
        if (kernel.landlock > 0 && is_of_files) {
            EXPECT_EQ(with({kernel.landlock, false}), EACCES) << name;
        }
    }
    EXPECT_EQ(read_file(file, 100), "secret");
    EXPECT_EQ(std::distance(fs::directory_iterator(temporary.path()), {}), 1);
}

TEST_F(SandboxTest, LeavesComputing) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    EXPECT_EQ(in_child([] { return !confine_to_computing().name().empty(); },
                       [&] {
                           std::string text;
                           for (int i = 0; i < 3'000'000; ++i) text += static_cast<char>('a' + i % 26);
                           try {
                               throw std::runtime_error(text.substr(0, 26));
                           } catch (const std::runtime_error& error) {
                               return ::write(ends[1], error.what(), 26) == 26 ? 0 : 1;
                           }
                       }),
              0);
    char got[27] = {};
    EXPECT_EQ(::read(ends[0], got, 26), 26);
    EXPECT_STREQ(got, "abcdefghijklmnopqrstuvwxyz");
    // It can still end itself by abort().
    EXPECT_EQ(in_child([] { return !confine_to_computing().name().empty(); },
                       [] {
                           std::abort();
                           return 0;
                       }),
              -1);
    ::close(ends[0]);
    ::close(ends[1]);
}

}  // namespace
}  // namespace quarry
