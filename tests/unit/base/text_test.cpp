#include "core/base/text.h"

#include <gtest/gtest.h>

#include <random>

namespace quarry {
namespace {

struct Utf8Case {
    const char* name;
    std::string text;
    std::optional<std::size_t> invalid_at;
    std::string replaced;
    std::size_t code_points;
};

void PrintTo(const Utf8Case& c, std::ostream* out) { *out << c.name; }

class Utf8 : public testing::TestWithParam<Utf8Case> {};

TEST_P(Utf8, FindsTheFirstInvalidByte) { EXPECT_EQ(find_invalid_utf8(GetParam().text), GetParam().invalid_at); }
TEST_P(Utf8, ReplacesWhatIsInvalid) { EXPECT_EQ(replace_invalid_utf8(GetParam().text), GetParam().replaced); }
TEST_P(Utf8, ReplacedTextIsValid) { EXPECT_FALSE(find_invalid_utf8(replace_invalid_utf8(GetParam().text))); }
TEST_P(Utf8, CountsCodePoints) { EXPECT_EQ(count_code_points(GetParam().text), GetParam().code_points); }

INSTANTIATE_TEST_SUITE_P(
    All, Utf8,
    testing::Values(Utf8Case{"empty", "", std::nullopt, "", 0}, Utf8Case{"ascii", "abc", std::nullopt, "abc", 3},
                    Utf8Case{"two_bytes", "h\xC3\xA9", std::nullopt, "h\xC3\xA9", 2},
                    Utf8Case{"four_bytes", "\xF0\x9F\x98\x80", std::nullopt, "\xF0\x9F\x98\x80", 1},
                    Utf8Case{"lone_continuation", "a\x80", 1, "a\uFFFD", 2},
                    Utf8Case{"overlong_slash", "\xC0\xAF", 0, "\uFFFD", 2},
                    Utf8Case{"overlong_three", "\xE0\x80\x80", 0, "\uFFFD", 3},
                    Utf8Case{"surrogate", "\xED\xA0\x80", 0, "\uFFFD", 3},
                    Utf8Case{"above_unicode", "\xF4\x90\x80\x80", 0, "\uFFFD", 4},
                    Utf8Case{"cut_off", "ab\xE2\x82", 2, "ab\uFFFD", 4},
                    Utf8Case{"latin1", "caf\xE9s", 3, "caf\uFFFDs", 5}),
    [](const auto& given) { return given.param.name; });

TEST(FloorToCodePoint, NeverSplitsASequence) {
    const std::string text = "a\xC3\xA9\xF0\x9F\x98\x80z";
    const std::size_t expected[] = {0, 1, 1, 3, 3, 3, 3, 7, 8};
    for (std::size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(floor_to_code_point(text, i), expected[i]) << i;
    EXPECT_EQ(floor_to_code_point(text, 100), text.size());
}

TEST(FloorToCodePoint, KeepsOffsetsInBrokenText) {
    const std::string text = "\x80\x80\x80\x80\x80\x80";
    for (std::size_t i = 0; i < text.size(); ++i) EXPECT_EQ(floor_to_code_point(text, i), i);
}

TEST(Trim, TakesWhiteSpaceOffBothEnds) {
    EXPECT_EQ(trim(" \t\r\n a b \f\v"), "a b");
    EXPECT_EQ(trim("   "), "");
    EXPECT_EQ(trim(""), "");
}

TEST(AsciiLower, LeavesOtherBytesAlone) { EXPECT_EQ(ascii_lower("AZ-\xC3\x89"), "az-\xC3\x89"); }

TEST(Split, KeepsEmptyPieces) {
    using Pieces = std::vector<std::string_view>;
    EXPECT_EQ(split("", ','), Pieces{""});
    EXPECT_EQ(split("a", ','), Pieces{"a"});
    EXPECT_EQ(split(",a,,b,", ','), (Pieces{"", "a", "", "b", ""}));
}

TEST(TextTest, TableCells) {
    using Cells = std::vector<std::string_view>;
    EXPECT_EQ(table_cells("| a | b c |"), (Cells{"a", "b c"}));
    EXPECT_EQ(table_cells(" a|  | c"), (Cells{"a", "", "c"}));
    EXPECT_EQ(table_cells("|"), Cells{""});
    EXPECT_EQ(table_cells(""), Cells{""});
}

TEST(OneLine, FoldsWhiteSpaceAndCuts) {
    EXPECT_EQ(one_line("  a\n\tb  ", 10), "a b");
    EXPECT_EQ(one_line("abcdef", 3), "abc…");
    EXPECT_EQ(one_line("abc", 3), "abc");
    EXPECT_EQ(one_line("ab cd", 3), "ab…");
    EXPECT_EQ(one_line("\xC3\xA9\xC3\xA9\xC3\xA9", 2), "\xC3\xA9\xC3\xA9…");
    EXPECT_EQ(one_line("", 5), "");
}

struct ControlCase {
    const char* name;
    std::string text;
    std::string clean;
};

void PrintTo(const ControlCase& c, std::ostream* out) { *out << c.name; }

class StripTerminalControls : public testing::TestWithParam<ControlCase> {};

TEST_P(StripTerminalControls, LeavesOnlyText) { EXPECT_EQ(strip_terminal_controls(GetParam().text), GetParam().clean); }

INSTANTIATE_TEST_SUITE_P(
    All, StripTerminalControls,
    testing::Values(ControlCase{"plain", "a\tb\nc é", "a\tb\nc é"}, ControlCase{"colour", "\x1b[31mred\x1b[0m", "red"},
                    ControlCase{"title_bel", "\x1b]0;owned\x07x", "x"},
                    ControlCase{"title_st", "\x1b]0;owned\x1b\\x", "x"},
                    ControlCase{"hyperlink_c1",
                                "\xC2\x9D"
                                "8;;http://x\xC2\x9Cy",
                                "y"},
                    ControlCase{"csi_c1",
                                "\xC2\x9B"
                                "2Jx",
                                "x"},
                    ControlCase{"dcs", "\x1bPq#0\x1b\\x", "x"},
                    ControlCase{"endless_string_keeps_next_line", "\x1b]0;abc\nline", "\nline"},
                    ControlCase{"bell_backspace_delete",
                                "a\x07\x08\x7f"
                                "b",
                                "ab"},
                    ControlCase{"writing_direction", "a\u202e\u202ab\u2066c\u2069\u200f\u2027", "abc\u200f\u2027"},
                    ControlCase{"carriage_return", "safe\rEVIL\r", "safe EVIL"},
                    ControlCase{"line_ends_of_two", "a\r\nb\r\r\nc", "a\nb\nc"},
                    ControlCase{"escape_at_end", "x\x1b", "x"},
                    ControlCase{"no_break_space_stays",
                                "a\xC2\xA0"
                                "b",
                                "a\xC2\xA0"
                                "b"}),
    [](const auto& given) { return given.param.name; });

TEST(StripTerminalControls, RandomBytesLeaveNoEscape) {
    constexpr std::string_view bytes = "\x1b[]P^_X\\\x07\xC2\x9B\x9D\x9C;m0\na";
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (int i = 0; i < 40; ++i) text += bytes[random() % bytes.size()];
        const std::string clean = strip_terminal_controls(text);
        EXPECT_EQ(clean.find('\x1b'), std::string::npos);
        EXPECT_EQ(clean.find('\x07'), std::string::npos);
    }
}

TEST(HumanBytes, RoundsForPeople) {
    EXPECT_EQ(human_bytes(0), "0 B");
    EXPECT_EQ(human_bytes(999), "999 B");
    EXPECT_EQ(human_bytes(1000), "1.0 kB");
    EXPECT_EQ(human_bytes(999'999), "1.0 MB");
    EXPECT_EQ(human_bytes(12'345'678), "12 MB");
    EXPECT_EQ(human_bytes(1'400'000'000), "1.4 GB");
    EXPECT_EQ(human_bytes(UINT64_MAX), "18447 PB");
}

TEST(Closest, FindsWhatWasMeant) {
    const std::vector<std::string> words = {"up", "down", "status", "irreversible"};
    EXPECT_EQ(closest("staus", words), "status");
    EXPECT_EQ(closest("STATUS", words), "status");
    EXPECT_EQ(closest("pu", words), "up");
    EXPECT_EQ(closest("irreversable", words), "irreversible");
    EXPECT_EQ(closest("banana", words), std::nullopt);
    EXPECT_EQ(closest("down", {}), std::nullopt);
}

TEST(LineIndex, MapsOffsetsToLines) {
    const LineIndex index("ab\n\ncd\n");
    EXPECT_EQ(index.line_count(), 3u);
    const std::size_t expected[] = {1, 1, 1, 2, 3, 3, 3, 3};
    for (std::size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(index.line_of(i), expected[i]) << i;
    EXPECT_EQ(index.line_start(1), 0u);
    EXPECT_EQ(index.line_start(2), 3u);
    EXPECT_EQ(index.line_start(3), 4u);
    EXPECT_EQ(index.line_of(1000), 3u);
    EXPECT_EQ(LineIndex("").line_count(), 1u);
}

TEST(ShellQuoted, IsOneWordForAShell) {
    EXPECT_EQ(shell_quoted("sqlite:db/app_1.db"), "sqlite:db/app_1.db");
    EXPECT_EQ(shell_quoted(""), "''");
    EXPECT_EQ(shell_quoted("my app.db"), "'my app.db'");
    EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
    EXPECT_EQ(shell_quoted("~/a;b&c"), "'~/a;b&c'");
    EXPECT_EQ(shell_quoted("a\x1b[31mb"), "ab");
}

}  // namespace
}  // namespace quarry
