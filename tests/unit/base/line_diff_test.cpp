#include "core/base/line_diff.h"

#include <gtest/gtest.h>

#include <random>

#include "core/base/text.h"

namespace quarry {
namespace {

TEST(LineDiff, ShowsWhatChangedWithItsSurroundings) {
    EXPECT_EQ(line_diff("a\nb\nc\n", "a\nb\nc\n"), "");
    EXPECT_EQ(line_diff("a\nb\nc\n", "a\nx\nc\n"), "@@ 1 @@\n a\n-b\n+x\n c\n");
    EXPECT_EQ(line_diff("", "a\n"), "@@ 1 @@\n+a\n");
    EXPECT_EQ(line_diff("a\n", ""), "@@ 1 @@\n-a\n");
    EXPECT_EQ(line_diff("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n6\n7\n"), "@@ 4 @@\n 4\n 5\n 6\n+7\n");
}

/// The second text again: what is kept and what is new.
std::string after_of(const std::string& diff) {
    std::string text;
    for (const std::string_view line : split(diff, '\n')) {
        if (line.starts_with(' ') || line.starts_with('+')) text.append(line.substr(1)).append("\n");
    }
    return text;
}

TEST(LineDiff, GivesBothTextsBack) {
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::string before, after;
        for (std::string* text : {&before, &after}) {
            const unsigned lines = random() % 4;  // Few, so that every line is shown.
            for (unsigned i = 0; i < lines; ++i) text->append(1, static_cast<char>('a' + random() % 3)).append("\n");
        }
        const std::string diff = line_diff(before, after);
        if (before == after) continue;
        EXPECT_EQ(after_of(diff), after) << before << "->\n" << after;
    }
}

TEST(LineDiff, TooManyDifferencesAreAllOfThem) {
    std::string before, after;
    for (int i = 0; i < 1500; ++i) {
        before += "a" + std::to_string(i) + "\n";
        after += "b" + std::to_string(i) + "\n";
    }
    EXPECT_EQ(after_of(line_diff(before, after)), after);
}

}  // namespace
}  // namespace quarry
