#include "core/base/id_set.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <set>
#include <stdexcept>

namespace quarry {
namespace {

TEST(IdSet, HoldsWhatWasPutIn) {
    IdSet set;
    EXPECT_TRUE(set.empty());
    EXPECT_FALSE(set.contains(0));
    EXPECT_TRUE(set.insert(0));
    EXPECT_FALSE(set.insert(0)) << "it was there";
    EXPECT_TRUE(set.insert(65'536));
    EXPECT_EQ(set.count(), 2U);
    EXPECT_TRUE(set.contains(0));
    EXPECT_TRUE(set.contains(65'536));
    EXPECT_FALSE(set.contains(1));
    EXPECT_FALSE(set.contains(-1));
    EXPECT_FALSE(set.contains(65'535));
    EXPECT_THROW(set.insert(-1), std::invalid_argument);
}

TEST(IdSet, TakesTheLargestIdsWithoutMuchMemory) {
    IdSet set;
    constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
    set.insert(largest);
    set.insert(std::int64_t{1} << 32);
    set.insert((std::int64_t{1} << 32) - 1);
    EXPECT_TRUE(set.contains(largest));
    EXPECT_FALSE(set.contains(largest - 1));
    EXPECT_EQ(set.ids(), (std::vector<std::int64_t>{(std::int64_t{1} << 32) - 1, std::int64_t{1} << 32, largest}));
    EXPECT_LT(set.bytes(), 512U * 1024);
}

TEST(IdSet, DenseIdsTakeABitEach) {
    IdSet set;
    for (std::int64_t id = 1; id <= 1'000'000; ++id) set.insert(id);
    EXPECT_EQ(set.count(), 1'000'000U);
    EXPECT_LT(set.bytes(), 140'000U);
}

TEST(IdSet, AgreesWithAnOrderedSet) {
    std::mt19937_64 random(7);
    IdSet set;
    std::set<std::int64_t> oracle;
    for (int i = 0; i < 3'000; ++i) {
        const auto id = static_cast<std::int64_t>(random() % 50'000 << (random() % 3 == 0 ? 20 : 0));
        EXPECT_EQ(set.insert(id), oracle.insert(id).second);
    }
    EXPECT_EQ(set.count(), oracle.size());
    EXPECT_EQ(set.ids(), std::vector<std::int64_t>(oracle.begin(), oracle.end()));
    for (std::int64_t id = 0; id < 50'000; ++id) ASSERT_EQ(set.contains(id), oracle.contains(id)) << id;
}

}  // namespace
}  // namespace quarry
