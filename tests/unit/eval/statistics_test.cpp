#include "core/eval/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace quarry::eval {
namespace {

std::vector<double> normal_sample(std::size_t count, double mean, double deviation, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(mean, deviation);
    std::vector<double> values(count);
    for (double& value : values) value = normal(random);
    return values;
}

TEST(Statistics, MeansAndQuantiles) {
    EXPECT_EQ(mean_of({}), 0);
    EXPECT_EQ(mean_of(std::vector<double>{1, 2, 6}), 3);
    EXPECT_EQ(quantile({}, 0.5), 0);
    EXPECT_EQ(quantile({7}, 0.95), 7);
    EXPECT_EQ(quantile({4, 1, 3, 2}, 0.5), 2.5);
    EXPECT_EQ(quantile({4, 1, 3, 2}, 1), 4);
    EXPECT_DOUBLE_EQ(quantile({0, 10}, 0.95), 9.5);
}

TEST(Statistics, TheBootstrapIntervalIsThatOfTheNormalLimit) {
    const std::vector<double> values = normal_sample(400, 0.5, 0.2, 3);
    const double mean = mean_of(values);
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const double half = 1.96 * std::sqrt(squares / 399 / 400);
    const Interval interval = bootstrap_mean(values);
    EXPECT_NEAR(interval.low, mean - half, 0.002);
    EXPECT_NEAR(interval.high, mean + half, 0.002);
}

TEST(Statistics, TheIntervalHoldsTheTruthNineteenTimesOfTwenty) {
    int held = 0;
    for (unsigned round = 0; round < 200; ++round) {
        const Interval interval = bootstrap_mean(normal_sample(60, 0.3, 0.25, 100 + round), {500, round});
        held += interval.low <= 0.3 && 0.3 <= interval.high ? 1 : 0;
    }
    EXPECT_GE(held, 180);
    EXPECT_LE(held, 199);
}

TEST(Statistics, TellsWhatDiffersFromWhatDoesNot) {
    const std::vector<double> first = normal_sample(200, 0.5, 0.2, 5);
    std::vector<double> better = first;
    const std::vector<double> noise = normal_sample(200, 0.03, 0.1, 6);
    for (std::size_t i = 0; i < better.size(); ++i) better[i] += noise[i];
    const PairedComparison found = compare_paired(first, better);
    EXPECT_GT(found.interval.low, 0);
    EXPECT_LT(found.p_value, 0.01);
    EXPECT_EQ(found.better + found.worse, 200U);
    EXPECT_NEAR(found.difference, mean_of(noise), 1e-12);

    const PairedComparison same = compare_paired(first, first);
    EXPECT_EQ(same.difference, 0);
    EXPECT_EQ(same.p_value, 1);
    EXPECT_EQ(same.same, 200U);
}

// With n differences of one sign and size, only all signs alike are as extreme: p is 2 / 2^n.
TEST(Statistics, TheTestIsExactWhereItCanBeCounted) {
    const std::vector<double> zeros(5, 0.0);
    const std::vector<double> ones(5, 1.0);
    EXPECT_NEAR(compare_paired(zeros, ones).p_value, 2.0 / 32, 0.01);
    // Questions without a difference say nothing.
    std::vector<double> longer(50, 0.0);
    std::copy(ones.begin(), ones.end(), longer.begin());
    EXPECT_NEAR(compare_paired(std::vector<double>(50, 0.0), longer).p_value, 2.0 / 32, 0.01);
}

TEST(Statistics, FalseAlarmsAreAsRareAsTheySay) {
    int alarms = 0;
    for (unsigned round = 0; round < 200; ++round) {
        const std::vector<double> zeros(50, 0.0);
        alarms += compare_paired(zeros, normal_sample(50, 0, 1, 1000 + round), {400, round}).p_value < 0.05 ? 1 : 0;
    }
    EXPECT_LE(alarms, 22);
}

TEST(Statistics, ComparesTheQuestionsThatBothHave) {
    const Scores first{"a", {"map", "ndcg@10"}, {"q1", "q2", "q3"}, {{9, 9, 9}, {0.1, 0.2, 0.3}}};
    const Scores second{"b", {"ndcg@10"}, {"q3", "q9", "q1"}, {{0.5, 0.9, 0.1}}};
    const PairedComparison comparison = compare_scores(first, second, "ndcg@10");
    EXPECT_NEAR(comparison.difference, 0.1, 1e-12);
    EXPECT_EQ(comparison.better, 1U);
    EXPECT_EQ(comparison.same, 1U);
    EXPECT_EQ(compare_scores(first, second, "map").same, 0U);
}

TEST(Statistics, IsTheSameEachTime) {
    const std::vector<double> values = normal_sample(30, 0, 1, 1);
    EXPECT_EQ(bootstrap_mean(values).low, bootstrap_mean(values).low);
    EXPECT_NE(bootstrap_mean(values, {100, 1}).low, bootstrap_mean(values, {100, 2}).low);
}

}  // namespace
}  // namespace quarry::eval
