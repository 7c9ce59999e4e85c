// The cache of responses.
#include <gmock/gmock.h>

#include <thread>

#include "tests/unit/store/contract/engine.h"

namespace quarry::store::contract {
namespace {

using cache::CachedKind;
using cache::ResponseCache;
using cache::ResponseCacheStats;

bool has(ResponseCache& cache, std::string_view key) { return cache.find(key, CachedKind::answer).has_value(); }

void put(ResponseCache& cache, std::string_view key, std::string_view value = "0123456789") {
    cache.put(key, CachedKind::answer, "m", value);
}

std::vector<SharedCase> cache_cases() {
    return {
        {"an_empty_one_has_nothing",
         [](SharedBase& base) {
             const auto cache = base.responses();
             EXPECT_FALSE(has(*cache, "key"));
             EXPECT_EQ(cache->stats().oldest, std::nullopt);
             EXPECT_EQ(cache->clear(), 0U);
         }},
        {"any_bytes_come_back_to_others",
         [](SharedBase& base) {
             const std::string bytes("a\0b\xFF", 4);
             put(*base.responses(), "key", bytes);
             EXPECT_EQ(base.responses()->find("key", CachedKind::answer), bytes);
         }},
        {"an_empty_value_is_a_value",
         [](SharedBase& base) {
             const auto cache = base.responses();
             put(*cache, "key", "");
             EXPECT_EQ(cache->find("key", CachedKind::answer), "");
         }},
        {"another_kind_is_not_found",
         [](SharedBase& base) {
             const auto cache = base.responses();
             put(*cache, "key");
             EXPECT_EQ(cache->find("key", CachedKind::query_vector), std::nullopt);
         }},
        {"the_newer_value_takes_the_place",
         [](SharedBase& base) {
             const auto cache = base.responses();
             put(*cache, "key", "old");
             put(*cache, "key", "newer");
             EXPECT_EQ(cache->find("key", CachedKind::answer), "newer");
             EXPECT_EQ(cache->stats().answers.entries, 1U);
             EXPECT_EQ(cache->stats().answers.bytes, 5U);
         }},
        {"what_is_too_old_is_not_found",
         [](SharedBase& base) {
             const auto cache = base.responses({.max_age = 100, .max_bytes = 1000});
             put(*cache, "old");
             base.now += 100;
             EXPECT_TRUE(has(*cache, "old"));
             base.now += 1;
             EXPECT_FALSE(has(*cache, "old"));
         }},
        {"a_use_makes_nothing_younger",
         [](SharedBase& base) {
             const auto cache = base.responses({.max_age = 100, .max_bytes = 1000});
             put(*cache, "old");
             base.now += 100;
             cache->touch("old");
             base.now += 1;
             EXPECT_FALSE(has(*cache, "old"));
         }},
        {"what_is_too_old_goes_with_the_next_that_comes",
         [](SharedBase& base) {
             const auto cache = base.responses({.max_age = 100, .max_bytes = 1000});
             put(*cache, "old");
             base.now += 101;
             put(*cache, "new");
             EXPECT_EQ(cache->stats().answers.entries, 1U);
         }},
        {"the_least_recently_used_goes_first",
         [](SharedBase& base) {
             const auto cache = base.responses({.max_age = 0, .max_bytes = 30});
             for (const char* key : {"a", "b", "c"}) {
                 put(*cache, key);
                 ++base.now;
             }
             cache->touch("a");
             ++base.now;
             put(*cache, "d");
             EXPECT_TRUE(has(*cache, "a"));
             EXPECT_FALSE(has(*cache, "b"));
             EXPECT_TRUE(has(*cache, "c"));
             EXPECT_TRUE(has(*cache, "d"));
             EXPECT_EQ(cache->stats().answers.bytes, 30U);
         }},
        {"what_is_larger_than_the_cache_is_not_kept",
         [](SharedBase& base) {
             const auto cache = base.responses({.max_age = 0, .max_bytes = 5});
             put(*cache, "small", "12345");
             put(*cache, "large", "123456");
             EXPECT_TRUE(has(*cache, "small"));
             EXPECT_FALSE(has(*cache, "large"));
         }},
        {"counts_by_kind",
         [](SharedBase& base) {
             const auto cache = base.responses();
             put(*cache, "a", "12345");
             base.now += 5;
             cache->put("v", CachedKind::query_vector, "m", "1234");
             cache->touch("a");
             cache->touch("a");
             const ResponseCacheStats stats = cache->stats();
             EXPECT_EQ(stats.answers.entries, 1U);
             EXPECT_EQ(stats.answers.uses, 2U);
             EXPECT_EQ(stats.query_vectors.entries, 1U);
             EXPECT_EQ(stats.query_vectors.bytes, 4U);
             EXPECT_EQ(stats.oldest, 1'000'000);
         }},
        {"clears_everything",
         [](SharedBase& base) {
             const auto cache = base.responses();
             put(*cache, "a");
             cache->put("v", CachedKind::query_vector, "m", "1234");
             EXPECT_EQ(base.responses()->clear(), 2U);
             EXPECT_FALSE(has(*cache, "a"));
             EXPECT_EQ(cache->stats().oldest, std::nullopt);
         }},
        {"many_threads_may_use_one",
         [](SharedBase& base) {
             const auto cache = base.responses();
             std::vector<std::thread> threads;
             for (int t = 0; t < 4; ++t) {
                 threads.emplace_back([&cache, t] {
                     for (int i = 0; i < 20; ++i) {
                         const std::string key = std::to_string(t * 100 + i);
                         put(*cache, key, key);
                         EXPECT_EQ(cache->find(key, CachedKind::answer), key);
                         cache->touch(key);
                     }
                 });
             }
             for (std::thread& thread : threads) thread.join();
             EXPECT_EQ(cache->stats().answers.entries, 80U);
             EXPECT_EQ(cache->stats().answers.uses, 80U);
         }},
    };
}

class ResponseCacheContract : public SharedContract {};
TEST_P(ResponseCacheContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, ResponseCacheContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()), ::testing::ValuesIn(cache_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
