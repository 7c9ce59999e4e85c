#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/embed/builtin_features.h"
#include "core/embed/builtin_kernels.h"
#include "core/embed/builtin_pairs.h"
#include "core/embed/builtin_table.h"
#include "core/embed/builtin_train.h"

namespace quarry::embed::builtin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<float> random_floats(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> values(count);
    for (float& value : values) value = random.normal();
    return values;
}

/// What each operation makes of the same numbers.
std::vector<std::vector<float>> results_of(const Kernels& form) {
    const auto a = random_floats(32 * 300, 1);
    const auto b = random_floats(300 * 48, 2);
    auto product = random_floats(32 * 48, 3);
    form.multiply_add(a.data(), 300, b.data(), 48, product.data(), 48, 32, 48, 300);
    std::vector<float> exponentials(a.size());
    form.exponential(a.data(), exponentials.data(), a.size());
    auto sums = random_floats(64, 4);
    for (float& sum : sums) sum *= sum;
    auto row = random_floats(64, 5);
    form.adagrad(0.3F, a.data(), sums.data(), row.data(), 64);
    form.add_scaled(0.7F, b.data(), row.data(), 64);
    form.add_scaled_int8(0.1F, std::vector<std::int8_t>(64, -7).data(), row.data(), 64);
    const std::vector<Feature> features = {{3, 0.5F}, {0, -2.0F}, {3, 0.1F}};
    auto pooled = random_floats(dimensions, 6);
    form.add_rows(a.data(), features.data(), features.size(), pooled.data());
    std::vector<float> weights(48, 1.0F);
    std::vector<float> pulls(48, 2.0F);
    const float pull = form.add_weights({exponentials.data(), a.data(), 17, 0.3F}, b.data(), b.data() + 48,
                                        weights.data(), pulls.data(), 48);
    return {product, exponentials, sums, row, pooled, weights, pulls, {pull}};
}

TEST(BuiltinKernels, AllFormsGiveTheSameBits) {
    const std::vector<std::vector<float>> plain = results_of(*all_kernels().back());
    for (const Kernels* form : all_kernels()) EXPECT_EQ(results_of(*form), plain);
}

TEST(BuiltinKernels, AddRowsAddsEachInProportion) {
    const auto rows = random_floats(4 * dimensions, 1);
    std::vector<float> sum(dimensions, 1.0F);
    const std::vector<Feature> features = {{2, 0.5F}, {0, -2.0F}};
    kernels().add_rows(rows.data(), features.data(), features.size(), sum.data());
    for (std::size_t i = 0; i < dimensions; ++i) {
        EXPECT_FLOAT_EQ(sum[i], 1.0F + 0.5F * rows[2 * dimensions + i] - 2.0F * rows[i]);
    }
}

TEST(BuiltinKernels, MultiplyAddIsMatrixMultiplication) {
    const auto a = random_floats(8 * 20, 1);
    const auto b = random_floats(20 * 16, 2);
    std::vector<float> c(8 * 16, 1.0F);
    kernels().multiply_add(a.data(), 20, b.data(), 16, c.data(), 16, 8, 16, 20);
    for (std::size_t i = 0; i < 8; ++i) {
        for (std::size_t j = 0; j < 16; ++j) {
            double expected = 1;
            for (std::size_t k = 0; k < 20; ++k) {
                expected += static_cast<double>(a[i * 20 + k]) * static_cast<double>(b[k * 16 + j]);
            }
            EXPECT_NEAR(c[i * 16 + j], expected, 1e-4);
        }
    }
}

TEST(BuiltinKernels, ExponentialIsAccurate) {
    std::vector<float> x;
    for (int i = 0; i < 160; ++i) x.push_back(static_cast<float>(i) * 0.5F - 40.0F);
    std::vector<float> y(x.size());
    kernels().exponential(x.data(), y.data(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(y[i] / std::exp(static_cast<double>(x[i])), 1.0, 2e-6) << x[i];
    }
}

TEST(BuiltinTrain, ManyPairsTakeFewerEpochsAtAHigherRate) {
    EXPECT_EQ(options_for(11'999, 5).epochs, 5U);
    EXPECT_EQ(options_for(12'000, 5).epochs, 2U);
    EXPECT_EQ(options_for(12'000, 0).epochs, 0U) << "the control stays untrained";
    EXPECT_GT(options_for(12'000, 5).rate, options_for(11'999, 5).rate);
}

TEST(BuiltinFeatures, BucketsWeighTogetherAsMuchAsARow) {
    for (const char* term : {"a", "word", "ein", "日本", "averyveryverylongtermthatgoesonandonandon"}) {
        std::vector<Feature> features;
        add_bucket_features(term, 100, 64, 2.0F, features);
        ASSERT_FALSE(features.empty()) << term;
        float squares = 0;
        for (const Feature& feature : features) {
            EXPECT_GE(feature.row, 100U);
            EXPECT_LT(feature.row, 164U);
            squares += feature.weight * feature.weight;
        }
        EXPECT_NEAR(squares, 4.0F, 1e-4F) << term;
    }
    std::vector<Feature> none;
    add_bucket_features("word", 100, 0, 1.0F, none);
    EXPECT_THAT(none, IsEmpty());
}

TEST(BuiltinFeatures, HashesDoNotChange) {
    // They are stored in tables: another value here makes every stored table useless.
    EXPECT_EQ(term_hash(""), 17665956581633026203ULL);
    EXPECT_NE(term_hash("a"), term_hash("b"));
    EXPECT_FLOAT_EQ(count_weight(9), 3);
}

TEST(BuiltinPairs, SentencesEndAtMarksOfAnyScriptAndAtEmptyLines) {
    EXPECT_THAT(sentence_ends(""), ElementsAre(0U));
    EXPECT_THAT(sentence_ends("One. Two"), ElementsAre(4U, 8U));
    EXPECT_THAT(sentence_ends("v1.2 is out! Yes?"), ElementsAre(12U, 17U));
    EXPECT_THAT(sentence_ends("a\n\nb"), ElementsAre(3U, 4U));
    EXPECT_THAT(sentence_ends("是。否"), ElementsAre(6U, 9U));
}

TEST(BuiltinPairs, ALeadingTitleIsNoPartOfTheBody) {
    EXPECT_EQ(without_leading_title("# Install\n\nRun it.", "Install"), "\n\nRun it.");
    EXPECT_EQ(without_leading_title("Install\nRun it.", "Install"), "\nRun it.");
    EXPECT_EQ(without_leading_title("Installing is easy.", "Install"), "Installing is easy.");
    EXPECT_EQ(without_leading_title("Install it now.", "Install"), "Install it now.");
    EXPECT_EQ(without_leading_title("Run it.", ""), "Run it.");
    EXPECT_EQ(without_leading_title("Install", "Install"), "");
}

TEST(BuiltinPairs, MinesTitleHeadingAndSentences) {
    PairMiner miner;
    const std::vector<std::string> headings = {"Guide", "Installing things"};
    const std::string text =
        "## Installing things\n\nFirst fetch the source code from somewhere. Then compile everything with the tool. "
        "At last copy the program into place.";
    miner.add({0, "Guide", headings, text});
    miner.add({1, "Guide", headings, "First fetch the source code from somewhere else."});
    const auto vocabulary = miner.choose_vocabulary(1000, 16);
    EXPECT_TRUE(std::is_sorted(vocabulary.begin(), vocabulary.end()));
    Random random(1);
    const PairSet pairs = miner.mine(random);
    // Title, heading, three sentences; then the heading of the second, which is too short for windows.
    EXPECT_EQ(pairs.size(), 6U);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        EXPECT_FALSE(pairs.query(i).empty());
        EXPECT_FALSE(pairs.document(i).empty());
        for (const Feature& feature : pairs.document(i)) EXPECT_LT(feature.row, vocabulary.size() + 16);
    }
    double total = 0;
    for (const double frequency : miner.row_frequencies()) total += frequency;
    EXPECT_GT(total, 20);
}

TEST(BuiltinPairs, ATextWithoutSentencesGivesWindows) {
    PairMiner miner;
    std::string text;
    for (int i = 0; i < 60; ++i) text += "word" + std::to_string(i) + " ";
    miner.add({0, "", {}, text});
    (void)miner.choose_vocabulary(1000, 16);
    Random random(1);
    EXPECT_EQ(miner.mine(random).size(), 3U);
}

TEST(BuiltinTrain, FewPairsLeaveTheTableAlone) {
    PairSet pairs;
    const std::vector<Feature> side = {{0, 1.0F}};
    for (int i = 0; i < 31; ++i) pairs.add(side, side);
    std::vector<float> table = random_floats(dimensions, 1);
    const std::vector<float> before = table;
    train(pairs, {}, table, Cancellation(), [](double) {});
    EXPECT_EQ(table, before);
}

/// The loss that `train` descends, in doubles and from the definition.
double loss(const PairSet& pairs, const std::vector<float>& table, double scale) {
    const auto pool = [&](std::span<const Feature> features) {
        std::vector<double> sum(dimensions, 0.0);
        for (const Feature& feature : features) {
            for (std::size_t i = 0; i < dimensions; ++i) {
                sum[i] +=
                    static_cast<double>(feature.weight) * static_cast<double>(table[feature.row * dimensions + i]);
            }
        }
        return sum;
    };
    const std::size_t n = pairs.size();
    double total = 0;
    for (const std::size_t prefix : {32U, 64U, 128U, 256U}) {
        const auto cosine = [&](const std::vector<double>& left, const std::vector<double>& right) {
            double product = 0, l = 0, r = 0;
            for (std::size_t i = 0; i < prefix; ++i) {
                product += left[i] * right[i];
                l += left[i] * left[i];
                r += right[i] * right[i];
            }
            return product / std::sqrt(l * r);
        };
        for (std::size_t i = 0; i < n; ++i) {
            double row = 0, column = 0;
            for (std::size_t j = 0; j < n; ++j) {
                row += std::exp(scale * cosine(pool(pairs.query(i)), pool(pairs.document(j))));
                column += std::exp(scale * cosine(pool(pairs.query(j)), pool(pairs.document(i))));
            }
            const double own = scale * cosine(pool(pairs.query(i)), pool(pairs.document(i)));
            total += std::log(row) - own + std::log(column) - own;
        }
    }
    return total;
}

TEST(BuiltinTrain, TheFirstStepGoesDownTheGradientOfTheLoss) {
    // One batch of 32 pairs over 40 rows. Adagrad's first step is rate x sign of the gradient, to which the loss,
    // differentiated numerically, must agree.
    PairSet pairs;
    Random random(3);
    for (std::uint32_t i = 0; i < 32; ++i) {
        const std::vector<Feature> query = {{i, 1.0F}, {static_cast<std::uint32_t>(32 + random.below(8)), 0.5F}};
        const std::vector<Feature> document = {{static_cast<std::uint32_t>(random.below(40)), 1.0F}, {i, 0.7F}};
        pairs.add(query, document);
    }
    const std::vector<float> before = random_floats(40 * dimensions, 9);
    std::vector<float> after = before;
    TrainOptions options;
    options.epochs = 1;
    options.rate = 0.01F;
    options.scale = 4.0F;
    train(pairs, options, after, Cancellation(), [](double) {});
    int agree = 0;
    for (int sample = 0; sample < 24; ++sample) {
        const std::size_t at = random.below(before.size());
        std::vector<float> moved = before;
        const float step = 0.05F;
        moved[at] = before[at] + step;
        const double up = loss(pairs, moved, 4);
        moved[at] = before[at] - step;
        const double slope = up - loss(pairs, moved, 4);
        agree += (slope > 0) == (after[at] < before[at]) ? 1 : 0;
    }
    EXPECT_GE(agree, 23);
    EXPECT_LT(loss(pairs, after, 4), loss(pairs, before, 4));
}

TEST(BuiltinTable, KeepsRowsToAHundredthOfTheirLargestValue) {
    const std::vector<std::uint64_t> vocabulary = {5, 9};
    auto rows = random_floats(3 * dimensions, 4);
    std::fill(rows.begin() + 2 * dimensions, rows.end(), 0.0F);
    const TokenTable table(serialise_table(vocabulary, 1, rows, 77));
    EXPECT_EQ(table.find(5), 0U);
    EXPECT_EQ(table.find(9), 1U);
    EXPECT_EQ(table.find(6), std::nullopt);
    EXPECT_EQ(table.fitted_chunks(), 77U);
    EXPECT_EQ(table.buckets(), 1U);
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t i = 0; i < dimensions; ++i) {
            EXPECT_NEAR(table.scale(row) * static_cast<float>(table.row(row)[i]), rows[row * dimensions + i], 0.02F);
        }
    }
}

TEST(BuiltinTable, RefusesTermsOutOfOrderAndNumbersOutOfRange) {
    const std::vector<std::uint64_t> unsorted = {9, 5};
    const auto rows = random_floats(2 * dimensions, 4);
    EXPECT_THROW(TokenTable(serialise_table(unsorted, 0, rows, 1)), Error);
    const std::vector<std::uint64_t> twice = {5, 5};
    EXPECT_THROW(TokenTable(serialise_table(twice, 0, rows, 1)), Error);
    const std::vector<std::uint64_t> sorted = {5, 9};
    const std::vector<float> huge(2 * dimensions, 1e30F);
    EXPECT_THROW(TokenTable(serialise_table(sorted, 0, huge, 1)), Error);
}

}  // namespace
}  // namespace quarry::embed::builtin
