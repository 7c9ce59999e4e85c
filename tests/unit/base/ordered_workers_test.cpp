#include "core/base/ordered_workers.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace quarry {
namespace {

struct NoState {};

TEST(OrderedWorkersTest, results_come_in_the_order_of_the_tasks) {
    for (const std::size_t threads : {1U, 2U, 7U}) {
        OrderedWorkers<NoState, int> workers(threads, 1'000'000);
        for (int i = 0; i < 500; ++i) {
            workers.add(1, [i](NoState&) {
                if (i % 7 == 0) std::this_thread::yield();
                return i;
            });
        }
        for (int i = 0; i < 500; ++i) EXPECT_EQ(workers.take(), i);
        EXPECT_TRUE(workers.idle());
    }
}

TEST(OrderedWorkersTest, room_is_for_a_weight_or_for_one_task_of_any) {
    OrderedWorkers<NoState, int> workers(1, 10);
    EXPECT_TRUE(workers.has_room(1000));
    workers.add(6, [](NoState&) { return 1; });
    EXPECT_TRUE(workers.has_room(4));
    EXPECT_FALSE(workers.has_room(5));
    EXPECT_EQ(workers.take(), 1);
    EXPECT_TRUE(workers.has_room(1000));
}

TEST(OrderedWorkersTest, tasks_that_wait_do_not_hold_up_those_that_compute) {
    std::promise<void> computed;
    {
        OrderedWorkers<NoState, int> workers(1, 1'000'000);
        using Workers = OrderedWorkers<NoState, int>;
        workers.add(
            1, [done = computed.get_future().share()](NoState&) { return done.wait(), 1; }, Workers::waiting);
        workers.add(1, [&](NoState&) { return computed.set_value(), 2; });
        EXPECT_EQ(workers.take(), 1);
        EXPECT_EQ(workers.take(), 2);
    }
}

TEST(OrderedWorkersTest, a_result_that_is_lighter_than_its_task_gives_room) {
    OrderedWorkers<NoState, int> workers(1, 10, std::make_unique<NoState>,
                                         [](const int& result) { return static_cast<std::uint64_t>(result); });
    workers.add(10, [](NoState&) { return 3; });
    while (!workers.has_room(7)) std::this_thread::yield();
    EXPECT_FALSE(workers.has_room(8));
    EXPECT_EQ(workers.take(), 3);
    EXPECT_TRUE(workers.has_room(10));
}

TEST(OrderedWorkersTest, what_a_task_throws_comes_out_in_its_place) {
    OrderedWorkers<NoState, int> workers(2, 100);
    workers.add(1, [](NoState&) { return 1; });
    workers.add(1, [](NoState&) -> int { throw std::runtime_error("two"); });
    workers.add(1, [](NoState&) { return 3; });
    EXPECT_EQ(workers.take(), 1);
    EXPECT_THROW((void)workers.take(), std::runtime_error);
    EXPECT_EQ(workers.take(), 3);
}

TEST(OrderedWorkersTest, can_be_dropped_with_work_on_its_way) {
    OrderedWorkers<NoState, int> workers(2, 10'000);
    for (int i = 0; i < 1000; ++i) workers.add(1, [i](NoState&) { return i; });
}

TEST(OrderedWorkersTest, each_thread_has_its_state) {
    OrderedWorkers<int, int> workers(1, 100);
    workers.add(1, [](int& state) { return ++state; });
    workers.add(1, [](int& state) { return ++state; });
    (void)workers.take();
    EXPECT_EQ(workers.take(), 2);
}

}  // namespace
}  // namespace quarry
