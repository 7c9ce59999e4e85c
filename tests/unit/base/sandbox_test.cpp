#include "core/base/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>

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
        const pid_t child = ::fork();
        if (child == 0) {
            if (!sandbox.enter()) ::_exit(99);
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

}  // namespace
}  // namespace quarry
