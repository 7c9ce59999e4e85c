#include "core/eval/tune.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/base/error.h"

namespace quarry::eval {
namespace {

const std::vector<TunedSetting> two_settings = {{"a", {0, 1, 2, 3, 4}, 0}, {"b", {0, 1, 2, 3, 4}, 4}};

class TuneTest : public ::testing::Test {
protected:
    /// Questions that are best at a = 3, b = 1, with noise of their own at each point.
    [[nodiscard]] TuneMeasure noisy_peak(std::size_t questions, double height, double noise) {
        return [this, questions, height, noise](const TunePoint& point) {
            ++calls_;
            std::vector<double> values(questions);
            const double distance =
                std::abs(static_cast<double>(point[0]) - 3) + std::abs(static_cast<double>(point[1]) - 1);
            for (std::size_t q = 0; q < questions; ++q) {
                std::mt19937 random(static_cast<unsigned>(q * 100 + point[0] * 10 + point[1]));
                values[q] = 0.5 - height * distance + std::normal_distribution<double>(0, noise)(random);
            }
            return values;
        };
    }
    int calls_ = 0;
    Cancellation cancellation_;
};

TEST_F(TuneTest, FindsThePeakAndMeasuresEachPointOnce) {
    const TuneResult result = tune(two_settings, noisy_peak(100, 0.05, 0.01), {}, cancellation_);
    EXPECT_EQ(result.best, (TunePoint{3, 1}));
    EXPECT_NEAR(result.best_mean - result.start_mean, 0.3, 0.01);
    EXPECT_GT(result.held_out.interval.low, 0.25);
    EXPECT_EQ(result.chosen.size(), 5U);
    for (const TunePoint& point : result.chosen) EXPECT_EQ(point, result.best);
    EXPECT_EQ(static_cast<std::size_t>(calls_), result.measured);
    EXPECT_LT(result.measured, 25U);
}

// Where there is nothing to gain, the best of many points looks better on the questions it was chosen on; the
// held-out gain is not taken in.
TEST_F(TuneTest, NoiseIsNoGainWhenHeldOut) {
    const TuneResult result = tune(two_settings, noisy_peak(60, 0, 0.2), {}, cancellation_);
    EXPECT_GT(result.best_mean, result.start_mean + 0.01);
    EXPECT_LT(result.held_out.interval.low, 0.02);
    EXPECT_LT(result.held_out.difference, result.best_mean - result.start_mean);
}

TEST_F(TuneTest, StaysWhereNothingGains) {
    const TuneResult result = tune(
        two_settings, [](const TunePoint&) { return std::vector<double>(20, 0.5); }, {}, cancellation_);
    EXPECT_EQ(result.best, (TunePoint{0, 4}));
    EXPECT_EQ(result.held_out.difference, 0);
}

TEST_F(TuneTest, IsTheSameEachTime) {
    const TuneResult first = tune(two_settings, noisy_peak(40, 0.01, 0.1), {4, 9}, cancellation_);
    const TuneResult second = tune(two_settings, noisy_peak(40, 0.01, 0.1), {4, 9}, cancellation_);
    EXPECT_EQ(first.best, second.best);
    EXPECT_EQ(first.chosen, second.chosen);
    EXPECT_EQ(first.held_out.difference, second.held_out.difference);
}

TEST_F(TuneTest, RefusesTooFewQuestionsAndStops) {
    EXPECT_THROW((void)tune(two_settings, noisy_peak(9, 0, 0.1), {}, cancellation_), Error);
    cancellation_.cancel();
    EXPECT_THROW((void)tune(two_settings, noisy_peak(40, 0, 0.1), {}, cancellation_), Error);
}

}  // namespace
}  // namespace quarry::eval
