#include "core/embed/builtin_grams.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/analyze/word_grams.h"
#include "core/base/error.h"
#include "core/embed/builtin_features.h"
#include "core/embed/builtin_table.h"

namespace quarry::embed::builtin {
namespace {

std::vector<std::uint32_t> grams_of(std::string_view text) {
    std::vector<std::uint32_t> grams;
    analyze::append_word_grams(text, grams);
    return grams;
}

TEST(WordGramsTest, are_of_characters_within_words) {
    EXPECT_EQ(grams_of("Cats").size(), 3U) << "_cat cats ats_";
    EXPECT_EQ(grams_of("CATS, dogs!"), grams_of(" cats\ndogs"));
    EXPECT_EQ(grams_of("\u00C9T\u00C9S"), grams_of("\u00E9t\u00E9s")) << "case, not accents";
    EXPECT_NE(grams_of("\u00E9t\u00E9s"), grams_of("etes"));
    EXPECT_TRUE(grams_of("\u6771\u4EAC\u90FD\u6771\u4EAC\u90FD").empty());
    EXPECT_TRUE(grams_of("\xFF\xFE").empty()) << "whatever comes";
}

TEST(GramQueryTest, scores_forms_of_rare_words_above_frequent_words) {
    GramCounter counter;
    for (int i = 0; i < 50; ++i) counter.add("the migration of a table");
    counter.add("a reconfiguration");
    const std::string rarities = counter.rarities();
    ASSERT_EQ(rarities.size(), gram_buckets);
    const GramQuery query("what is the reconfigured migration",
                          [&](std::size_t bucket) { return static_cast<std::uint8_t>(rarities[bucket]); });
    const std::vector<std::string_view> texts = {"reconfigurations are long", "migrations are long", "what is the"};
    const std::vector<double> scores = query.score(texts);
    EXPECT_GT(scores.at(0), scores.at(1));
    EXPECT_GT(scores.at(1), 0);
    EXPECT_EQ(scores.at(2), 0) << "function words are not asked for";
    EXPECT_TRUE(query.score({}).empty());
}

TEST(GramQueryTest, rarities_are_kept_in_a_table) {
    std::string rarities(gram_buckets, '\1');
    rarities.back() = '\7';
    const std::vector<std::uint64_t> vocabulary = {5};
    const std::vector<float> rows(2 * dimensions, 1.0F);
    const TokenTable table(serialise_table(vocabulary, 1, rows, 3, rarities));
    EXPECT_EQ(table.grams(), gram_buckets);
    EXPECT_EQ(table.gram_rarity(0), 1);
    EXPECT_EQ(table.gram_rarity(gram_buckets - 1), 7);
    EXPECT_EQ(TokenTable(serialise_table(vocabulary, 1, rows, 3)).grams(), 0U) << "one of before";
    EXPECT_THROW(TokenTable(serialise_table(vocabulary, 1, rows, 3, "short")), Error);
}

}  // namespace
}  // namespace quarry::embed::builtin
