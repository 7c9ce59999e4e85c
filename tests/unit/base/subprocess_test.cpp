#include "core/base/subprocess.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "tests/support/error_of.h"

namespace quarry {
namespace {

using std::chrono::milliseconds;
using Ending = SubprocessResult::Ending;

SubprocessResult run_shell(const std::string& script, const SubprocessOptions& limits = {}) {
    return run_subprocess({"/bin/sh", "-c", script}, "", limits);
}

TEST(Subprocess, GivesOutputErrorsAndStatus) {
    const SubprocessResult result = run_shell("echo out; echo err >&2; exit 3");
    EXPECT_EQ(result.ending, Ending::exited);
    EXPECT_EQ(result.status, 3);
    EXPECT_EQ(result.output, "out\n");
    EXPECT_EQ(result.error_text, "err\n");
    EXPECT_FALSE(result.succeeded());
    EXPECT_EQ(subprocess_cause(result), "it ended with status 3: err");
}

TEST(Subprocess, LooksForTheProgramInPathAndPassesArgumentsAsTheyAre) {
    const SubprocessResult result = run_subprocess({"printf", "%s|", "a b", "$HOME", "*;'\""}, "", {});
    EXPECT_TRUE(result.succeeded());
    EXPECT_EQ(result.output, "a b|$HOME|*;'\"|");
}

TEST(Subprocess, ReadsMuchInputAndWritesMuchOutputWithoutBlocking) {
    const std::string input(3'000'000, 'x');
    EXPECT_EQ(run_subprocess({"cat"}, input, {}).output, input);
}

TEST(Subprocess, InputCanBeSoughtAsAFile) {
    EXPECT_EQ(run_subprocess({"tail", "-c", "3", "/dev/stdin"}, "abcdef", {}).output, "def");
}

TEST(Subprocess, SaysThatThereIsNoSuchProgram) {
    const SubprocessResult result = run_subprocess({"no-such-program-anywhere"}, "", {});
    EXPECT_EQ(result.ending, Ending::not_started);
    EXPECT_EQ(result.status, ENOENT);
    EXPECT_EQ(subprocess_cause(result), "No such file or directory");
}

TEST(Subprocess, TellsOfASignal) {
    const SubprocessResult result = run_shell("kill -SEGV $$");
    EXPECT_EQ(result.ending, Ending::signalled);
    EXPECT_EQ(result.status, SIGSEGV);
}

TEST(Subprocess, EndsWithItsWholeGroupWhenTheTimeIsOver) {
    const auto start = std::chrono::steady_clock::now();
    const SubprocessResult result = run_shell("sleep 100 & echo $!; wait", {.max_time = milliseconds(200)});
    EXPECT_EQ(result.ending, Ending::timed_out);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
    const pid_t grandchild = std::atoi(result.output.c_str());
    ASSERT_GT(grandchild, 0);
    // It is dead, or at most not yet waited for by the system.
    for (int attempt = 0; attempt < 100 && ::kill(grandchild, 0) == 0; ++attempt) {
        const std::string state =
            run_subprocess({"cat", "/proc/" + std::to_string(grandchild) + "/stat"}, "", {}).output;
        if (state.find(") Z ") != std::string::npos) return;
        std::this_thread::sleep_for(milliseconds(20));
    }
    EXPECT_EQ(::kill(grandchild, 0), -1);
}

TEST(Subprocess, DoesNotWaitForAGrandchildThatKeepsTheOutputOpen) {
    const auto start = std::chrono::steady_clock::now();
    const SubprocessResult result = run_shell("echo done; sleep 100 &");
    EXPECT_TRUE(result.succeeded());
    EXPECT_EQ(result.output, "done\n");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Subprocess, WaitsForAChildThatClosedItsStreams) {
    const SubprocessResult result = run_shell("exec >&- 2>&-; sleep 0.2; exit 7");
    EXPECT_EQ(result.ending, Ending::exited);
    EXPECT_EQ(result.status, 7);
}

TEST(Subprocess, EndsWhenItWritesTooMuch) {
    const SubprocessResult result = run_subprocess({"yes"}, "", {.max_output_bytes = 100'000});
    EXPECT_EQ(result.ending, Ending::too_much_output);
    EXPECT_LE(result.output.size(), 100'001U);
}

TEST(Subprocess, EndsWhenItsChildrenTakeTooMuchMemory) {
    // In a process of its own, as a script's programs are.
    const char* const grow = "awk 'BEGIN { s = \"x\"; while (1) s = s s }' & wait";
    const SubprocessResult result =
        run_shell(grow, {.address_space_bytes = 2'000'000'000, .resident_bytes = 100'000'000});
    EXPECT_EQ(result.ending, Ending::too_much_memory);
    EXPECT_EQ(subprocess_cause(result), "it took too much memory and was terminated");
}

TEST(Subprocess, StopsOnCancellation) {
    Cancellation cancel;
    std::thread canceller([&] {
        std::this_thread::sleep_for(milliseconds(100));
        cancel.cancel();
    });
    const Error error = test::error_of([&] { static_cast<void>(run_subprocess({"sleep", "100"}, "", {}, &cancel)); });
    canceller.join();
    EXPECT_EQ(error.code(), ErrorCode::interrupted);
}

TEST(Subprocess, HasLimitsNoSecretsAndNoOpenFiles) {
    ::setenv("QUARRY_TEST_SECRET", "sesame", 1);
    const SubprocessResult environment = run_subprocess({"env"}, "", {});
    ::unsetenv("QUARRY_TEST_SECRET");
    EXPECT_EQ(environment.output.find("sesame"), std::string::npos);
    EXPECT_NE(environment.output.find("PATH="), std::string::npos);

    const int inherited = ::dup(STDOUT_FILENO);
    // ls has its own descriptor of the folder.
    EXPECT_EQ(run_shell("ls /proc/self/fd | tr '\\n' ' '").output, "0 1 2 3 ");
    ::close(inherited);

    const SubprocessResult limits = run_shell("ulimit -c; ulimit -t; ulimit -v",
                                              {.max_time = milliseconds(5000), .address_space_bytes = 1'024'000'000});
    EXPECT_EQ(limits.output, "0\n6\n1000000\n");
}

ConnectedProcess::Wait within(milliseconds time, const Cancellation* cancel = nullptr) {
    return {std::chrono::steady_clock::now() + time, cancel};
}

TEST(ConnectedProcess, SaysAndHears) {
    using Transfer = ConnectedProcess::Transfer;
    ConnectedProcess echo({"cat"}, {});
    const std::string piece(100'000, 'x');
    std::string heard = "heard: ";
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(echo.send(piece, within(milliseconds(20'000))), Transfer::done);
        EXPECT_EQ(echo.receive(heard, piece.size(), within(milliseconds(20'000))), Transfer::done);
    }
    EXPECT_EQ(heard, "heard: " + std::string(2'000'000, 'x'));
    EXPECT_EQ(echo.receive(heard, 1'000'000'000'000, within(milliseconds(100))), Transfer::timed_out);
    EXPECT_LT(heard.size(), 10'000'000U) << "memory for what has come alone";
    EXPECT_EQ(subprocess_cause(echo.finish()), "it was terminated by the signal Killed");
}

TEST(ConnectedProcess, NoticesItsEnd) {
    using Transfer = ConnectedProcess::Transfer;
    ConnectedProcess process({"/bin/sh", "-c", "echo ab; echo why >&2; exit 3"}, {});
    std::string heard;
    EXPECT_EQ(process.receive(heard, 3, within(milliseconds(20'000))), Transfer::done);
    EXPECT_EQ(heard, "ab\n");
    EXPECT_EQ(process.receive(heard, 1, within(milliseconds(20'000))), Transfer::ended);
    EXPECT_EQ(process.send(std::string(2'000'000, 'x'), within(milliseconds(20'000))), Transfer::ended);
    EXPECT_EQ(subprocess_cause(process.finish()), "it ended with status 3: why");

    EXPECT_EQ(test::error_of([] { ConnectedProcess({"/nonexistent"}, {}); }).causes().front(),
              "No such file or directory");
}

TEST(ConnectedProcess, DoesNotWaitForEver) {
    ConnectedProcess deaf({"sleep", "100"}, {});
    EXPECT_EQ(deaf.send(std::string(2'000'000, 'x'), within(milliseconds(100))), ConnectedProcess::Transfer::timed_out);
    Cancellation cancel;
    cancel.cancel();
    std::string heard;
    EXPECT_EQ(test::error_of([&] {
                  static_cast<void>(deaf.receive(heard, 1, within(milliseconds(20'000), &cancel)));
              }).code(),
              ErrorCode::interrupted);
}

}  // namespace
}  // namespace quarry
