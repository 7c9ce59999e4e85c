#include "core/serve/run_writer.h"

#include <gtest/gtest.h>

#include <atomic>

#include "core/base/file.h"
#include "core/store/store.h"

namespace quarry::serve {
namespace {

const std::string run_id(32, 'a');

/// A repository whose server goes away when it is written to: before or behind the commit.
class GoesAway final : public store::RunLogRepository {
public:
    GoesAway(std::unique_ptr<store::RunLogRepository> log, int times, bool commits)
        : log_(std::move(log)), times_(times), commits_(commits) {}

    std::vector<std::size_t> append(std::span<const store::RunChange> changes) override {
        if (times_-- <= 0) return log_->append(changes);
        if (commits_) log_->append(changes);
        throw Error(ErrorCode::base_away, "the connection was lost");
    }
    [[nodiscard]] std::optional<store::LoggedRun> find(std::string_view id) override { return log_->find(id); }
    [[nodiscard]] std::vector<store::LoggedEvent> events(std::string_view id, std::uint64_t after,
                                                         std::size_t most) override {
        return log_->events(id, after, most);
    }

    // Not called here.
    void begin(const store::LoggedRun&, const store::StoredJob*) override {}
    [[nodiscard]] std::vector<store::LoggedRun> list(std::string_view, std::size_t, std::string_view) override {
        return {};
    }
    [[nodiscard]] std::vector<store::LoggedRun> unfinished() override { return {}; }
    std::size_t remove_ended(std::int64_t, std::size_t) override { return 0; }
    [[nodiscard]] std::optional<store::StoredJob> lease_job(bool, std::int64_t, std::string_view,
                                                            std::int64_t) override {
        return std::nullopt;
    }
    [[nodiscard]] bool renew_lease(std::string_view, std::string_view, std::int64_t) override { return false; }
    [[nodiscard]] std::vector<std::string> job_holders() override { return {}; }
    void release_jobs(std::string_view) override {}
    [[nodiscard]] std::optional<store::StoredJob> find_job(std::string_view) override { return std::nullopt; }
    [[nodiscard]] std::vector<store::StoredJob> list_jobs(std::string_view, std::size_t, std::string_view) override {
        return {};
    }
    [[nodiscard]] std::vector<std::string> open_requests() override { return {}; }
    [[nodiscard]] std::optional<std::int64_t> next_job_at() override { return std::nullopt; }

private:
    const std::unique_ptr<store::RunLogRepository> log_;
    std::atomic<int> times_;
    const bool commits_;
};

class RunWriterTest : public ::testing::TestWithParam<bool> {
protected:
    RunWriterTest() {
        static_cast<void>(store::open_store(base(), store::StoreMode::create));
        log_ = store::open_run_log(base(), store::StoreMode::write);
        log_->begin(logged_, nullptr);
    }
    [[nodiscard]] std::filesystem::path base() const { return folder_.path() / "base.db"; }

    TemporaryDirectory folder_;
    std::unique_ptr<store::RunLogRepository> log_;
    const store::LoggedRun logged_{.id = run_id, .principal = "owner", .kind = "ask"};
};

TEST_P(RunWriterTest, WritesOnceWhatWasWrittenWhenTheServerWentAway) {
    std::string failure;
    std::weak_ptr<serve::Run> changed;
    auto writer = std::make_unique<RunWriter>(
        std::make_unique<GoesAway>(store::open_run_log(base(), store::StoreMode::write), 1, GetParam()),
        [&](const std::exception_ptr&) { return failure = "it failed"; });
    const auto run = std::make_shared<serve::Run>(logged_, RunBounds{1'000'000, 1'000'000},
                                                  [&] { writer->changed(changed.lock()); });
    changed = run;
    run->add("text", R"({"n":1})");
    run->add("text", R"({"n":2})");
    run->end(7, NewEvent{"done", R"({"n":3})"});
    writer.reset();
    EXPECT_EQ(failure, "");
    EXPECT_TRUE(run->has_ended());
    EXPECT_FALSE(run->is_lost());
    EXPECT_EQ(run->last(), 3U);
    const auto events = log_->events(run_id, 0, 1'000'000);
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events.back().name, "done");
    EXPECT_TRUE(log_->find(run_id)->ended);
}

TEST_P(RunWriterTest, LosesARunThatAnotherServerEndedMeanwhile) {
    std::weak_ptr<serve::Run> changed;
    auto writer = std::make_unique<RunWriter>(
        std::make_unique<GoesAway>(store::open_run_log(base(), store::StoreMode::write), 1, GetParam()),
        [](const std::exception_ptr&) { return "it failed"; });
    const auto run = std::make_shared<serve::Run>(logged_, RunBounds{1'000'000, 1'000'000},
                                                  [&] { writer->changed(changed.lock()); });
    changed = run;
    const std::vector<store::RunChange> other = {
        {.id = run_id, .events = {{1, "failed", R"({"by":"another"})"}}, .ended_at = 5, .after = 0}};
    log_->append(other);
    run->end(7, NewEvent{"done", R"({"n":1})"});
    writer.reset();
    EXPECT_TRUE(run->is_lost());
    EXPECT_EQ(log_->events(run_id, 0, 1'000'000).back().name, "failed");
}

INSTANTIATE_TEST_SUITE_P(Commits, RunWriterTest, ::testing::Bool());

}  // namespace
}  // namespace quarry::serve
