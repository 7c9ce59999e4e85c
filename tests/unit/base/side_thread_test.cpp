#include "core/base/side_thread.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <stdexcept>
#include <thread>
#include <utility>

namespace quarry {
namespace {

int processors() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    return ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
}

TEST(SideThread, RunsBesideAndMayUseAllProcessorsAgain) {
    int seen = -1;
    std::thread::id other;
    SideThread thread([&] {
        seen = processors();
        other = std::this_thread::get_id();
    });
    EXPECT_TRUE(thread.joinable());
    thread.join();
    EXPECT_FALSE(thread.joinable());
    EXPECT_EQ(seen, processors());
    EXPECT_NE(other, std::this_thread::get_id());
}

TEST(SideThread, RunsWhereThereIsOneProcessor) {
    cpu_set_t before;
    ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    bool ran = false;
    SideThread([&] { ran = true; }).join();
    EXPECT_EQ(::sched_setaffinity(0, sizeof before, &before), 0);
    EXPECT_TRUE(ran);
}

TEST(SideThread, GivesWhatItsWorkThrew) {
    SideThread thread([] { throw std::runtime_error("broken"); });
    EXPECT_THROW(thread.join(), std::runtime_error);
}

TEST(SideThread, IsWaitedFor) {
    bool ended = false;
    {
        SideThread thread([&] {
            std::this_thread::yield();
            ended = true;
        });
        SideThread moved = std::move(thread);
        EXPECT_FALSE(thread.joinable());  // NOLINT(bugprone-use-after-move): what is promised
        EXPECT_TRUE(moved.joinable());
    }
    EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace quarry
