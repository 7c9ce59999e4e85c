#include "core/app/process_mark.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace quarry::app {
namespace {

TEST(ProcessMark, TellsWhetherItsProcessLives) {
    const std::string own = process_mark();
    EXPECT_FALSE(process_is_gone(own));
    EXPECT_FALSE(process_is_gone("another machine's"));
    const pid_t child = ::fork();
    if (child == 0) ::_exit(::pause());
    ASSERT_GT(child, 0);
    const std::string mark = own.substr(0, own.rfind('-') + 1) + std::to_string(child);
    EXPECT_FALSE(process_is_gone(mark));
    ::kill(child, SIGKILL);
    siginfo_t ended{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
    EXPECT_TRUE(process_is_gone(mark)) << "nobody has asked what it ended with";
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(process_is_gone(mark));
}

}  // namespace
}  // namespace quarry::app
