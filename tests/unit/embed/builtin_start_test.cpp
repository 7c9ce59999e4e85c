// Fits that begin with something: given pairs, or another table.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/embed/builtin.h"

namespace quarry::embed {
namespace {

using ::testing::HasSubstr;

const std::vector<std::vector<std::string>> sea_words = {
    {"ship", "vessel"}, {"sailor", "mariner"}, {"harbour", "port"}};
const std::vector<std::vector<std::string>> house_words = {{"oven", "stove"}, {"bread", "loaf"}, {"cup", "mug"}};

/// Pairs whose two sides share no word but those that all share.
std::vector<FitPair> pairs_of(const std::vector<std::vector<std::string>>& words, int count) {
    std::vector<FitPair> pairs;
    for (int i = 0; i < count; ++i) {
        const auto& word = words[static_cast<std::size_t>(i) % words.size()];
        pairs.push_back(
            {fmt::format("about the {}", word[0]), fmt::format("this tells of one {} number {}", word[1], i % 7)});
    }
    return pairs;
}

std::string fit_on(std::span<const FitPair> pairs, const BuiltinFitOptions& options = {}) {
    FitSource source;
    source.pairs = pairs;
    return fit_builtin(source, options, Cancellation());
}

float likeness(const std::string& table, std::string_view left, std::string_view right) {
    BuiltinEmbedder embedder(table);
    const std::vector<std::string_view> texts = {left, right};
    const std::vector<float> vectors = embedder.embed(texts, EmbedKind::document, Cancellation());
    float sum = 0;
    for (std::size_t i = 0; i < embedder.dimensions(); ++i) sum += vectors[i] * vectors[embedder.dimensions() + i];
    return sum;
}

TEST(BuiltinPairsGiven, BringTheirWordsTogether) {
    const std::vector<FitPair> pairs = pairs_of(sea_words, 300);
    const std::string table = fit_on(pairs);
    EXPECT_EQ(table, fit_on(pairs));
    EXPECT_GT(likeness(table, "ship", "vessel"), likeness(table, "ship", "mariner") + 0.2F);
    EXPECT_GT(likeness(table, "harbour", "port"), likeness(table, "harbour", "vessel") + 0.2F);
}

TEST(BuiltinPairsGiven, AreSampledWhenThereAreTooMany) {
    std::vector<FitPair> pairs = pairs_of(sea_words, 3'000);
    BuiltinFitOptions options;
    options.max_pairs = 300;
    EXPECT_GT(likeness(fit_on(pairs, options), "ship", "vessel"), 0.2F);
    pairs.clear();
    EXPECT_NO_THROW(static_cast<void>(fit_on(pairs)));
}

TEST(BuiltinStart, WordsThatAreNotInTheTextsKeepTheirVectors) {
    const std::string start = fit_on(pairs_of(sea_words, 300));
    BuiltinFitOptions options;
    options.start = start;
    const std::vector<FitPair> pairs = pairs_of(house_words, 300);
    const std::string table = fit_on(pairs, options);
    EXPECT_GT(likeness(table, "oven", "stove"), likeness(table, "oven", "loaf") + 0.2F);
    EXPECT_NEAR(likeness(table, "ship", "vessel"), likeness(start, "ship", "vessel"), 0.02F);
    // From nothing it does not know the sea.
    EXPECT_LT(likeness(fit_on(pairs), "ship", "vessel"), 0.5F * likeness(start, "ship", "vessel"));
    EXPECT_GT(BuiltinEmbedder(table).vocabulary_size(), BuiltinEmbedder(start).vocabulary_size());
}

TEST(BuiltinStart, WithoutEpochsItIsTheStart) {
    const std::vector<FitPair> pairs = pairs_of(sea_words, 300);
    const std::string start = fit_on(pairs);
    BuiltinFitOptions options;
    options.start = start;
    options.epochs = 0;
    const std::string table = fit_on(pairs, options);
    for (const auto& word : sea_words) {
        EXPECT_NEAR(likeness(table, word[0], word[1]), likeness(start, word[0], word[1]), 0.01F) << word[0];
    }
    EXPECT_NEAR(likeness(table, "shipmate", "shipmates"), likeness(start, "shipmate", "shipmates"), 0.01F);
}

TEST(BuiltinStart, IsATableOrRefused) {
    BuiltinFitOptions options;
    options.start = "no table";
    try {
        static_cast<void>(fit_on({}, options));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("quarry embed train"));
    }
}

}  // namespace
}  // namespace quarry::embed
