#include "core/index/exact_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "core/base/error.h"

namespace quarry::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Vectors = std::map<std::int64_t, std::vector<float>>;

ExactIndex index_over(const Vectors& vectors) {
    return ExactIndex([&vectors](const auto& visit) {
        for (const auto& [id, vector] : vectors) visit(id, vector);
    });
}

TEST(ExactIndex, GivesTheBestFirstAndTiesById) {
    const Vectors vectors = {{7, {1, 0}}, {3, {1, 0}}, {5, {0, 1}}, {9, {0.5F, 0.5F}}};
    const ExactIndex index = index_over(vectors);
    const std::vector<float> query = {1, 0};
    const NearestVectors found = index.nearest(query, 3, {});
    EXPECT_THAT(found.nearest, ElementsAre(ScoredVector{3, 1}, ScoredVector{7, 1}, ScoredVector{9, 0.5F}));
    EXPECT_THAT(found.asked, IsEmpty());
    EXPECT_EQ(found.count, 4U);
}

TEST(ExactIndex, ScoresTheIdsAskedForToo) {
    const Vectors vectors = {{1, {1, 0}}, {2, {0, 1}}, {3, {-1, 0}}};
    const ExactIndex index = index_over(vectors);
    const std::vector<float> query = {1, 0};
    const NearestVectors found = index.nearest(query, 1, std::vector<std::int64_t>{3, 99, 1});
    EXPECT_THAT(found.nearest, ElementsAre(ScoredVector{1, 1}));
    EXPECT_THAT(found.asked, ElementsAre(ScoredVector{1, 1}, ScoredVector{3, -1}));
}

TEST(ExactIndex, FindsNothingWhereThereIsNothing) {
    const Vectors none;
    const std::vector<float> query = {1, 0};
    EXPECT_THAT(index_over(none).nearest(query, 5, {}).nearest, IsEmpty());
    const Vectors one = {{1, {1, 0}}};
    const NearestVectors found = index_over(one).nearest(query, 0, {});
    EXPECT_THAT(found.nearest, IsEmpty());
    EXPECT_EQ(found.count, 1U);
}

TEST(ExactIndex, RefusesVectorsOfAnotherLength) {
    const Vectors vectors = {{1, {1, 0, 0}}};
    const std::vector<float> query = {1, 0};
    try {
        (void)index_over(vectors).nearest(query, 1, {});
        FAIL() << "expected an error";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("2 dimensions, a stored one 3"));
        EXPECT_THAT(error.hint(), HasSubstr("quarry embed"));
    }
}

TEST(ExactIndex, AgreesWithSortingEverything) {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> uniform(-1, 1);
    Vectors vectors;
    for (std::int64_t id = 0; id < 500; ++id) {
        for (int i = 0; i < 37; ++i) vectors[id].push_back(uniform(random));
    }
    std::vector<float> query(37);
    for (float& value : query) value = uniform(random);
    std::vector<ScoredVector> expected;
    for (const auto& [id, vector] : vectors) expected.push_back({id, dot_product(query, vector)});
    std::sort(expected.begin(), expected.end(), [](const ScoredVector& left, const ScoredVector& right) {
        return left.score != right.score ? left.score > right.score : left.id < right.id;
    });
    expected.resize(50);
    EXPECT_EQ(index_over(vectors).nearest(query, 50, {}).nearest, expected);
}

TEST(DotProduct, IsRightForEveryLengthAroundTheLanes) {
    for (std::size_t size = 0; size < 40; ++size) {
        std::vector<float> left(size);
        std::vector<float> right(size);
        double expected = 0;
        for (std::size_t i = 0; i < size; ++i) {
            left[i] = static_cast<float>(i) + 1;
            right[i] = i % 2 == 0 ? 0.5F : -0.25F;
            expected += static_cast<double>(left[i]) * static_cast<double>(right[i]);
        }
        EXPECT_FLOAT_EQ(dot_product(left, right), static_cast<float>(expected)) << size;
    }
}

}  // namespace
}  // namespace quarry::index
