#include "cli/ui/markdown_view.h"

#include <gtest/gtest.h>

#include <sstream>

namespace quarry::cli {
namespace {

class MarkdownViewTest : public ::testing::Test {
protected:
    int width_ = 80;

    [[nodiscard]] std::string shown(std::string_view markdown, std::size_t step, bool colour = false,
                                    bool links = false) {
        std::ostringstream out, err;
        Output::Options options;
        options.out_colour = colour;
        options.out_is_terminal = true;
        options.hyperlinks = links;
        options.width = width_;
        const Output output(out, err, options);
        MarkdownView view(
            output, [](std::size_t number) { return number == 1 ? std::string("file:///d/a.md#3") : std::string(); });
        std::string text;
        for (std::size_t at = 0; at < markdown.size(); at += step) text += view.feed(markdown.substr(at, step));
        return text + view.finish();
    }
};

struct Shown {
    const char* name;
    const char* markdown;
    const char* text;
};

constexpr Shown rows[] = {
    {"paragraph", "Two words, and [1].\n", "Two words, and [1].\n"},
    {"no_line_end", "Two words", "Two words"},
    {"heading", "## Why\nSo.\n", "Why\nSo.\n"},
    {"hash_is_no_heading", "#1 is it\n", "#1 is it\n"},
    {"bold_and_code", "a **bold** and `x * y` b\n", "a bold and x * y b\n"},
    {"emphasis", "a *word* here, 2 * 3 * 4\n", "a word here, 2 * 3 * 4\n"},
    {"never_closed", "a **bold and `code\n", "a **bold and `code\n"},
    {"list", "- one\n- two\n  - three\n1. four\n", "• one\n• two\n  • three\n1. four\n"},
    {"quotation", "> said\n", "│ said\n"},
    {"code", "```cpp\nint **x;\n# no\n```\nend\n", "    int **x;\n    # no\nend\n"},
    {"code_never_closed", "~~~\n| a |\n", "    | a |\n"},
    {"table", "| name | n |\n|---|---|\n| long name | 1 |\nend\n", "name       n\nlong name  1\nend\n"},
    {"table_at_the_end", "| a | b |", "a  b\n"},
    {"rule", "a\n\n---\n\nb\n", "a\n\n────────\n\nb\n"},
    {"empty_lines", "a\n\n\nb\n", "a\n\n\nb\n"},
    {"link_as_text", "see [docs](https://e.example/a)\n", "see [docs](https://e.example/a)\n"},
};

TEST_F(MarkdownViewTest, LaysOutTheSameHoweverItComes) {
    for (const Shown& row : rows) {
        for (const std::size_t step : {1U, 3U, 1000U}) {
            EXPECT_EQ(shown(row.markdown, step), row.text) << row.name << " by " << step;
        }
    }
}

TEST_F(MarkdownViewTest, CitationsAreLinksWhereTheTerminalHasThese) {
    EXPECT_EQ(shown("far [1], [2]\n", 1, false, true), "far \x1b]8;;file:///d/a.md#3\x1b\\[1]\x1b]8;;\x1b\\, [2]\n");
    EXPECT_EQ(shown("**bold**\n", 1, true), "\x1b[1mbold\x1b[0m\n");
    // An address of the text itself can never be clicked.
    EXPECT_EQ(shown("[1](https://e.example)\n", 1, false, true), "[1](https://e.example)\n");
}

TEST_F(MarkdownViewTest, ShowsWordsAsTheyCome) {
    std::ostringstream out, err;
    Output::Options options;
    options.out_is_terminal = true;
    const Output output(out, err, options);
    MarkdownView view(output, [](std::size_t) { return std::string(); });
    EXPECT_EQ(view.feed("The moon i"), "The moon");
    EXPECT_EQ(view.feed("s **far"), " is");
    EXPECT_EQ(view.feed("** away "), " far away");
    EXPECT_EQ(view.feed("x"), "");
    EXPECT_EQ(view.finish(), " x");
}

TEST_F(MarkdownViewTest, BreaksLinesBetweenWords) {
    width_ = 20;
    const std::string code = "```\ncode that is wider than twenty\n```\n";
    for (const std::size_t step : {1, 3, 1000}) {
        EXPECT_EQ(shown("- The department of locks and keys [3]\nNext.\n", step),
                  "• The department of\n  locks and keys [3]\nNext.\n");
        EXPECT_EQ(shown("**Locks and keys in the** department.", step), "Locks and keys in\nthe department.");
        EXPECT_EQ(shown("A " + std::string(30, 'x') + " b\n", step), "A\n" + std::string(30, 'x') + "\nb\n");
        EXPECT_EQ(shown(code, step), "    code that is wider than twenty\n");
    }
    EXPECT_EQ(shown("Locks and keys rust [1].\n", 1, true, true),
              "Locks and keys rust\n\x1b]8;;file:///d/a.md#3\x1b\\\x1b[36m[1]\x1b[0m\x1b]8;;\x1b\\.\n");
}

TEST(PlaceAddress, IsOfFilesAndWebPages) {
    EXPECT_EQ(place_address("/d/a b.md", 12), "file:///d/a%20b.md#12");
    EXPECT_EQ(place_address("/d/a.md", 1), "file:///d/a.md");
    EXPECT_EQ(place_address("https://e.example/a", 5), "https://e.example/a");
    EXPECT_EQ(place_address("/d/a.html", 5), "file:///d/a.html") << "the line is of the text, not of the file";
    EXPECT_EQ(place_address("stdin", 5), "");
}

TEST(Hyperlink, TakesNoAddressWithControls) {
    std::ostringstream out, err;
    Output::Options options;
    options.hyperlinks = true;
    const Output output(out, err, options);
    EXPECT_EQ(hyperlink(output, "https://e\x1b]8;;x", "text"), "text");
    EXPECT_EQ(hyperlink(output, "", "text"), "text");
}

}  // namespace
}  // namespace quarry::cli
