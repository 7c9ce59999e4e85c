// The "semantic" strategy: its arithmetic by hand and against the definitions, and where texts with two subjects part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "core/base/error.h"
#include "core/chunk/chunker.h"
#include "core/chunk/semantic_breaks.h"
#include "core/chunk/word_vectors.h"
#include "tests/property/invariants.h"

namespace quarry::chunk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view two_subjects =
    "The cat sat on the warm mat. Another cat chased the first cat. The mat was warm for the cat. A cat likes a mat. "
    "Cats sleep when a mat is warm. The interest rate of the bank rose. The bank lends money at that interest rate. "
    "Money "
    "in the bank earns interest. The bank pays the rate. A rate of interest is money.";

std::string first_chunk(ChunkOptions options, std::string_view text, EmbedTexts embed = {}) {
    options.strategy = "semantic";
    document::Document document;
    document.text = text;
    const Cancellation never;
    options.embed = std::move(embed);
    const std::vector<document::ChunkSpan> spans = chunk_document(document, options, never);
    EXPECT_EQ(testing::chunk_fault(document, options, spans), "");
    return spans.empty() ? "" : document.text.substr(0, spans.front().end_byte);
}

TEST(SemanticBreaks, PercentileIsInterpolated) {
    const std::array distances = {0.1, 0.2, 0.3, 0.4, 0.9};
    // numpy.percentile(distances, 75) is 0.4; (…, 95) is 0.8.
    EXPECT_THAT(break_at_distances(distances, "percentile", 75), ElementsAre(4));
    EXPECT_THAT(break_at_distances(distances, "percentile", 0), ElementsAre(4));
    EXPECT_THAT(break_at_distances(distances, "percentile", 50), ElementsAre(3, 4));
}

TEST(SemanticBreaks, StandardDeviationsAndInterquartileRangesAboveTheMean) {
    // Mean 2, deviation 2; quartiles 1 and 1, then mean 2 and range 0.
    const std::array distances = {1.0, 1.0, 1.0, 1.0, 6.0};
    EXPECT_THAT(break_at_distances(distances, "standard-deviation", 1.9), ElementsAre(4));
    EXPECT_THAT(break_at_distances(distances, "standard-deviation", 2.1), ElementsAre());
    EXPECT_THAT(break_at_distances(distances, "standard-deviation", 0), ElementsAre());
    EXPECT_THAT(break_at_distances(distances, "interquartile", 0), ElementsAre(4));
    EXPECT_THAT(break_at_distances({}, "percentile", 0), ElementsAre());
}

struct ThresholdCase {
    std::string name;
    double threshold;
    bool right;
};

class SemanticThreshold : public ::testing::TestWithParam<ThresholdCase> {};

TEST_P(SemanticThreshold, IsChecked) {
    ChunkOptions options;
    options.breakpoint = GetParam().name;
    options.threshold = GetParam().threshold;
    if (GetParam().right) {
        EXPECT_NO_THROW(check_chunk_options(options));
    } else {
        EXPECT_THROW(check_chunk_options(options), Error);
    }
}

INSTANTIATE_TEST_SUITE_P(Semantic, SemanticThreshold,
                         ::testing::Values(ThresholdCase{"percentile", 100, true},
                                           ThresholdCase{"percentile", 100.5, false},
                                           ThresholdCase{"standard-deviation", 300, true},
                                           ThresholdCase{"interquartile", -1, false}, ThresholdCase{"cluster", 0, true},
                                           ThresholdCase{"gradient", 0, false},
                                           ThresholdCase{"percentile", std::nan(""), false}));

/// The reward of a way to part the rows, straight from the definition.
double reward_of(std::span<const float> rows, std::size_t dimensions, const std::vector<std::size_t>& ends) {
    const std::size_t count = rows.size() / dimensions;
    const auto similarity = [&](std::size_t a, std::size_t b) {
        double sum = 0;
        for (std::size_t i = 0; i < dimensions; ++i) {
            sum += static_cast<double>(rows[a * dimensions + i]) * static_cast<double>(rows[b * dimensions + i]);
        }
        return sum;
    };
    double mean = 0;
    for (std::size_t a = 0; a < count; ++a) {
        for (std::size_t b = a + 1; b < count; ++b) mean += similarity(a, b);
    }
    mean /= static_cast<double>(count * (count - 1)) / 2;
    double reward = 0;
    std::size_t start = 0;
    for (const std::size_t end : ends) {
        for (std::size_t a = start; a < end; ++a) {
            for (std::size_t b = start; b < end; ++b) reward += a == b ? 0 : similarity(a, b) - mean;
        }
        start = end;
    }
    return reward;
}

// Against trying every way to part nine rows.
TEST(SemanticBreaks, ClustersHaveTheLargestRewardOfAll) {
    constexpr std::size_t count = 9;
    constexpr std::size_t dimensions = 4;
    constexpr std::size_t longest = 4;
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random(seed);
        std::vector<float> rows(count * dimensions);
        for (float& x : rows) x = static_cast<float>(random() % 2001) / 1000.0F - 1;
        for (std::size_t row = 0; row < count; ++row) {
            float length = 0;
            for (std::size_t i = 0; i < dimensions; ++i)
                length += rows[row * dimensions + i] * rows[row * dimensions + i];
            for (std::size_t i = 0; i < dimensions; ++i) rows[row * dimensions + i] /= std::sqrt(length);
        }
        double best = -1e9;
        for (unsigned cuts = 0; cuts < 1U << (count - 1); ++cuts) {
            std::vector<std::size_t> ends;
            for (std::size_t i = 1; i < count; ++i) {
                if ((cuts >> (i - 1) & 1U) != 0) ends.push_back(i);
            }
            ends.push_back(count);
            std::size_t start = 0;
            bool allowed = true;
            for (const std::size_t end : ends) {
                allowed = allowed && end - start <= longest;
                start = end;
            }
            if (allowed) best = std::max(best, reward_of(rows, dimensions, ends));
        }
        const std::vector<std::size_t> ends =
            cluster_neighbours(rows, dimensions, std::vector<std::size_t>(count, longest));
        EXPECT_EQ(ends.back(), count);
        EXPECT_NEAR(reward_of(rows, dimensions, ends), best, 1e-5) << "seed " << seed;
    }
    EXPECT_THAT(cluster_neighbours({}, 0, {}), ElementsAre());
}

TEST(Semantic, TextsPartWhereTheSubjectChanges) {
    ChunkOptions options;
    options.threshold = 90;
    EXPECT_THAT(first_chunk(options, two_subjects), ::testing::EndsWith("a mat is warm."));
}

TEST(Semantic, ClustersPartWhereTheSubjectChanges) {
    ChunkOptions options;
    options.breakpoint = "cluster";
    options.size = 280;
    EXPECT_THAT(first_chunk(options, two_subjects), ::testing::EndsWith("a mat is warm."));
}

TEST(Semantic, VectorsOfAnEmbedderAreUsed) {
    // Sentences with a digit are all alike, and unlike all others.
    const EmbedTexts embed = [](std::span<const std::string_view> texts) {
        std::vector<float> vectors;
        for (const std::string_view text : texts) {
            const bool digit = text.find('3') != std::string_view::npos;
            vectors.push_back(digit ? 1.0F : 0.0F);
            vectors.push_back(digit ? 0.0F : 1.0F);
        }
        return vectors;
    };
    ChunkOptions options;
    options.threshold = 80;
    EXPECT_EQ(first_chunk(options, "One a. Two b. Three c. Four 3 d. Five 3 e. Six 3 f.", embed), "One a. Two b.");
}

TEST(Semantic, AnEmbedderThatFailsIsAnError) {
    const EmbedTexts nothing = [](std::span<const std::string_view>) { return std::vector<float>(); };
    ChunkOptions options;
    EXPECT_THROW(static_cast<void>(first_chunk(options, "One. Two.", nothing)), Error);
}

TEST(Semantic, FingerprintTellsBreakpointsApart) {
    ChunkOptions options;
    ChunkOptions other;
    other.breakpoint = "cluster";
    EXPECT_NE(options.fingerprint(), other.fingerprint());
    other = options;
    other.threshold = 90;
    EXPECT_NE(options.fingerprint(), other.fingerprint());
}

TEST(WordVectors, TextsWithTheSameRareWordsAreNear) {
    const std::array<std::string_view, 4> texts = {"the cat sleeps", "a sleeping cat", "the bank lends", ""};
    WordVectors words(texts, "");
    const std::vector<float> vectors = words.embed(texts);
    const auto similarity = [&](std::size_t a, std::size_t b) {
        double sum = 0;
        for (std::size_t i = 0; i < WordVectors::dimensions; ++i) {
            sum += static_cast<double>(vectors[a * WordVectors::dimensions + i]) *
                   static_cast<double>(vectors[b * WordVectors::dimensions + i]);
        }
        return sum;
    };
    EXPECT_NEAR(similarity(0, 0), 1, 1e-5);
    EXPECT_EQ(similarity(3, 3), 0);
    EXPECT_GT(similarity(0, 1), similarity(0, 2) + 0.2);
}

}  // namespace
}  // namespace quarry::chunk
