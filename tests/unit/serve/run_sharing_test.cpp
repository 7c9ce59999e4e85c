// Servers that work on one base: each reads and ends the runs of the others, and no event number is given twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "core/base/file.h"
#include "core/serve/run_log.h"
#include "core/store/presence.h"
#include "core/store/store.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;

class RunSharing : public ::testing::Test {
protected:
    RunSharing() { static_cast<void>(store::open_store(base_, store::StoreMode::create)); }

    [[nodiscard]] std::unique_ptr<RunLog> server(RunLimits limits = {}) const {
        const auto text = [](const char* what) {
            return [what](std::uint64_t number) { return fmt::format("{{\"{}\":{}}}", what, number); };
        };
        return std::make_unique<RunLog>(limits, RunPlace{.base = base_,
                                                         .clock = [] { return std::int64_t{1'800'000'000}; },
                                                         .interruption = text("left"),
                                                         .cancellation = text("cancelled"),
                                                         .failure = [](const std::exception_ptr&) { return "{}"; }});
    }
    static void wait_for(const std::function<bool()>& what) {
        for (int tries = 0; tries < 2000 && !what(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        EXPECT_TRUE(what());
    }
    /// What a reader gets until `end` is in it.
    static std::string read(net::BodySource& stream, std::string_view end) {
        std::string all;
        wait_for([&] {
            std::string piece;
            while (stream.next(piece) == net::BodySource::State::more) all += std::exchange(piece, {});
            all += piece;
            return all.find(end) != std::string::npos;
        });
        return all;
    }

    TemporaryDirectory folder_;
    const std::filesystem::path base_ = folder_.path() / "base.db";
};

TEST_F(RunSharing, NamesAreSeenByOthersWhileTheyAreHeld) {
    auto one = store::open_presence(base_);
    const auto other = store::open_presence(base_);
    EXPECT_FALSE(other->is_held_elsewhere("name"));
    one->hold("name");
    EXPECT_TRUE(other->is_held_elsewhere("name"));
    EXPECT_FALSE(one->is_held_elsewhere("name"));
    EXPECT_FALSE(other->is_held_elsewhere("another"));
    other->hold("name");
    EXPECT_TRUE(one->is_held_elsewhere("name"));
    one->release("name");
    EXPECT_FALSE(other->is_held_elsewhere("name"));
    one->hold("name");
    one.reset();
    EXPECT_FALSE(other->is_held_elsewhere("name"));
}

TEST_F(RunSharing, AStreamIsReadAtAnotherServer) {
    const auto one = server(), other = server();
    const auto run = one->begin({.owner = "owner", .kind = "ask"});
    run->add("text", R"({"text":"a"})");
    wait_for([&] { return run->last() == 1; });
    const auto seen = other->find(run->id(), "owner");
    ASSERT_TRUE(seen);
    EXPECT_FALSE(seen->is_here());
    EXPECT_EQ(other->find(run->id(), "user:x"), nullptr);
    const auto stream = other->stream(seen, 0);
    EXPECT_THAT(read(*stream, "/1\n"), HasSubstr(R"({"text":"a"})"));
    run->add("text", R"({"text":"b"})");
    EXPECT_THAT(read(*stream, "/2\n"), HasSubstr(R"({"text":"b"})"));
    run->end(5, NewEvent{"done", "{}"});
    EXPECT_THAT(read(*stream, "/3\n"), HasSubstr("event: done"));
    wait_for([&] { return seen->has_ended(); });
}

TEST_F(RunSharing, ARunIsCancelledAtAnotherServer) {
    const auto one = server(), other = server();
    const auto run = one->begin({.owner = "owner", .kind = "ask"});
    run->add("text", "{}");
    wait_for([&] { return run->last() == 1; });
    const auto seen = other->find(run->id(), "owner");
    ASSERT_TRUE(seen);
    other->cancel(seen);
    EXPECT_TRUE(seen->has_ended());
    wait_for([&] { return run->cancellation()->cancelled(); });
    run->add("text", R"({"text":"too late"})");
    run->end(6, NewEvent{"done", "{}"});
    const std::string all = read(*other->stream(seen, 0), "/2\n");
    EXPECT_THAT(all, HasSubstr(R"({"cancelled":2})"));
    EXPECT_EQ(other->stored_events(run->id(), 0, 1'000'000).size(), 2U);
    // Its own readers are told the same.
    EXPECT_THAT(read(*one->stream(run, 1), "/2\n"), HasSubstr(R"({"cancelled":2})"));
}

TEST_F(RunSharing, WhatAServerLeavesBehindEndsAtAnother) {
    auto one = server();
    const auto other = server();
    const auto run = one->begin({.owner = "owner", .kind = "ask"});
    run->add("text", "{}");
    wait_for([&] { return run->last() == 1; });
    const auto seen = other->find(run->id(), "owner");
    const auto stream = other->stream(seen, 0);
    read(*stream, "/1\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_FALSE(seen->has_ended());  // the one that works on it lives
    one.reset();
    EXPECT_THAT(read(*stream, "/2\n"), HasSubstr(R"({"left":2})"));
    EXPECT_TRUE(other->find(run->id(), "owner")->has_ended());
}

TEST_F(RunSharing, AReaderAtAnotherServerKeepsARunAlive) {
    const auto one = server({.grace = std::chrono::milliseconds(200)}), other = server();
    const auto run = one->begin({.owner = "owner", .kind = "ask"});
    run->add("text", "{}");
    wait_for([&] { return run->last() == 1; });
    auto here = one->stream(run, 0);
    auto there = other->stream(other->find(run->id(), "owner"), 0);
    here.reset();
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    EXPECT_FALSE(run->cancellation()->cancelled());
    there.reset();
    wait_for([&] { return run->cancellation()->cancelled(); });
}

TEST_F(RunSharing, AJobIsWrittenByWhoHasItsLease) {
    const auto one = server(), other = server();
    const store::StoredJob job{.kind = "ingest", .request = "{}", .not_before = 1};
    const std::string id = one->begin({.owner = "owner", .kind = "ingest", .background = true}, &job)->id();
    const auto lease = [&](RunLog& log, std::int64_t now, std::int64_t until) {
        return log.writer()->call(
            [&](store::RunLogRepository& stored) { return stored.lease_job(true, now, log.mark(), until); });
    };
    ASSERT_TRUE(lease(*one, 10, 20));
    EXPECT_FALSE(lease(*other, 10, 20));
    const auto first = one->take_over(id);
    ASSERT_TRUE(first);
    first->add("progress", R"({"by":"one"})");
    wait_for([&] { return first->last() == 1; });
    // Its lease is over, though it works on.
    ASSERT_TRUE(lease(*other, 30, 1'900'000'000));
    const auto second = other->take_over(id);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->next_number(), 2U);
    first->add("progress", R"({"by":"one, late"})");
    wait_for([&] { return first->is_lost(); });
    EXPECT_TRUE(first->cancellation()->cancelled());
    second->add("progress", R"({"by":"other"})");
    second->end(40, NewEvent{"done", "{}"}, store::JobChange{.state = store::JobState::done, .result = "{}"});
    wait_for([&] { return second->has_ended(); });
    const auto events = one->stored_events(id, 0, 1'000'000);
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[1].data, R"({"by":"other"})");
    const auto stored = other->writer()->call([&](store::RunLogRepository& log) { return log.find_job(id); });
    EXPECT_EQ(stored->state, store::JobState::done);
    EXPECT_EQ(stored->attempts, 2);
}

TEST_F(RunSharing, OnlyJobsOfServersThatAreGoneAreTakenAgain) {
    const auto one = server();
    auto other = server();
    const auto submit = [&] {
        const store::StoredJob job{.kind = "ingest", .request = "{}", .not_before = 1};
        return one->begin({.owner = "owner", .kind = "ingest", .background = true}, &job)->id();
    };
    const auto state = [&](const std::string& id) {
        return one->writer()->call([&](store::RunLogRepository& log) { return log.find_job(id)->state; });
    };
    const auto lease = [](RunLog& log) {
        return log.writer()->call([&](store::RunLogRepository& stored) {
            return stored.lease_job(true, 10, log.mark(), 1'900'000'000)->run_id;
        });
    };
    submit(), submit();
    const std::string of_one = lease(*one), of_other = lease(*other);
    const auto third = server();  // begins by looking for what was left
    EXPECT_EQ(state(of_one), store::JobState::running);
    EXPECT_EQ(state(of_other), store::JobState::running);
    other.reset();
    const auto fourth = server();
    EXPECT_EQ(state(of_one), store::JobState::running);
    EXPECT_EQ(state(of_other), store::JobState::waiting);
}

}  // namespace
}  // namespace quarry::serve
