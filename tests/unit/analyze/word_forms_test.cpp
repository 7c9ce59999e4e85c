#include "core/analyze/word_forms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quarry::analyze {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(WordFormsTest, TheyAreThoseThatNoStemmerJoins) {
    EXPECT_THAT(other_forms("wrote", "en"), Contains("author"));
    EXPECT_THAT(other_forms("einreichen", "de"), Contains("eingereicht"));
    EXPECT_THAT(other_forms("eingereicht", "de"), Contains("einreichen"));
    EXPECT_THAT(other_forms("gebucht", "de"), Contains("buchen"));
    EXPECT_THAT(other_forms("anrufen", "de"), Contains("angerufen"));
    EXPECT_THAT(other_forms("abierto", "es"), Contains("abrir"));
    EXPECT_THAT(other_forms("написал", "ru"), Contains("автор"));
    EXPECT_THAT(other_forms("撮っ", "ja"), Contains("撮る"));
}

TEST(WordFormsTest, OtherWordsHaveNone) {
    EXPECT_THAT(other_forms("wrote", "de"), Not(Contains("author")));
    EXPECT_THAT(other_forms("studio", "en"), IsEmpty());
    EXPECT_THAT(other_forms("温泉", "ja"), IsEmpty());
    EXPECT_THAT(other_forms("する", "ja"), IsEmpty());
    EXPECT_THAT(other_forms("", "de"), IsEmpty());
    EXPECT_THAT(other_forms("gen", "de"), IsEmpty());
}

}  // namespace
}  // namespace quarry::analyze
