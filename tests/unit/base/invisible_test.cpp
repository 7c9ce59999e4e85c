// Where the text without invisible characters stood in the text with them; tests/unit/extract has which those are.
#include "core/base/invisible.h"

#include <gtest/gtest.h>

namespace quarry {
namespace {

TEST(VisibleText, KnowsWhereItStood) {
    const std::string text = "\xEF\xBB\xBF"
                             "a\xC2\xAD\xE2\x80\x8B"
                             "bc\xC2\xAD";
    const VisibleText visible(text);
    ASSERT_EQ(visible.text(), "abc");
    EXPECT_FALSE(visible.is_whole());
    EXPECT_EQ(visible.source_of(0), 3U);
    EXPECT_EQ(visible.source_of(1), 9U);
    EXPECT_EQ(visible.source_of(2), 10U);
    EXPECT_EQ(visible.source_end(1), 4U);
    EXPECT_EQ(visible.source_end(3), 11U);
}

TEST(VisibleText, IsTheTextWhenAllIsSeen) {
    const std::string text = "seen \xE2\x80\x9Cquoted\xE2\x80\x9D";
    const VisibleText visible(text);
    EXPECT_TRUE(visible.is_whole());
    EXPECT_EQ(visible.text().data(), text.data());
    EXPECT_EQ(visible.source_end(text.size()), text.size());
}

}  // namespace
}  // namespace quarry
