// The runs that a base remembers.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/unit/store/contract/engine.h"

namespace quarry::store::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t one_second = 1'000'000'000;

StoredRun run_at(std::int64_t seconds) {
    StoredRun run;
    run.trace_id = std::string(32, 'a');
    run.name = "ask";
    run.started_at = seconds * one_second;
    run.spans = "[]";
    return run;
}

void add(RunRepository& runs, int count, const RunLimits& limits = {}) {
    for (int i = 0; i < count; ++i) static_cast<void>(runs.add(run_at(i), limits));
}

std::vector<std::int64_t> ids(const RunRepository& runs, std::size_t limit = 100) {
    std::vector<std::int64_t> found;
    runs.for_each(limit, [&](const StoredRun& run) { found.push_back(run.id); });
    return found;
}

std::vector<SharedCase> run_cases() {
    return {
        {"a_new_base_has_none",
         [](SharedBase& base) {
             const auto runs = base.runs(StoreMode::read);
             EXPECT_THAT(ids(*runs), IsEmpty());
             EXPECT_FALSE(runs->last());
             EXPECT_FALSE(runs->find(1));
         }},
        {"comes_back_whole",
         [](SharedBase& base) {
             StoredRun run = run_at(5);
             run.duration = 7;
             run.error = "rate_limited";
             run.model = "m";
             run.input_tokens = 12;
             run.output_tokens = 3;
             run.cost = 0.25;
             run.calls = 2;
             run.cached_calls = 1;
             run.spans = R"([{"name":"ask"}])";
             const std::int64_t id = base.runs()->add(run, {});
             const std::optional<StoredRun> found = base.runs(StoreMode::read)->find(id);
             ASSERT_TRUE(found);
             EXPECT_EQ(found->id, id);
             EXPECT_EQ(found->trace_id, run.trace_id);
             EXPECT_EQ(found->name, "ask");
             EXPECT_EQ(found->started_at, 5 * one_second);
             EXPECT_EQ(found->duration, 7);
             EXPECT_EQ(found->error, "rate_limited");
             EXPECT_EQ(found->model, "m");
             EXPECT_EQ(found->input_tokens, 12);
             EXPECT_EQ(found->output_tokens, 3);
             EXPECT_EQ(found->cost, 0.25);
             EXPECT_EQ(found->calls, 2);
             EXPECT_EQ(found->cached_calls, 1);
             EXPECT_EQ(found->spans, run.spans);
         }},
        {"an_unknown_price_is_not_none",
         [](SharedBase& base) {
             const auto runs = base.runs();
             StoredRun free = run_at(1);
             free.cost = 0;
             EXPECT_EQ(runs->find(runs->add(free, {}))->cost, 0.0);
             EXPECT_EQ(runs->find(runs->add(run_at(2), {}))->cost, std::nullopt);
         }},
        {"the_last_is_the_newest",
         [](SharedBase& base) {
             const auto runs = base.runs();
             add(*runs, 2);
             const std::int64_t id = runs->add(run_at(0), {});
             EXPECT_EQ(runs->last()->id, id);
             EXPECT_EQ(runs->last()->spans, "[]");
         }},
        {"listed_newest_first_without_spans",
         [](SharedBase& base) {
             const auto runs = base.runs();
             add(*runs, 4);
             EXPECT_THAT(ids(*runs), ElementsAre(4, 3, 2, 1));
             EXPECT_THAT(ids(*runs, 2), ElementsAre(4, 3));
             runs->for_each(1, [](const StoredRun& run) { EXPECT_EQ(run.spans, ""); });
         }},
        {"streamed_oldest_first_with_spans",
         [](SharedBase& base) {
             const auto runs = base.runs();
             add(*runs, 3);
             std::vector<std::int64_t> streamed;
             runs->for_each_after(1, [&](StoredRun&& run) {
                 EXPECT_EQ(run.spans, "[]");
                 streamed.push_back(run.id);
                 return true;
             });
             EXPECT_THAT(streamed, ElementsAre(2, 3));
         }},
        {"a_reader_that_has_enough_gets_no_more",
         [](SharedBase& base) {
             const auto runs = base.runs();
             add(*runs, 4);
             int seen = 0;
             runs->for_each_after(0, [&](StoredRun&&) { return ++seen < 2; });
             EXPECT_EQ(seen, 2);
         }},
        {"the_oldest_go_when_there_are_too_many",
         [](SharedBase& base) {
             const auto runs = base.runs();
             add(*runs, 5, {.max_runs = 2, .max_age = 0});
             EXPECT_THAT(ids(*runs), ElementsAre(5, 4));
         }},
        {"those_that_are_too_old_go",
         [](SharedBase& base) {
             const auto runs = base.runs();
             const RunLimits limits{.max_runs = 10, .max_age = 100};
             add(*runs, 3, limits);
             static_cast<void>(runs->add(run_at(102), limits));
             EXPECT_THAT(ids(*runs), ElementsAre(4, 3)) << "the one of second 2 is 100 seconds old: not more";
         }},
        {"ids_are_not_given_again",
         [](SharedBase& base) {
             const auto runs = base.runs();
             const RunLimits limits{.max_runs = 10, .max_age = 100};
             add(*runs, 3, limits);
             EXPECT_EQ(runs->add(run_at(1000), limits), 4);
             EXPECT_THAT(ids(*runs), ElementsAre(4));
         }},
        {"a_reader_cannot_add",
         [](SharedBase& base) {
             EXPECT_THROW(static_cast<void>(base.runs(StoreMode::read)->add(run_at(1), {})), Error);
         }},
    };
}

class RunContract : public SharedContract {};
TEST_P(RunContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, RunContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()), ::testing::ValuesIn(run_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
